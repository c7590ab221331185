"""One small diary in every layout that a reader knows, for fuzz.py: the first nights of the sample, which is made up.

Layouts that the sample's generator does not write (backups, workbooks, tables of one's own, REDCap) are made here of
those that it does. The same bytes each time.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import device_samples as made
from openpyxl import Workbook

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
OTHER = SAMPLE / "other-formats"
NIGHTS = 14
STAMP = (2026, 11, 22, 0, 0, 0)
CLOCK = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # when the workbook was made
MAPPING = "rlskit.toml"
NAMED = {"restless legs": "symptoms", "morning coffee": "caffeine_mg", "magnesium": "magnesium",
         "calf stretch": "stretched"}
AMOUNTS = ("1", "2", "1,5", "1.250", "10 min", "1h30", "none", "")

TABLE = {"Datum": "night", "Unruhige Beine": "symptoms", "Wie schlimm": "severity_0_10", "Gedehnt": "stretched",
         "Kaffee morgens": "caffeine_before_noon_cups", "Bier": "alcohol_drinks", "Licht aus": "lights_out",
         "Aufgewacht": "woke_up"}
FROM = dict(zip(TABLE, ("night", "symptoms", "severity_0_10", "stretched", "caffeine_before_noon_cups",
                        "alcohol_drinks", "lights_out", "woke_up"), strict=True))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """app : its reader. files : name → bytes, in one folder. give : the file that is read; "" = the folder. mutated :
    the files that are changed; one that is not there is the same as `give`."""

    app: str
    files: dict[str, bytes]
    give: str
    mutated: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        return self.mutated or (self.give,)


def samples() -> dict[str, Sample]:
    """Every layout by its name."""
    rows = csv_rows(OTHER / "template/template.csv")[: NIGHTS + 1]
    nights, entries = own_nights(rows), own_entries()
    days = [list(column) for column in zip(*nights, strict=True)]
    night_toml, entry_toml = own_toml(TABLE), own_toml({"Wann": "night", "Was": "tags"}, 'entry_time = "event"')
    entry_toml += '\n[tags."restless legs"]\ncolumn = "symptoms"\nunticked = "no"\n'
    named_toml = own_toml({"Datum": "night", "Zeit": "time", "Was": "tags", "Menge": "amount"})
    named_toml += "".join(f'\n[tags."{tag}"]\ncolumn = "{column}"\n' for tag, column in NAMED.items())
    bearable, sleep = head(SAMPLE / "bearable.csv", 90), head(SAMPLE / "sleep-as-android.csv", 2 * NIGHTS)
    daylio = head(OTHER / "daylio/daylio.csv", NIGHTS + 1)
    daylio_toml = (OTHER / "daylio" / MAPPING).read_bytes()
    sample_toml = (SAMPLE / MAPPING).read_bytes()
    template = text_of(rows).encode()
    return {
        "bearable.csv": one("bearable", "b.csv", bearable, sample_toml),
        "daylio.csv": one("daylio", "d.csv", daylio, daylio_toml),
        "daylio backup": one("daylio", "d.daylio", daylio_backup(daylio), daylio_toml),
        "sleep as android.csv": one("sleep_as_android", "s.csv", sleep, sample_toml),
        "sleep as android backup": one("sleep_as_android", "s.zip", zipped({"sleep-export.csv": sleep}), sample_toml),
        **wearables(),
        "redcap": redcap(rows),
        "template.csv": one("template", "t.csv", template),
        "template.xlsx": one("template", "t.xlsx", workbook(rows)),
        "rows a night.csv": one("table", "n.csv", text_of(nights).encode(), night_toml),
        "rows a night.xlsx": one("table", "n.xlsx", workbook(nights), night_toml),
        "rows an entry.csv": one("table", "e.csv", text_of(entries).encode(), entry_toml),
        "rows an entry.xlsx": one("table", "e.xlsx", workbook(entries), entry_toml),
        "rows that name.csv": one("table", "a.csv", text_of(named_rows(entries)).encode(), named_toml),
        "days as columns.csv": one("table", "c.csv", text_of(days).encode(), night_toml),
        "days as columns.xlsx": one("table", "c.xlsx", workbook(days), night_toml),
        MAPPING: Sample(app="daylio", files={"d.csv": daylio, MAPPING: daylio_toml}, give="d.csv", mutated=(MAPPING,)),
    }


def wearables() -> dict[str, Sample]:
    """The made-up nights of device_samples.py in every format."""
    nights = made.slept(NIGHTS)
    zone = f'timezone = "{made.ZONE}"\n'
    wine = zone + '[tags."{}"]\ncolumn = "alcohol_drinks"\n'
    return {
        "apple health.xml": one("apple_health", "a.xml", made.apple(nights[:11]), zone),
        "apple health.zip": one("apple_health", "a.zip", zipped({
            "apple_health_export/Exportación.xml": made.apple(nights[:11]),
            "apple_health_export/export_cda.xml": b"<ClinicalDocument/>"}), zone),
        "health connect.db": one("health_connect", "h.db", made.health_connect(nights), zone),
        "takeout.zip": one("fitbit", "t.zip", zipped(made.takeout(nights)), zone),
        "fitbit.json": one("fitbit", "f.json", made.fitbit(nights), zone),
        "fitbit site.csv": one("fitbit", "f.csv", made.fitbit_site(nights), zone),
        "oura.csv": one("oura", "o.csv", made.oura(nights), zone),
        "oura.json": one("oura", "o.json", made.oura_json(nights), zone),
        "garmin.json": one("garmin", "g.json", made.garmin(nights), zone),
        "sleep cycle.csv": one("sleep_cycle", "c.csv", made.sleep_cycle(nights), zone),
        "sleep cycle 2.csv": one("sleep_cycle", "c.csv", made.sleep_cycle_2(nights), zone),
        "whoop sleeps.csv": one("whoop", "w.csv", made.whoop_sleeps(nights), zone),
        "whoop journal.csv": one("whoop_journal", "j.csv", made.whoop_journal(nights),
                                 wine.format("Have any alcoholic drinks?")),
        "loop.csv": one("loop_habits", "l.csv", made.loop_habits(nights), wine.format("Wine")),
        "loop words.csv": one("loop_habits", "l.csv", made.loop_words(nights), wine.format("Wine")),
    }


def one(app: str, name: str, raw: bytes, toml: bytes | str = b"") -> Sample:
    said = toml.encode() if isinstance(toml, str) else toml
    return Sample(app=app, files={name: raw} | ({MAPPING: said} if said else {}), give=name)


def head(path: Path, lines: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[:lines])


def csv_rows(source: Path | bytes) -> list[list[str]]:
    raw = source.read_bytes() if isinstance(source, Path) else source
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def text_of(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), raw, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(rows: list[list[str]]) -> bytes:
    """The rows as a workbook whose dates, times and numbers are such; the zip's stamps are fixed."""
    book = Workbook()
    for row in rows:
        book.active.append([typed(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as made:
        return zipped({name: CLOCK.sub(b"2026-11-22T00:00:00Z", made.read(name)) for name in made.namelist()})


def typed(cell: str) -> object:
    for read in (dt.datetime.fromisoformat, float, lambda said: dt.datetime.strptime(said, "%H:%M").time()):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell or None


def own_nights(rows: list[list[str]]) -> list[list[str]]:
    """A night in each row, under German headers."""
    at = [rows[0].index(name) for name in FROM.values()]
    words = {"yes": "ja", "no": "nein"}
    return [list(FROM), *([words.get(row[i], row[i]) for i in at] for row in rows[1:])]


def own_entries() -> list[list[str]]:
    """An entry in each row: when, and what."""
    rows = [dict(zip(header, row, strict=True)) for header, *body in [csv_rows(OTHER / "daylio/daylio.csv")]
            for row in body[:NIGHTS]]
    return [["Wann", "Was"], *([f"{r['full_date']} {r['time']}", r["activities"].replace(" | ", "; ")] for r in rows)]


def named_rows(entries: list[list[str]]) -> list[list[str]]:
    """One thing a row, and how much of it."""
    header, *body = [["Datum", "Zeit", "Was", "Menge"], *(
        [*when.split(), what, AMOUNTS[at % len(AMOUNTS)]] for at, (when, whats) in enumerate(entries[1:])
        for what in whats.split("; ") if what)]
    return [header, *body[:2 * NIGHTS]]


def own_toml(columns: dict[str, str], of_night: str = "") -> str:
    parts = [f'[columns."{name}"]\ncolumn = "{column}"\n{of_night if column == "night" else ""}\n'
             for name, column in columns.items()]
    return 'timezone = "Europe/Berlin"\n\n' + "\n".join(parts)


def daylio_backup(raw: bytes) -> bytes:
    """The entries of a Daylio CSV as the app's backup."""
    header, *body = csv_rows(raw)
    rows = [dict(zip(header, row, strict=True)) for row in body]
    names = list(dict.fromkeys(name.strip() for r in rows for name in r["activities"].split("|")))
    entries = []
    for number, row in enumerate(rows, 1):
        at = dt.datetime.fromisoformat(f"{row['full_date']}T{row['time']}")
        stamp = int(at.replace(tzinfo=dt.UTC).timestamp() * 1000) - 3_600_000
        entries.append({"id": number, "minute": at.minute, "hour": at.hour, "day": at.day, "month": at.month - 1,
                        "year": at.year, "datetime": stamp, "timeZoneOffset": 3_600_000, "mood": 2, "note": "",
                        "tags": [names.index(name.strip()) + 1 for name in row["activities"].split("|")]})
    said = {"version": 15, "dayEntries": entries, "tag_groups": [{"id": 1, "name": "Mine"}],
            "tags": [{"id": i, "name": name, "id_tag_group": 1} for i, name in enumerate(names, 1)]}
    return zipped({"backup.daylio": base64.b64encode(json.dumps(said).encode())})


def redcap(rows: list[list[str]]) -> Sample:
    """Two people's nights in a longitudinal study, with a checkbox, and the data dictionary beside it."""
    header = ["record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "diary_date",
              "rls_tonight", "worst", "moves___1", "moves___2", "evening_complete"]
    at = {name: i for i, name in enumerate(rows[0])}
    data = [[str(101 + n % 2), "nights_arm_1", "evening", str(n // 2 + 1), r[0],
             {"yes": "1", "no": "0"}.get(r[at["symptoms"]], ""), r[at["severity_0_10"]],
             str(int(r[at["stretched"]] == "yes")), "0", "2"] for n, r in enumerate(rows[1:])]
    fields = ["Variable / Field Name", "Form Name", "Field Type", "Field Label",
              "Choices, Calculations, OR Slider Labels", "Text Validation Type OR Show Slider Number"]
    known = [["diary_date", "evening", "text", "Date", "", "date_ymd"],
             ["rls_tonight", "evening", "radio", "Restless legs?", "1, yes | 0, no", ""],
             ["worst", "evening", "text", "How bad", "", "integer"],
             ["moves", "evening", "checkbox", "Moves", "1, calf | 2, walk", ""]]
    toml = ('timezone = "Europe/London"\n[redcap]\nmissing_codes = ["-9"]\n[columns]\n'
            'diary_date = { column = "night" }\nrls_tonight = { column = "symptoms" }\n'
            'worst = { column = "severity_0_10" }\nmoves = { column = "movement" }\n')
    files = {"data.csv": text_of([header, *data]).encode(), "dictionary.csv": text_of([fields, *known]).encode(),
             MAPPING: toml.encode()}
    return Sample(app="redcap", files=files, give="data.csv", mutated=("data.csv", "data.csv", "dictionary.csv"))
