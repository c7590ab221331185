"""What stands beside the sample's exports: the mappings, the facts for the clinic page, and the README of the data."""

from __future__ import annotations

from sample_exports import CUPS, GLASSES

FOOD_AND_DRINK = '''[tags."Coffee"]
column = "caffeine_mg"
levels = { Little = 50, Moderate = 100, "A lot" = 200 }
unticked = "no"

[tags."Wine"]
column = "alcohol_drinks"
levels = { Little = 1, Moderate = 2, "A lot" = 3 }
unticked = "no"

[tags."Magnesium"]
column = "magnesium"
unticked = "no"

[tags."Iron"]
column = "iron"
unticked = "no"

[habits."Evening walk"]          # a habit of one's own
kind = "yes/no"
when = "evening"

[tags."Evening walk"]
column = "Evening walk"
unticked = "no"

[outcomes."Resting pulse"]       # and something else to judge nights by, measured on waking
scale = "number"
better = "lower"

[tags."Resting pulse"]
column = "Resting pulse"
tells_of = "last night"
'''

MAPPING = '''# What the tags of the sample diary mean.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
unticked = "no"

[tags."Restless legs last night"]   # told the next morning
column = "symptoms"
tells_of = "last night"
unticked = "no"

[tags."Legs already restless at 9pm"]
column = "early_symptoms"
unticked = "no"

[tags."Calf stretch"]            # done only while the legs are still quiet, by nine
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "calf"
unticked = "no"

[tags."Hamstring stretch"]
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "hamstring"
unticked = "no"

[tags."Stretch held, seconds"]
column = "stretch_hold_s"
intent = "preventive"

[tags."Pull of the stretch, of 10"]
column = "stretch_intensity_0_10"
intent = "preventive"

[tags."Stretched because legs twitched"]
column = "stretched"
intent = "responsive"
unticked = "no"

[tags."Legs before stretching, of 10"]
column = "symptom_before"
intent = "responsive"

[tags."Legs after stretching, of 10"]
column = "symptom_after"
intent = "responsive"

[tags."Minutes until quiet"]
column = "quiet_min"
intent = "responsive"

''' + FOOD_AND_DRINK

CLINIC = '''# Facts for the clinic page of the sample diary, made up like it. An empty one: `rlskit template --clinic`.

[person]
name = "A. B. (made up)"

[visit]
questions = ["Is there something against the bad nights in a row?"]

[body]
other_parts = "arms, since summer"
other_parts_before = "none"
rest_minutes = 15
rest_minutes_before = 30
sleep_lost = 11

[background]
kidney = "no"
pregnancy = "no"

[[irls]]
total = 17
date = 2026-05-11

[[irls]]
total = 22
date = 2026-11-02

[[medicines]]                    # no medicine of this name is sold
name = "Medicine A (made up)"
dose = "0.25 mg"
time = "20:00"
start = 2026-06-22
stop = 2026-08-30

[[medicines]]
name = "Medicine A (made up)"
dose = "0.5 mg"
time = "20:00"
start = 2026-08-31

[[past_dopamine]]
name = "none"

[[iron]]
ferritin = 52
unit = "µg/L"
tsat = 17
date = 2026-10-19
conditions = "morning, fasting, off iron for a day"

[drug_groups]
antihistamine = true
serotonergic = false
dopamine_blocking = false

[mimics]
snoring_or_pauses = true
'''

UNTIMED_MAPPING = '''# The twin without intent or times: nothing tells one stretch from another.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
unticked = "no"

[tags."Restless legs last night"]   # told the next morning
column = "symptoms"
tells_of = "last night"
unticked = "no"

[tags."Stretching"]
column = "stretched"
unticked = "no"

''' + FOOD_AND_DRINK


def _daylio_mapping() -> str:
    cups = "".join(
        f'\n[tags."{size}{when} coffee"]\ncolumn = "caffeine_mg"\namount = {mg}\ntime = "{clock}"\nunticked = "no"\n'
        for when, clock in (("morning", "08:00"), ("afternoon", "15:00")) for mg, size in CUPS.items())
    wine = "".join(f'\n[tags."wine x{k}"]\ncolumn = "alcohol_drinks"\namount = {k}\nunticked = "no"\n' for k in GLASSES)
    return '''# What the activities of the Daylio sample mean.
timezone = "Europe/London"

[tags."restless legs"]
column = "symptoms"
unticked = "no"

[tags."legs restless by 9"]
column = "early_symptoms"
unticked = "no"

[tags."calf stretch"]
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "calf"
unticked = "no"

[tags."stretched for twitching legs"]
column = "stretched"
intent = "responsive"
unticked = "no"

[tags."magnesium"]
column = "magnesium"
unticked = "no"
''' + cups + wine


DAYLIO_MAPPING = _daylio_mapping()

README = """# The sample diary

No real person is in it. `make_sample.py` draws one made-up person with `rlskit.simulate_diaries` (seed 20261122, fixed
before anything was drawn) and writes the nights down the way the apps export them; running it again gives the same
bytes. `rk.read_diary("data/sample")` reads the pair as one person's diary.

* `sample/bearable.csv`, `sample/sleep-as-android.csv`: 180 nights from 10 May 2026, Europe/London, the clocks going
  back on 25 October; nothing written on some nights and in the week of 14 August; the wine tag is new in month 2.
  Some nights were slept in two or three pieces; of about a third of the symptom nights the next morning tells, of the
  others the hour at which they began is written down.
* `sample/rlskit.toml`: what the tags mean. Calf and hamstring stretches are done by nine, and only while the legs are
  quiet; "Stretched because legs twitched" answers symptoms, and is rated. The evening walk is a habit of the person's
  own, the resting pulse an outcome.
* `sample/clinic.toml`: facts for the clinic page, made up as well.
* `sample/untimed/`: the same nights, with one stretching tag that knows neither intent nor time.
* `sample/other-formats/`: the first 60 written nights of the same person as a Daylio export and in rlskit's own
  template. The template counts cups, not milligrams. `redcap/` is another study: twelve people of three sites, written
  by `make_study.py`.
* `sample-truth.json`: the parameters, what is true of every row of the advice table (`advice`), and the true effects in
  symptom nights per 30:

| what | compared | outcome | nights per 30 |
|---|---|---|---|
@ROWS@
`stretched` is compared on nights still quiet at 21:00; `stretched_before` is stretching at 21:00 on each of them,
counted over all nights; the others are compared on all nights. Coffee before noon, iron,
magnesium, the weekend, time, and how a stretch is done change nothing. A symptom night is slept one point worse, with a
pulse three beats higher. Legs ease by 0 to 4 points after a stretch because of symptoms; without it they might have
eased as much.
"""
