"""Sleep Cycle's sleepdata.csv, both generations.

Facts, all seen in real files (2011 to 2023):

* Semicolons between the cells. First generation: 6 or 8 columns, "Sleep quality", "Sleep Notes". Second: 21 columns,
  "Sleep Quality", "Movements per hour", "Time asleep (seconds)", "Notes".
* `Start` and `End` are local clock times that name no zone. Several records may make up a night.
* Notes are the ticks of the evening, joined by ":". What was not ticked is absent.
* Not read: the app's sleep score in percent, the mood on waking (:| :) :(), steps, weather, place.
"""

from __future__ import annotations

from pathlib import Path

from rlskit.diary.readers.devices import add_sleep, moment, number_of, of_the_sleep
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.rows import first_cells, read_records

APP = "sleep_cycle"
NEEDED = ("start", "end", "sleep quality")
FIRST = ("time in bed", "wake up", "sleep notes", "heart rate", "activity (steps)")
SECOND = ("regularity", "mood", "heart rate (bpm)", "steps", "alarm mode", "air pressure (pa)", "city",
          "movements per hour", "time in bed (seconds)", "time asleep (seconds)", "time before sleep (seconds)",
          "window start", "window stop", "did snore", "snore time", "weather temperature (°c)", "weather type", "notes",
          "timezone")
FREE = ("sleep notes", "heart rate", "activity (steps)", "notes", "wake up")


def recognises(path: Path) -> bool:
    """Whether the header is Sleep Cycle's, of either generation."""
    names = {name.casefold() for name in first_cells(path)}
    return set(NEEDED) <= names and bool(names & {"time in bed", "time in bed (seconds)"})


def parse(path: Path, options: Options) -> Parsed:
    """Every record of the file as a sleep with its notes."""
    read = read_records(path, (*NEEDED, *FIRST, *SECOND), NEEDED[:2], FREE)
    issues = [one for one in read.issues if one["row"] is not None or one["kind"] != "semicolons between the cells"]
    layout = "second generation" if "time in bed (seconds)" in read.columns else "first generation"
    out = Parsed(path.name, APP, layout, read.rows, issues=issues)
    for record in read.records:
        asleep = number_of(record["time asleep (seconds)"])
        begin = add_sleep(out, record.line, moment(record["start"]), moment(record["end"]), counted={
            "Minutes asleep": (None if asleep is None else asleep / 60, "min"),
            "Movements per hour": (record["movements per hour"], "")})
        notes = [name.strip() for name in (record["sleep notes"] or record["notes"]).split(":")]
        if begin is not None:
            out.mentions.extend(of_the_sleep(record.line, begin, name, "notes") for name in notes if name)
    return out


READER = Reader(app=APP, called="Sleep Cycle", recognises=recognises, parse=parse, device=True,
                columns=(*NEEDED, *FIRST, *SECOND), needed=NEEDED)
