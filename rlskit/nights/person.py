"""All columns of one person's nights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.diary import SHIFTED, SHIFTS, Diary
from rlskit.night_rule import NIGHT_STARTS, clock_minutes, clock_on_night, day_text
from rlskit.nights.exposures import amounts, past_jetlag, sleep_columns, supplement
from rlskit.nights.landmark import (
    find_landmark,
    minutes_on_night,
    spans,
    stretch_order,
    stretch_proof,
    stretched_states,
    symptom_order,
)
from rlskit.nights.tracking import column_states

DEVICES = ("sleep_as_android",)
LEAST_OF_14 = 10  # answered evenings of the last 14; the days stretched are then scaled up to 14
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@dataclass(frozen=True)
class PersonNights:
    """One person's rows, with what has to be said about them."""

    table: pd.DataFrame
    landmark: str
    landmark_from: str
    notes: tuple[str, ...]
    tag_choices: tuple[str, ...]


def person_nights(
    diary: Diary, person: str, landmark: str | None, night_starts: str = NIGHT_STARTS
) -> PersonNights:
    """The model rows of one person; see make_nights for the columns."""
    daily = diary.daily[diary.daily["participant_id"].eq(person)]
    events = diary.events[diary.events["participant_id"].eq(person) & diary.events["night_date"].notna()]
    tags = diary.tags[diary.tags["participant_id"].isin([person, ""])]
    tags = tags[tags["column"].ne("") & tags["column"].ne("ignore")]
    entries = _diary_entries(events, daily, tags)
    nights = _calendar(events, daily, entries, tags)

    asleep = sleep_columns(daily, nights)
    stretches = events[events["type"].eq("stretch")]
    found, found_from = find_landmark(stretches, asleep["bed_min"].to_numpy(), night_starts)
    mark_text, mark_from = (found, found_from) if landmark is None else (landmark, f"{landmark}, as given")
    mark, noon = clock_on_night(mark_text, night_starts), clock_minutes(night_starts)

    answered = daily.set_index("night_date").reindex(nights)
    out = pd.DataFrame({"person": person, "night": nights}, index=nights)
    out["recorded"] = nights.isin(entries["night_date"]) | nights.isin(
        daily.loc[_has_answer(daily), "night_date"])
    symptom = _symptoms(events, answered, nights, tags, entries, (mark, noon), stretches)
    out = out.join(symptom).join(_stretching(stretches, answered, nights, tags, entries, mark, symptom))
    for column in ("caffeine", "alcohol"):
        out = out.join(amounts(column, events, answered, nights, tags, entries))
    for column in ("iron", "magnesium"):
        out = out.join(supplement(column, events, answered, nights, tags, entries))
    out = out.join(asleep.drop(columns=["bed_min", "mid_min"]))
    out["free_night"], out["free_night_state"] = _free(events, answered, nights, tags, entries)
    out["social_jetlag_28_min"] = past_jetlag(asleep["mid_min"], out["free_night"])
    for ending, minutes in SHIFTS.items():
        seen = _symptoms(events, answered, nights, tags, entries, (mark + minutes, noon), stretches, said_at=mark)
        seen["stretched"] = _stretching(stretches, answered, nights, tags, entries, mark + minutes, seen)["stretched"]
        out = out.join(seen[list(SHIFTED)].add_suffix(f"_{ending}"))
    out["weekday"] = pd.Categorical([WEEKDAYS[d] for d in nights.day_of_week], WEEKDAYS)
    out["day_index"] = np.arange(len(nights))
    out["medicine_period"] = _medicine_periods(events, answered, nights)
    return PersonNights(out.reset_index(drop=True), mark_text, mark_from, tuple(_notes(events, out, night_starts)),
                        tuple(_choices(tags)))


def _diary_entries(events: pd.DataFrame, daily: pd.DataFrame, tags: pd.DataFrame) -> pd.DataFrame:
    """Signs that the diary itself was open: everything but sleeps; a device's records only if its tags are mapped."""
    kept = events[~events["type"].isin(["sleep", "nap"])]
    mapped = set(tags.loc[tags["n"] > 0, "file"])
    device = kept["app"].isin(DEVICES)
    return kept.loc[~device | kept["file"].isin(mapped), ["file", "night_date"]]


def _has_answer(daily: pd.DataFrame) -> pd.Series:
    said = ["rls_present", "caffeine_any", "alcohol_any", "stretch_any", "iron_any", "magnesium_any"]
    return daily[said].ne("").any(axis=1)


