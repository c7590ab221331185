"""No direct identifier in anything that pool or anonymise write or say.

Names, e-mail addresses, phone numbers, birthdays and coordinates stand in every text of every format
(tests/helpers/planted.py); every byte that comes out is searched for them, Parquet and pictures decompressed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from tests.helpers import planted

KEY = b"0123456789abcdef" * 2


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The folder of planted exports, and its files."""
    folder = tmp_path_factory.mktemp("planted") / "in"
    return folder, planted.write_all(folder)


def run(*words) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(w) for w in words])
    return done.exit_code, done.output + done.stderr


def every_byte(out: Path) -> str:
    """All that stands in a folder, the names of its files included; Parquet as text, with all its metadata."""
    import pyarrow.parquet as pq

    said = []
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        said += [str(path.relative_to(out)), path.read_bytes().decode("utf-8", errors="replace")]
        if path.suffix == ".parquet":
            part = pq.ParquetFile(path)
            said += [str(part.metadata.to_dict()), str(part.schema_arrow.metadata), str(part.read().to_pylist())]
    return "\n".join(said)


def traces(text: str) -> list[str]:
    return [word for word in planted.TRACES if word in text.casefold()]


@pytest.fixture(scope="module")
def pooled(exports, tmp_path_factory):
    out = tmp_path_factory.mktemp("pooled") / "out"
    out.with_name("out.key").write_bytes(KEY)
    code, said = run("pool", exports[0], "--out", out)
    assert code == 0, said
    return out, said


def test_what_is_planted_would_be_found(exports):
    """The search sees a leak: every trace is in the exports, and the readers carry it into the tables."""
    folder, files = exports
    assert set(traces(every_byte(folder))) >= set(planted.TRACES) - {"example_org", "1971_04_05", "51_50071"}
    nights = rk.make_nights(rk.read_diary(next(f for f in files if f.name.startswith("sheet") and f.suffix == ".csv")))
    assert "quimby" in " ".join(nights).casefold()  # a movement of one's own is a column


def test_every_format_is_in_the_pool(exports, pooled):
    """Whatever is left out says nothing about leaks: only the damaged ones may be."""
    who = rk.match_ids(exports[0], key=KEY)
    left_out = set(rk.read_pool(pooled[0]).exclusions["export"])
    names = {str(e).split(" ")[0] for e in who.loc[who["export_id"].isin(left_out), "export"]}
    assert names == {"dates", "nights", "unknown", "cut", "own", "empty"}
    assert set(rk.read_pool(pooled[0]).people["person"]) == set(who["person_id"]) - {rk.hash_id("", KEY)} - {
        i for e, i in zip(who["export_id"], who["person_id"], strict=True) if e in left_out}
    nights = rk.load_nights(pooled[0])
    assert nights["movement_other"].sum() > 20 and nights["medicine_period"].nunique() > 1


def test_nothing_that_pool_writes_or_says_names_anybody(pooled, exports):
    out, said = pooled
    assert traces(every_byte(out)) == [] and traces(said) == []
    again, repeated = run("pool", exports[0], "--out", out)
    assert again == 0 and traces(repeated) == []
    pool = rk.read_pool(out)
    assert traces(repr(pool) + pool._repr_html_() + repr(pool.stamp.to_dict())) == []
    assert traces(repr(rk.load_nights(out).attrs)) == []


def test_who_is_who_is_written_elsewhere_and_only_when_asked(pooled, exports, tmp_path):
    out, _ = pooled
    code, said = run("pool", exports[0], "--out", out, "--who-is-who", out / "who.csv")
    assert code == 1 and "it would stand among the files to share" in " ".join(said.split())
    code, said = run("pool", exports[0], "--out", out, "--who-is-who", tmp_path / "who.csv")
    assert code == 0 and traces(said) == [] and traces(every_byte(out)) == []
    who = pd.read_csv(tmp_path / "who.csv")
    assert set(who["person_id"].dropna()) >= set(rk.read_pool(out).people["person"])
    assert "quimby" in (tmp_path / "who.csv").read_text().casefold()


def test_nothing_that_anonymise_writes_or_says_names_anybody(exports, tmp_path):
    bad = ("dates", "nights", "unknown", "cut", "own", "empty")
    good = [f for f in exports[1] if not f.name.startswith(bad)]
    traits = tmp_path / "people.csv"
    names = sorted({str(p) for p in rk.match_ids(exports[0], key=KEY).query("person != ''")["person"]
                    if not p.startswith(bad)})
    pd.DataFrame({"person": names, "contact": [f"{planted.ALL} {i}" for i in range(len(names))],
                  "sex": ["f", "m"] * (len(names) // 2) + ["f"] * (len(names) % 2)}).to_csv(traits, index=False)
    out = tmp_path / "out"  # with k = 1 nothing is suppressed that might hide a leak
    code, said = run("anonymise", *good, "--key", tmp_path / "k.key", "--people", traits, "--out", out, "--k", 1)
    assert code == 0, said
    assert traces(said) == [] and traces(every_byte(out)) == []
    assert list(pd.read_csv(out / "people.csv")) == ["person", "diary", "sex"]


@pytest.mark.parametrize("bad", ["dates", "nights", "unknown", "cut", "own", "empty"])
def test_an_error_of_anonymise_names_nobody(exports, tmp_path, bad):
    wrong = next(f for f in exports[1] if f.name.startswith(bad))
    code, said = run("anonymise", wrong, "--key", tmp_path / "k", "--out", tmp_path / "out")
    assert code == 1 and said.startswith("rlskit: file 1 of 1: ") and traces(said) == []


def test_the_pool_says_nothing_of_anybody_where_nothing_can_be_read(tmp_path):
    (tmp_path / "in").mkdir()
    planted.damaged(tmp_path / "in")
    code, said = run("pool", tmp_path / "in", "--out", tmp_path / "out")
    assert code == 1 and "expected at least one diary that can be read" in said
    assert traces(said) == [] and traces(every_byte(tmp_path / "out")) == []
