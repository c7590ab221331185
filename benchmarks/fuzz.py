"""Damaged files of every layout: each is a Diary, or a DiaryError, within 5 s of processor time and 500 MB.

Run: python benchmarks/fuzz.py [--mutations 2000] [--only "daylio backup" …] [--jobs 1] [--again]
     python benchmarks/fuzz.py --quick 4                      (so many of every layout; ends with what went wrong)
     python benchmarks/fuzz.py --show "template.xlsx" 17      (one mutation again, with its traceback)
     python benchmarks/fuzz.py --files FOLDER                 (files of one's own; writes nothing)

Mutation n of a layout is always the same (fuzz_samples.py, fuzz_mutations.py). A worker process reads one after the
other under limits of the system; where it dies, the mutation is named and the next worker goes on. Of a Diary, the rows
used and the rows explained must be those of the file. Rows of fuzz.csv are hundreds of mutations; what is there is not
run again. Writes fuzz.md. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pandas as pd
from fuzz_mutations import mutate
from fuzz_samples import Sample, samples

from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import Diary, account
from rlskit.errors import DiaryError

HERE = Path(__file__).resolve().parent
OUT = HERE / "fuzz.csv"
SEED, MUTATIONS, BATCH = 20261122, 2000, 100
SECONDS, MEGABYTES = 5, 500
DIARY, ERROR = "diary", "error"
FIELDS = ["layout", "first", "mutations", "diaries", "errors", "others", "slowest_s", "most_mb"]


# --- one file --------------------------------------------------------------------------------------------------------
def files_of(name: str, sample: Sample, number: int) -> dict[str, bytes]:
    """The files of a layout with mutation `number` in them."""
    rng = Random(f"{SEED} {name} {number}")
    changed = rng.choice(sample.changed)
    return sample.files | {changed: mutate(sample.files[changed], rng)}


def read(path: Path) -> tuple[str, str]:
    """(outcome, what went wrong): "diary", "error", or the name of another exception."""
    try:
        diary = read_diary(path)
    except DiaryError as wrong:
        return ERROR, str(wrong)
    except Exception as wrong:
        last = traceback.extract_tb(wrong.__traceback__)
        ours = [frame for frame in last if "rlskit" in frame.filename][-1]
        return type(wrong).__name__, f"{Path(ours.filename).name}:{ours.lineno} {wrong}"[:300]
    lost = not_accounted(diary)
    return ("rows lost" if lost else DIARY), lost


def not_accounted(diary: Diary) -> str:
    """Files whose rows are not those used and those explained, together."""
    told = account(diary).groupby("file")["rows"].sum()
    return "; ".join(f"{s.file}: {s.rows} rows, {told.get(s.file, 0)} told" for s in diary.source
                     if s.rows != told.get(s.file, 0))


# --- the worker ------------------------------------------------------------------------------------------------------
def work(tasks: Iterable[str]) -> None:
    """For each line of JSON, [layout, number] or [path], one line out: before it is read, and after."""
    known = samples()
    with tempfile.TemporaryDirectory() as home:
        place(Path(home), known["template.xlsx"].files)
        read(Path(home) / "t.xlsx")  # imports and first calls are not the file's
        limit_memory()
        for line in tasks:
            task = json.loads(line)
            path = Path(task[0])
            if len(task) == 2:
                sample = known[task[0]]
                path = Path(home) / sample.give
                place(Path(home), files_of(task[0], sample, task[1]))
            print(json.dumps({"began": task}), flush=True)
            print(json.dumps(measured(path) | {"task": task}), flush=True)


def place(folder: Path, files: dict[str, bytes]) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, raw in files.items():
        (folder / name).write_bytes(raw)


def limit_memory() -> None:
    """What the process holds may grow to 500 MB. Libraries reserve addresses that they do not use, so the limit counts
    from what is reserved now."""
    most = status("VmSize") + MEGABYTES * 2**20 - status("VmRSS")
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def measured(path: Path) -> dict:
    """The outcome of a file, its processor seconds, and the most memory that the process held."""
    Path("/proc/self/clear_refs").write_text("5")  # begins the count of VmHWM anew
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(began) + SECONDS + 1, resource.RLIM_INFINITY))
    outcome, wrong = read(path)
    return {"outcome": outcome, "wrong": wrong, "seconds": round(time.process_time() - began, 2),
            "megabytes": status("VmHWM") // 2**20}


def status(name: str) -> int:
    """Bytes that the system says of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:"))) * 1024