def _calendar(events, daily, entries, tags) -> pd.DatetimeIndex:
    """Every night from the first to the last of the symptom diary; of everything, where there is no symptom diary."""
    files = set(tags.loc[tags["column"].eq("symptoms"), "file"])
    own = daily.loc[_has_answer(daily), "night_date"]
    mine = pd.concat([entries.loc[entries["file"].isin(files), "night_date"], own])
    if mine.empty:
        mine = entries["night_date"] if len(entries) else pd.concat([daily["night_date"], events["night_date"]])
    return pd.date_range(mine.min(), mine.max(), name="night").as_unit("us")


def _of(events: pd.DataFrame, item: str) -> pd.DataFrame:
    return events[events["item"].eq(item)]


def _yes_no(states: pd.Series) -> pd.Series:
    """State → nullable boolean."""
    return states.map({"yes": True, "no": False}).astype("boolean")


def answered_states(states: pd.Series, typed: pd.Series) -> pd.Series:
    """A typed yes or no wins over what ticks say."""
    typed = typed.fillna("").reindex(states.index)
    return states.mask(typed.isin(["yes", "no"]), typed)


def _symptoms(events, answered, nights, tags, entries, clock, stretches, said_at=None) -> pd.DataFrame:
    """symptoms (after the landmark), early_symptoms, onset_h, severity_0_10 and their states.

    clock : the landmark and the start of the night, in minutes of the night's date. said_at : the minute that a tag
        such as "already restless" speaks of, where that is not the landmark.
    """
    mark, noon = clock
    ill = events[events["type"].eq("symptom") & events["amount"].ne(0).fillna(True)]
    main = ill[ill["item"].ne("early_symptoms")]
    order = symptom_order(main, mark, noon).reindex(nights, fill_value=False)
    ticks = events[events["type"].eq("symptom") & events["item"].ne("early_symptoms")]
    any_state = answered_states(
        column_states(nights, ticks, entries, tags[tags["column"].eq("symptoms")], outcome=True,
                      counts=spans(ticks)["end"] > noon),
        answered["rls_present"])
    early_tags = tags[tags["column"].eq("early_symptoms")]
    early_state = column_states(nights, _of(events, "early_symptoms"), entries, early_tags, outcome=True) \
        if len(early_tags) else pd.Series("not_recorded", index=nights, dtype=object)

    present = any_state.eq("yes")
    if said_at is not None and said_at != mark:  # restless at nine: surely at ten, perhaps at eight
        early_state = early_state.mask(early_state.eq("yes" if mark < said_at else "no"), "not_recorded")
    # Early: proved by the clock, else said by its own tag, else told by what was said about a stretch of known hour; a
    # night without any symptoms had none early.
    untold = early_state.isin(["not_recorded", "not_tracked"])
    all_late = present & order["after"] & ~order["before"] & ~order["somewhere"]
    restless, calm = stretch_proof(stretches, mark)
    early = early_state.mask(untold & (any_state.eq("no") | all_late | (present & nights.isin(calm))), "no")
    early = early.mask(untold & present & ~all_late & nights.isin(restless), "yes").mask(order["before"], "yes")
    early = early.mask(early.isin(["not_recorded", "not_tracked"]) & present, "unknown_order")
    # After the landmark: said by a typed yes for the night, sure by the clock, or somewhere in the night. On a night
    # that was already symptomatic a symptom of unknown hour counts as the night's symptom; the landmark analysis sets
    # such nights aside anyway.
    only_early = present & order["before"] & ~order["after"] & ~order["somewhere"] & answered["rls_present"].ne("yes")
    late = any_state.mask(only_early, "no")

    timed = main[main["time_precision"].isin(("minute", "quarter_hour"))]
    at = minutes_on_night(timed["start_local"], timed["night_date"])
    onset = at[at >= noon].groupby(timed["night_date"]).min().reindex(nights)
    typed = minutes_on_night(answered["rls_onset_time"], pd.Series(nights, index=nights))
    severity = main.loc[main["unit"].eq("nrs_0_10")].groupby("night_date")["amount"].max().reindex(nights)
    severity = answered["rls_severity"].where(answered["rls_severity_scale"].eq("nrs_0_10")).fillna(severity)
    return pd.DataFrame({
        "symptoms": _yes_no(late), "symptoms_state": late,
        "early_symptoms": _yes_no(early), "early_symptoms_state": early,
        "onset_h": ((typed.astype(float).fillna(onset.astype(float)) - 720) / 60).astype("Float64"),
        "severity_0_10": severity.round().astype("Int64")}, index=nights)


