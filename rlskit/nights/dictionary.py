"""What every column of the tables of `rlskit convert` holds. docs/data-dictionary.md shows the same lines; a test
compares the two."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

DICTIONARY = "dictionary"
HABIT, OUTCOME = "<habit>", "<outcome>"
# Of each table: columns | unit or values | meaning. A backslash goes on with the line.
LINES = {
    "daily": """
person | text | a non-identifying id; "me" unless said otherwise
night | date | local date of the evening
wake_date | date | night + 1, the label that wearables use
tz | IANA name | time zone of the clock times
symptoms | yes, no, empty | restless legs that evening or night; empty is not recorded
severity_0_10, severity_raw, severity_scale | 0–10 | only with scale nrs_0_10; other scales are kept raw, never \
rescaled
symptoms_began | local time | when symptoms began
bed_time, lights_out, woke_up, out_of_bed_time | local time | to bed, lights out, last waking, out of bed
awakenings_n | count | times out of bed between the pieces of a night; empty where no night is in pieces
sleep_quality | 1–5 | very poor to very good
tst_min, tst_source | min | elapsed length of the main sleep, and who says so
caffeine_any, caffeine_before_noon_mg, caffeine_after_noon_mg | yes/no, mg | one cup counts as 95 mg unless \
milligrams are given
alcohol_any, alcohol_drinks | yes/no, drinks | grams per drink in `Diary.source` (10 unless rlskit.toml says \
otherwise)
stretched, iron, magnesium, free_night | yes, no, empty | typed answers
medicine_change | text | as typed by the user
source | text | file and line
""",
    "events": """
person | text | as in daily
event_id | text | a hash: the same file read again gives the same one
type | symptom, stretch, detail, caffeine, alcohol, supplement, medication, free, habit, outcome, sleep, nap, note | \
what it is; detail tells of a stretch; a note holds no words and shows that the diary was open that day
start_local, end_local | local time | from when to when; only the date counts where time_precision is slot or date
tz | IANA name | time zone of these times
time_precision | minute, quarter_hour, slot, date | how exactly the time is known
slot | pre, am, mid, pm, all_day, empty | part of the day: 00–06, 06–12, 12–18, 18–24
night | date | the night that it belongs to
night_rule | text | which rule put it on that night
amount | as in unit | how much, how long, or how strong
unit | mg, drinks, min, s, h, score, nrs_0_10, empty | of the amount
item | text | what it was, under one name for all apps: caffeine, calf, iron
item_raw | text | the name that you gave it
intent | preventive, responsive, unknown, empty | of a stretch: before symptoms, because of them, or not known
app, file | text | which app and which file it was read from
row | number | line in the file
""",
    "issues": """
file | text | file that it is about
row | number | line in the file; empty where it is about the whole file
kind | text | the reason in short, alike for all rows that it explains
column | text | column of the file
found, expected | text | what stood there, and what should
outcome | left out, cell left out, shows the day was kept, kept | what became of the row
message | text | all of this in a sentence
""",
    "tags": """
person | text | as in daily
app, file | text | which app and which file it was read from
tag | text | the name that you gave it
group | text | the category that the app keeps it in
n | count | how often it was ticked or rated
first, last | date | first and last day on which it was
column | text | what rlskit.toml says that it means; empty where it says nothing
item | text | as in events
intent | preventive, responsive, unknown, empty | as in events
unticked | no, not_recorded, empty | what a day without it means
tells_of | last night, tonight, the clock time, empty | which night it speaks of
tracked_from, tracked_until | date | from when to when it was kept, where rlskit.toml says so
""",
    "habits": """
name | text | the name that you gave it
column | text | its column in nights
kind | yes/no, amount, minutes | what an answer is
unit | text | of the amount
when | before noon, after noon, evening, empty | part of the day in which it is done
preventive | True, False | whether it is done against symptoms
contrast | list | the two amounts that are compared, where rlskit.toml names them
after_bad_nights | True, False | whether it is done more when the legs were bad
""",
    "outcomes": """
name | text | the name that you gave it
column | text | its column in nights
scale | 0-10, 1-5, number, count | of its ratings
better | higher, lower | which values are the good ones
""",
    "sites": """
person, site | text | where each person took part, of a study in several places
""",
    "nights": """