# --- many ------------------------------------------------------------------------------------------------------------
def run(tasks: list[list]) -> Iterator[dict]:
    """The result of every task, in order; a worker that died is followed by another."""
    while tasks:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, "--work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
        assert process.stdin and process.stdout
        process.stdin.write("".join(json.dumps(task) + "\n" for task in tasks))
        process.stdin.close()
        began: list | None = None
        for line in process.stdout:
            said = json.loads(line)
            began = said.get("began")
            if began is None:
                tasks = tasks[1:]
                yield said
        code = process.wait()
        if tasks:
            if began is None:
                raise SystemExit(f"a worker ended before it began ({code})")
            tasks = tasks[1:]
            yield {"task": began, "outcome": f"killed by signal {-code}", "wrong": "", "seconds": float(SECONDS),
                   "megabytes": MEGABYTES}


def row_of(name: str, first: int, results: list[dict]) -> dict:
    outcomes = [one["outcome"] for one in results]
    good = outcomes.count(DIARY), outcomes.count(ERROR)
    return dict(zip(FIELDS, (name, first, len(results), *good, len(results) - sum(good),
                             max(one["seconds"] for one in results), max(one["megabytes"] for one in results)),
                    strict=True))


def wrong_ones(results: Iterable[dict]) -> list[str]:
    return [f"{one['task']}: {one['outcome']}: {one['wrong']} ({one['seconds']} s)" for one in results
            if one["outcome"] not in (DIARY, ERROR) or one["seconds"] > SECONDS]


def batch(name: str, first: int, size: int) -> None:
    results = list(run([[name, first + i] for i in range(size)]))
    pd.DataFrame([row_of(name, first, results)]).to_csv(OUT, mode="a", index=False, header=not OUT.exists())
    for line in wrong_ones(results):
        print(line, flush=True)


def markdown() -> str:
    rows = pd.read_csv(OUT)
    sums = rows.groupby("layout", sort=False).agg({"mutations": "sum", "diaries": "sum", "errors": "sum",
                                                  "others": "sum", "slowest_s": "max", "most_mb": "max"})
    lines = [f"| {r.Index} | {r.mutations:,} | {r.diaries:,} | {r.errors:,} | {r.others} | {r.slowest_s:.1f} | "
             f"{r.most_mb} |" for r in sums.itertuples()]
    return "\n".join([
        "# Damaged files of every layout", "",
        f"`make fuzz` (seed {SEED}). Every file is read by a process that ends at {SECONDS} s of processor time and "
        f"{MEGABYTES} MB of memory. Others: any exception that is no DiaryError, an end by a limit, or a diary in "
        "which the rows used and the rows explained are not those of the file.", "",
        "| layout | mutations | diaries | errors in a sentence | others | slowest, s | most memory, MB |",
        "|---|---|---|---|---|---|---|", *lines, ""])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mutations", type=int, default=MUTATIONS)
    words.add_argument("--only", nargs="*", default=list(samples()))
    words.add_argument("--jobs", type=int, default=1)
    words.add_argument("--again", action="store_true")
    words.add_argument("--show", nargs=2)
    words.add_argument("--files", type=Path)
    words.add_argument("--quick", type=int)
    words.add_argument("--work", action="store_true")
    asked = words.parse_args()
    if asked.work:
        work(sys.stdin)
    elif asked.show:
        show(asked.show[0], int(asked.show[1]))
    elif asked.quick:
        wrong = wrong_ones(run([[name, n] for name in asked.only for n in range(asked.quick)]))
        sys.exit("\n".join(wrong) or 0)
    elif asked.files:
        found = sorted(p for p in asked.files.rglob("*") if p.is_file())
        for one in run([[str(p)] for p in found]):
            print(f"{one['task'][0]}: {one['outcome']} {one['seconds']} s {one['megabytes']} MB: {one['wrong'][:160]}")
    else:
        if asked.again:
            OUT.unlink(missing_ok=True)
        there = set(pd.read_csv(OUT)[["layout", "first"]].itertuples(index=False, name=None)) if OUT.exists() else set()
        size = min(BATCH, asked.mutations)
        left = [(name, first, size) for first in range(0, asked.mutations, size) for name in asked.only
                if (name, first) not in there]
        with ThreadPoolExecutor(asked.jobs) as pool:
            list(pool.map(lambda one: batch(*one), left))
        OUT.with_suffix(".md").write_text(markdown(), encoding="utf-8")


def show(name: str, number: int) -> None:
    """One mutation, in this process and without limits."""
    sample = samples()[name]
    with tempfile.TemporaryDirectory() as home:
        place(Path(home), files_of(name, sample, number))
        print(read_diary(Path(home) / sample.give))


if __name__ == "__main__":
    main()
