"""What a pooled dataset holds, in lines and as files of its summary; and the flow from exports to nights as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from rlskit.errors import DiaryError
from rlskit.models.fitting import Fitted
from rlskit.pool.store import SUMMARY
from rlskit.utils.csv_files import write_csv
from rlskit.utils.files import whole_file, write_whole
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.shown import Shown

FLOW = ["step", "n", "people", "left_out", "reason"]
_NOTHING_MAPPED = (
    "nothing tells symptom nights apart. Apps have tags with names of their own: `rlskit check FILE --write-mapping` "
    "drafts an rlskit.toml beside an export; say in it what the tags mean, and pool again"
)


@dataclass(frozen=True)
class Pool(Shown):
    """A dataset of pooled nights and what went into it.

    path : of the dataset, for pandas.read_parquet (columns of make_nights; `person` is the partition).
    people : person, export, nights, answered (nights with an answer about symptoms), symptom_nights, not_tracked
        (nights without an answer because symptoms were not tracked yet, or no longer), after_symptoms and after_none
        (share of symptom nights after a night with and without them: persistence), tracked_late and stopped_early
        (columns tracked only from, or until, some night inside the diary), landmark, open (columns of which nothing can
        be claimed before a question is settled: `rlskit check` of that export shows it).
    columns : column, answered (share of all nights), people (with at least one answer), tracked_late, stopped_early
        (people).
    exports : export, content (keyed hash of its files), people.
    exclusions : export, person (empty where the whole export was left out), reason.
    stamp : what it takes to make the dataset again.
    shared_ids : ids that stand in more than one export, whose people count as different ones.
    """

    __module__ = "rlskit"

    path: Path
    people: pd.DataFrame
    columns: pd.DataFrame
    exports: pd.DataFrame
    exclusions: pd.DataFrame
    stamp: pd.DataFrame = field(repr=False)
    shared_ids: int = 0

    def parts(self) -> list[str]:
        return describe_pool(self)


POOL = Kind(said="a pool", made="Make one with rk.pool_diaries(folder).",
            taken="rk.load_nights(pool.path.parent)", types=(Pool,), error=DiaryError)


@takes(POOL)
def tabulate_flow(pool: Pool, fit: Fitted | None = None) -> pd.DataFrame:
    """From the exports that were found to the nights that count: the numbers of a CONSORT or STROBE flow figure.

    Columns `step`, `n`, `people` (missing where a step counts no people), `left_out` (of the step before, for one
    `reason`). Each step has one row with its n, then one for each reason why something of it does not reach the next.
    In every table n = n of the next step + what was left out. With `fit`, of a model of these nights, the last steps
    are the nights handed to it and the nights in it.

    Example: ``rk.tabulate_flow(pool)``
    """
    whole = pool.exclusions[pool.exclusions["person"].eq("")]
    twice = pool.exclusions[pool.exclusions["person"].ne("")]
    who, nights = len(pool.people), int(pool.people["nights"].sum())
    rows: list[tuple] = [("Exports found", len(pool.exports), None, None, "")]
    rows += _reasons("Exports found", whole["reason"])
    rows.append(("Exports read", len(pool.exports) - len(whole), None, None, ""))
    rows.append(("People in them", who + len(twice), who + len(twice), None, ""))
    rows += _reasons("People in them", twice["reason"])
    rows.append(("Nights from each first to last entry", nights, who, None, ""))
    if fit is None:
        answered, off = int(pool.people["answered"].sum()), int(pool.people["not_tracked"].sum())
        gone = {"symptoms not recorded": nights - answered - off, "symptoms not tracked yet, or no longer": off}
        rows += [(rows[-1][0], None, None, n, reason) for reason, n in gone.items() if n]
        rows.append(("Nights with an answer about symptoms", answered, int(pool.people["answered"].gt(0).sum()), None,
                     ""))
        return _flow(rows)
    handed = fit.n_nights + fit.n_left_out
    if aside := nights - handed:
        rows.append((rows[-1][0], None, None, aside, "set aside before the model, as the analysis states"))
    rows.append(("Nights handed to the model", handed, None, None, ""))
    gone = fit.left_out["reason"]  # a row for each night; of a model of a dataset, one for each reason
    rows += _reasons("Nights handed to the model",
                     gone.repeat(fit.left_out["nights"]) if "nights" in fit.left_out else gone)
    rows.append(("Nights in the model", fit.n_nights, fit.n_people, None, ""))
    return _flow(rows)


def _reasons(step: str, reasons: pd.Series) -> list[tuple]:
    return [(step, None, None, int(n), str(reason)) for reason, n in reasons.value_counts().items()]


def _flow(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=FLOW).astype({"n": "Int64", "people": "Int64", "left_out": "Int64"})


def describe_pool(pool: Pool) -> list[str]:
    """The lines of `print(pool)`."""
    table = pool.people
    nights, answered = int(table["nights"].sum()), int(table["answered"].sum())
    people = "1 person" if len(table) == 1 else f"{len(table)} people"
    lines = [f"Pooled nights: {people}, {nights} nights, {answered} with an answer about symptoms"]
    unsettled = table["open"].str.split(", ").map(lambda columns: "symptoms" in columns).astype(bool)
    told = table[~unsettled & table["answered"].gt(0)]
    if len(told):
        rates = 30 * told["symptom_nights"] / told["answered"]
        low, mid, high = rates.quantile([0.1, 0.5, 0.9])
        lines.append(f"  symptom nights per 30: median person {mid:.0f}, from {low:.0f} to {high:.0f} in most (10-90%)")
        after = [told[c].astype(float).mean() for c in ("after_symptoms", "after_none")]
        said = ["–" if pd.isna(share) else f"{100 * share:.0f}%" for share in after]
        lines.append(f"  a symptom night followed a symptom night in {said[0]}, a night without in {said[1]} "
                     "(mean over people)")
    if unsettled.any():
        who = "1 person" if unsettled.sum() == 1 else f"{unsettled.sum()} people"
        lines.append(f"  open, and in no rate: which nights had symptoms is not settled for {who}; `rlskit check` of "
                     "their exports shows the line that settles it (`open` in people.csv)")
    for row in pool.columns.itertuples():
        regimes = [f"{n} {word}" for n, word in ((row.tracked_late, "began to track it later"),
                                                 (row.stopped_early, "stopped before the end")) if n]
        lines.append(f"  {row.column}: {100 * row.answered:.0f}% of nights, {row.people} people"
                     + (f" ({', '.join(regimes)})" if regimes else ""))
    for reason, rows in pool.exclusions.groupby("reason", sort=True):
        what = "people" if rows["person"].ne("").any() else "exports"
        ids = [*rows["person" if what == "people" else "export"]]
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        lines.append(f"  left out: {len(ids)} {what if len(ids) > 1 else what[:-1].replace('peopl', 'person')}: "
                     f"{reason} ({', '.join(ids[:3])}{more})")
    if pool.shared_ids:
        stand = "id stands" if pool.shared_ids == 1 else "ids stand"
        lines.append(f"  {pool.shared_ids} {stand} in more than one export, taken for different people; same_ids=True "
                     "(--same-ids) takes them for the same")
    return [*lines, f"  next: {'rk.fit(formula, rk.load_nights(folder), slopes=...)' if answered else _NOTHING_MAPPED}"]


def write_summary(pool: Pool, out: Path) -> None:
    """`summary/` of the dataset: summary.txt, people.csv, columns.csv, exports.csv, exclusions.csv and flow.csv."""
    tables = {"people": pool.people, "columns": pool.columns, "exports": pool.exports, "exclusions": pool.exclusions,
              "flow": tabulate_flow(pool)}
    for name, table in tables.items():
        with whole_file(out / SUMMARY / f"{name}.csv") as draft:
            write_csv(table, draft)
    write_whole(out / SUMMARY / "summary.txt", "\n".join(describe_pool(pool)) + "\n")