def _stretching(stretches, answered, nights, tags, entries, mark, symptom) -> pd.DataFrame:
    """stretched (preventive, before the landmark), stretch_min, stretch_responsive, stretched_days_14, movements."""
    done = stretches[stretches["amount"].ne(0).fillna(True)]
    state = answered_states(column_states(nights, stretches, entries, tags[tags["column"].eq("stretched")]),
                            answered["stretch_any"])
    began = symptom["onset_h"] * 60 + 720
    orders = stretch_order(done, mark, began[began.notna()].astype(float))
    judged = stretched_states(orders, symptom["early_symptoms"]).reindex(nights)
    state = state.mask(judged.notna() & state.ne("no"), judged)
    # "Yes, stretched" without any event says nothing about when.
    untold = state.eq("yes") & ~nights.isin(orders["night"])
    state = state.mask(untold, "unknown_order")
    stretched = _yes_no(state)

    preventive = orders[orders["when"].eq("before") & orders["why"].ne("responsive")]
    minutes = preventive.groupby("night")["minutes"].sum(min_count=1).reindex(nights)
    minutes = minutes.where(stretched.fillna(False)).mask(stretched.eq(False).fillna(False), 0.0)
    responsive = orders[orders["why"].eq("responsive")]["night"]
    is_answered = state.isin(["yes", "no", "unknown_order"])
    was_responsive = pd.Series(nights.isin(responsive), index=nights).astype("boolean").where(is_answered, pd.NA)
    counts = stretched.astype("Float64").fillna(0).rolling(14, min_periods=1).sum().shift(1)
    known = stretched.notna().astype(int).rolling(14, min_periods=1).sum().shift(1)
    counts = (counts * 14 / known.clip(lower=1)).round()
    out = pd.DataFrame({
        "stretched": stretched, "stretched_state": state, "stretch_min": minutes.astype("Float64"),
        "stretch_responsive": was_responsive,
        "stretched_days_14": counts.where(known >= LEAST_OF_14).astype("Int64")}, index=nights)
    for name in sorted(set(done["item"]) - {"stretched", ""}):
        did = nights.isin(preventive.loc[preventive["movement"].eq(name), "night"])
        out[f"movement_{name}"] = pd.Series(did, index=nights).astype("boolean").where(stretched.notna(), pd.NA)
    return out


def _free(events, answered, nights, tags, entries) -> tuple[pd.Series, pd.Series]:
    state = answered_states(column_states(nights, _of(events, "free_night"), entries,
                                          tags[tags["column"].eq("free_night")]), answered["free_night"])
    return _yes_no(state), state


def _medicine_periods(events, answered, nights) -> pd.Categorical:
    """A new period starts on the night of each typed or ticked medicine change."""
    changes = nights.isin(_of(events, "medicine_change")["night_date"]) | answered["medicine_change"].fillna("").ne("")
    period = np.cumsum(np.asarray(changes, dtype=int)) + 1
    return pd.Categorical([f"period {p}" for p in period], [f"period {p}" for p in range(1, int(period.max()) + 1)])


def _choices(tags: pd.DataFrame) -> list[str]:
    """What was decided about unticked boxes, for printing."""
    lines = []
    for t in tags[tags["n"] > 0].itertuples(index=False):
        when = f"{day_text(t.first)} to {day_text(t.last)}"
        if t.unticked == "no":
            lines.append(f'"{t.tag}" (ticked {t.n} times, {when}): not ticked counts as "no" on nights with another '
                         "entry, while the tag was in use.")
        else:
            lines.append(f'"{t.tag}" (ticked {t.n} times, {when}): not ticked counts as not recorded.')
    return lines


def _notes(events: pd.DataFrame, out: pd.DataFrame, night_starts: str) -> list[str]:
    """What else a reader has to know about these rows."""
    notes = []
    ill = events[events["type"].eq("symptom") & events["time_precision"].isin(("minute", "quarter_hour"))]
    morning = minutes_on_night(ill["start_local"], ill["night_date"]).lt(clock_minutes(night_starts)).sum()
    if morning:
        until = "noon" if night_starts == NIGHT_STARTS else night_starts
        what = "1 symptom" if morning == 1 else f"{morning} symptoms"
        notes.append(f"{what} between waking and {until} {'counts' if morning == 1 else 'count'} for no night.")
    for column, word in (("symptoms", "symptoms"), ("stretched", "stretching"), ("caffeine_after_noon_mg", "caffeine"),
                         ("alcohol_drinks", "alcohol")):
        off = int(out[f"{column}_state"].eq("not_tracked").sum())
        if 0 < off < len(out):
            notes.append(f"{off} nights lie outside the time in which {word} was tracked; they are set aside.")
    return notes