person, night | text, date | the evening's date
recorded | yes/no | anything written for this night
symptoms | yes/no/empty | the outcome: symptoms after the landmark
early_symptoms | yes/no/empty | symptoms between noon and the landmark
severity_0_10 | 0–10 | worst of the night, only where recorded on that scale
onset_h | hours after noon | first symptom, where it has a clock time
stretched, stretch_min | yes/no/empty, min | preventive stretching before the landmark
stretch_h | hours after noon | when the last of those stretches began; empty where one without a clock time may have \
come later
stretch_hold_s, stretch_intensity_0_10 | s, 0–10 | of those stretches: how long each was held, how strong the pull \
was; means
symptom_before, symptom_after | 0–10 | how bad the legs were before and after a stretch that was not preventive; \
means, only where rated as often after as before, and above 0 before
quiet_min | min | until the legs were quiet after such a stretch
stretch_responsive | yes/no/empty | stretching because of symptoms; descriptive, never an exposure
stretched_before | yes/no | a stretch before any symptoms that evening, at whatever hour; empty where the order or \
the hour of one is not known
stretched_before_h | hours after noon | when the first of those stretches began
stretched_days_14 | nights | days with preventive stretching among nights t−14 … t−1, at least 10 answered; scaled \
up to 14 and rounded
movement_<name> | yes/no/empty | the same by movement
caffeine_before_noon_mg, caffeine_after_noon_mg | mg | between waking and noon; from noon to the next waking
alcohol_drinks | drinks | of the day
iron, magnesium | yes/no/empty | supplement taken that day
<habit> | yes/no/empty, or its unit | a habit of one's own, by `[habits."…"]` of rlskit.toml (decision 0025); not in \
pooled or shared nights
bedtime_sd_7_min | min | SD of lights-out over nights t−7 … t−1, at least 4 known, about the circular mean
last_shift_min | min | lights-out of t−1 minus that of t−2, signed
sri_7 | −100 … 100 | sleep regularity index over windows t−7 … t−1, at least 4 pairs
sleep_h | h | elapsed length of the sleep that ended on this diary day
last_night | yes/no/empty | any symptoms on the night t−1, early ones too; empty where that night is absent or \
unanswered
free_night | yes/no/empty | next day free
stretched_weeks_28 | weeks | of the four weeks before, how many in a row up to last night had preventive stretching \
on 5 days or more of 7; empty where one of them has under 5 answered evenings
waketime_sd_7_min | min | as bedtime_sd_7_min, of the final waking
social_jetlag_28_min | min | middle of sleep before free days minus that before the others, over nights t−28 … t−1
sleep_quality | 1–5, or the scale stated | how the night itself was slept, told the next morning: an outcome of that \
row, never a predictor
<outcome> | its scale | how the night was judged, by `[outcomes."…"]` of rlskit.toml: mean of ratings, sum of \
counts; not in pooled or shared nights
weekday, day_index, medicine_period | text, nights, count | of the evening; days since the first night; between \
typed medicine changes
<answer>_state | yes, no, not_recorded, not_tracked, unknown_order | why the answer is filled or empty; \
unknown_order: it happened, but not known when
<answer>_1h_earlier, <answer>_1h_later | yes/no/empty | the answer as it would be with the landmark an hour earlier \
or later
site | text | where the person took part, of a study in several places; in pooled nights a keyed hash of its name
""",
    "source": """
file | text | file that was read
app, layout | text | whose export it is, and which kind of it
rows, rows_used | count | rows of data in it, and those that were used; issues explains the others
person | text | as in daily
timezone, timezone_from | IANA name, text | time zone of its clock times, and who said so
date_order | iso, dmy, mdy, empty | order of day and month in its dates
grams_per_drink | g | alcohol that counts as one drink
sha256, mapping_sha256 | text | fingerprints of the file and of the rlskit.toml beside it
columns | text | of a table of your own: the columns that rlskit.toml names
primary, primary_since | text, date | the question that comes first, and since when
sleep_from | text | apps whose sleep comes first
horizon | nights | nights over which looks are counted; 0 is not stated
""",
    "stamp": """
what, value | text | versions, command and fingerprints, to make all this again
""",
}


def data_dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """table, column, unit, meaning: a row for every column of these tables, in their order."""
    own = {**dict.fromkeys(tables["habits"]["column"], HABIT), **dict.fromkeys(tables["outcomes"]["column"], OUTCOME)}
    rows = [(name, column, *_meaning(name, column, own)) for name, table in tables.items() for column in table.columns]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def _meaning(table: str, column: str, own: Mapping[str, str]) -> tuple[str, str]:
    """Unit and meaning. A name in <> stands for any; `own` says which columns are habits and outcomes of one's own."""
    said = {name: (unit, meaning) for names, unit, meaning in entries(table) for name in names.split(", ")}
    for name in (column, own.get(column, "")):
        if name in said:
            return said[name]
    return next(found for name, found in said.items() if name not in (HABIT, OUTCOME)
                and re.fullmatch(re.sub("<.*?>", ".+", name), column))


def entries(table: str) -> list[tuple[str, str, str]]:
    """(names, unit, meaning) of each line about a table."""
    lines = [line.split(" | ") for line in LINES[table].strip().splitlines()]
    return [(names, unit, meaning) for names, unit, meaning in lines]
