"""The `rlskit` command. Bad input: one clear message and exit code 1; wrong usage: exit code 2; never a prompt."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import sys
from pathlib import Path

import click
import pandas as pd

import rlskit as rk
from rlskit.errors import DiaryError, RlskitError
from rlskit.files import whole_file, write_whole
from rlskit.ids import find_key
from rlskit.stamp import HEADING, file_sha256, private_stamp, stamp_lines

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
TIMEZONE = click.option("--timezone", default="", metavar="ZONE", help="IANA zone, such as Europe/London.")
DATE_ORDER = click.option("--date-order", type=click.Choice(["dmy", "mdy"]), default=None,
                          help="Order of day and month in dates such as 03/04/2026.")
NIGHT_STARTS = click.option("--night-starts", default="12:00", metavar="HH:MM", show_default=True,
                            help="Clock time at which a new night begins; move it if you sleep by day.")


@contextlib.contextmanager
def clear_errors(advice: str = ""):
    """A RlskitError, or a file that cannot be read or written, becomes one message and exit code 1.

    advice : what to do where the disk takes no more, for a command that keeps what it has finished.
    """
    try:
        yield
    except RlskitError as wrong:
        raise SystemExit(_fail(str(wrong))) from None
    except BrokenPipeError:
        raise  # the reader of our output went away (`| head`): click ends quietly
    except OSError as wrong:
        where = f"{wrong.filename}: " if wrong.filename and not advice else ""
        what = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        full = advice and wrong.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
        raise SystemExit(_fail(f"{where}{what}. {advice if full else 'Nothing was written there.'}")) from None


def _fail(message: str) -> int:
    click.echo(f"rlskit: {message}", err=True)
    return 1


def command_words(named: bool = True) -> str:
    """The command that is running, as it goes into a stamp: what was typed, paths without their folders. Where names of
    files may be names of people (`named=False`) there is only how many they were."""
    context = click.get_current_context()
    words = [f"rlskit {context.info_name}"]
    for option in context.command.params:
        value = context.params.get(option.name or "")
        if context.get_parameter_source(option.name or "") != click.core.ParameterSource.COMMANDLINE:
            continue
        if isinstance(option, click.Argument):
            paths = value if isinstance(value, tuple) else (value,)
            words += [p.name for p in paths] if named else [f"({len(paths)} given)"]
        elif option.opts[-1] in ("--out", "--key", "--who-is-who", "--write-mapping", "--jobs"):
            continue  # where it was written to, and by how many, changes nothing in it
        elif isinstance(value, Path):
            words += [option.opts[-1], value.name if named else "(a file)"]
        else:
            words += [option.opts[-1]] if value is True else [option.opts[-1], str(value)]
    return " ".join(words)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(rk.__version__, prog_name="rlskit")
def cli() -> None:
    """Turns a restless-legs diary into honest answers. Nothing leaves this computer.

    \b
    Examples
      rlskit demo                                   the sample diary, start to end
      rlskit check my-export.csv --write-mapping    what was understood; drafts rlskit.toml
      rlskit report my-export.csv --out my/report   the page with figures and answers
      rlskit template --out diary.pdf               an empty diary to fill by pen
    """


def _read(files: tuple[Path, ...], timezone: str, date_order: str | None):
    """One person's diary out of one or more files or folders."""
    diaries = [rk.read_diary(f, timezone=timezone, date_order=date_order or "") for f in files]
    diary = rk.combine_diaries(*diaries)
    from rlskit.diary import people

    who = people(diary)
    if len(who) > 1:
        names = ", ".join(who[:5]) + (" …" if len(who) > 5 else "")
        raise DiaryError(f"{', '.join(f.name for f in files)}: expected the diary of one person, found {len(who)} "
                         f"({names}). Make one file for each person.")
    return diary


@cli.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-report"),
              show_default=True, help="Folder for the page.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--landmark", default=None, metavar="HH:MM",
              help="Clock time that separates what was done from what came after. Default: your own.")
@click.option("--notebooks", is_flag=True, help="Run the notebooks too, with a page of each. Needs rlskit[lab].")
def report(files, out, timezone, date_order, night_starts, landmark, notebooks) -> None:
    """What the diary says, as one page: figures, sentences and what was left out.

    Several FILEs (or a folder of them) are one person's: for example a symptom diary and a sleep tracker.

    \b
    Examples
      rlskit report bearable.csv sleep-export.csv --out my/report
      rlskit report my/exports --timezone Europe/London
      rlskit report my/exports --out my/report --notebooks
    """
    from rlskit.notebooks import require_lab, run_notebooks

    with clear_errors():
        if notebooks:
            require_lab()
        diary = _read(files, timezone, date_order)
        stamp = rk.stamp_analysis(diary, command=command_words())
        page = _report(diary, out, night_starts, landmark, stamp)
        click.echo(f"The report is {page}")
        if notebooks:
            pages = run_notebooks(files, out, reading={"timezone": timezone, "date_order": date_order or ""},
                                  nights={"night_starts": night_starts if night_starts != "12:00" else "",
                                          "landmark": landmark or ""}, stamp=stamp)
            click.echo("The notebooks are " + ", ".join(str(p) for p in pages))
        if len(diary.tags) and not diary.tags["column"].ne("").any():
            click.echo("None of the diary's tags is mapped yet, so the page has no answers. Draft their meaning with:\n"
                       f"  rlskit check {files[0]} --write-mapping")


def _report(diary, out: Path, night_starts: str = "12:00", landmark: str | None = None, stamp=None) -> Path:
    from rlskit.answers import amounts_in

    nights = rk.make_nights(diary, night_starts=night_starts, landmark=landmark)
    answers = rk.answer_questions(nights)
    # what stands on the order of stretching and symptoms is tried before it is shown
    asked = answers.table[answers.table["question"].eq("stretching")].iloc[0]
    tried = asked["verdict"] in ("fewer", "more", "unclear") and asked["design_tag"] == "before-symptom only"
    checks = rk.check_answer(nights, claim_level=answers.claim_level) if tried else None
    return rk.write_report(diary, nights, answers, rk.estimate_rates(nights), out, checks, sleep=rk.trace_sleep(diary),
                           trend=rk.trace_trend(nights), doses=[rk.trace_dose(nights, t) for t in amounts_in(answers)],
                           stamp=stamp)


@cli.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("clinic.pdf"), show_default=True,
              help="The page, a PDF.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--facts", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="clinic.toml",
              help="Medicines, iron, questions and more, typed by you; draft it with rlskit template --clinic.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def clinic(files, out, paper, facts, timezone, date_order, night_starts) -> None:
    """One page for a visit to a clinic: what was recorded, on one side of paper, read in two minutes.

    \b
    Examples
      rlskit template --clinic --out my/clinic.toml
      rlskit clinic my/bearable.csv --facts my/clinic.toml --out my/page.pdf --paper letter
    """
    with clear_errors():
        typed = rk.read_facts(facts) if facts else None
        diary = _read(files, timezone, date_order)
        nights = rk.make_nights(diary, night_starts=night_starts)
        page = rk.write_clinic_page(diary, nights, rk.answer_questions(nights), out, facts=typed, paper=paper,
                                    stamp=rk.stamp_analysis(diary, command=command_words()))
        click.echo(f"The page is {page}")


@cli.command()
@FILES
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--write-mapping", is_flag=True, help="Draft rlskit.toml beside the first file (never overwrites one).")
def check(files, timezone, date_order, write_mapping, night_starts) -> None:
    """What was read, what was left out and why, and what the tags were taken to mean.

    \b
    Examples
      rlskit check bearable.csv
      rlskit check bearable.csv --write-mapping
    """
    from rlskit.diary import people
    from rlskit.wording_diary import check_lines

    with clear_errors():
        diary = _read(files, timezone, date_order)
        lines = check_lines(diary, rk.make_nights(diary, night_starts=night_starts) if people(diary) else None)
        drafted = [_write_mapping(diary, files[0], timezone)] if write_mapping else []
        click.echo("\n".join([*lines, *drafted]))


def _write_mapping(diary, first: Path, timezone: str) -> str:
    """Draft rlskit.toml in the folder of the first file."""
    from rlskit.mapping import FILE_NAME

    path = (first if first.is_dir() else first.parent) / FILE_NAME
    if path.exists():
        raise DiaryError(f"{path}: exists already and is never overwritten. Edit it, or move it away and try again.")
    known = timezone or next((s.timezone for s in diary.source if s.timezone), "")
    stamp = rk.stamp_analysis(diary, command=command_words())
    write_whole(path, rk.draft_mapping(diary.tags, known) + _remarks(stamp))
    return f"\nDrafted {path}. Read every line of it, then run rlskit report."


def _remarks(stamp: pd.DataFrame) -> str:
    """A stamp as the last lines of a TOML file, which reads past them."""
    return "".join(f"# {line}\n" for line in ("", HEADING, *stamp_lines(stamp)))


@cli.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the tables.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def convert(files, out, timezone, date_order, night_starts) -> None:
    """The diary as plain tables: daily.csv, events.csv, issues.csv, tags.csv nights.csv (one row a night), source.csv
    and stamp.csv, which say what they were made of. `rlskit` reads the folder again wherever it reads an export.

    \b
    Example
      rlskit convert bearable.csv --out my/tables
    """
    with clear_errors():
        diary = _read(files, timezone, date_order)
        tables = {"daily": diary.daily, "events": diary.events, "issues": diary.issues, "tags": diary.tags,
                  "nights": rk.make_nights(diary, night_starts=night_starts),
                  "source": pd.DataFrame([dataclasses.asdict(s) for s in diary.source]),
                  "stamp": rk.stamp_analysis(diary, command=command_words())}
        with contextlib.ExitStack() as whole:  # all of them or none
            for name, rows in tables.items():
                rows.to_csv(whole.enter_context(whole_file(out / f"{name}.csv")), index=False)
        click.echo(f"Wrote {', '.join(f'{n}.csv' for n in tables)} to {out}")


@cli.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files.")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="File with your secret key; made where there is none. Keep it, and never share it.")
@click.option("--people", "traits", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None,
              help="CSV with a column person and traits such as age_band.")
@click.option("--k", type=click.IntRange(1, 1000), default=5, show_default=True,
              help="People who share every combination of traits.")
@click.option("--keep-season", is_flag=True, help="Move dates by whole years of 52 weeks.")
@TIMEZONE
@DATE_ORDER
def anonymise(files, out, key, traits, k, keep_season, timezone, date_order) -> None:
    """Nights for sharing: hashed ids, moved dates, no text. Each FILE or folder is one person; REDCap has several.

    Writes nights.csv, people.csv and manifest.json, which says what was done and what risk is left.

    \b
    Example
      rlskit anonymise diaries/* --key my/secret.key --out shared
    """
    with clear_errors():
        if key.resolve().parent == out.resolve():
            raise DiaryError(f"{key}: the key would stand beside the files to share. Keep it in another folder.")
        nights = _nights_of_many(files, timezone, date_order or "")
        if not key.exists():
            find_key(key)
            click.echo(f"Made a secret key: {key}. Keep it, and never share it.")
        about = None if traits is None else pd.read_csv(traits, dtype=str)
        found = rk.anonymise(nights, key=find_key(key), traits=about, k=k, keep_season=keep_season)
        inputs = [file_sha256(f) for f in (*files, *([traits] if traits else []))]
        again = private_stamp(find_key(key), inputs, command_words(named=False))
        found.manifest["stamp"] = dict(zip(again["what"], again["value"], strict=True))
        with contextlib.ExitStack() as whole:
            for name, rows in (("nights", found.nights), ("people", found.people)):
                rows.to_csv(whole.enter_context(whole_file(out / f"{name}.csv")), index=False)
            draft = whole.enter_context(whole_file(out / "manifest.json"))
            draft.write_text(json.dumps(found.manifest, indent=1) + "\n", encoding="utf-8")
        click.echo(repr(found))
        click.echo(f"Wrote nights.csv, people.csv and manifest.json to {out}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the dataset.")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), default=None,
              help="File with your secret key; made where there is none. Keep it, and never share it.  "
                   "[default: OUT.key, beside OUT]")
@click.option("--who-is-who", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="FILE.csv",
              help="Write which file and person got which id. Keep it, and never share it.")
@click.option("--landmark", default=None, metavar="HH:MM", help="One landmark for everybody. Default: each one's own.")
@NIGHT_STARTS
@TIMEZONE
@DATE_ORDER
@click.option("--same-ids", is_flag=True, help="An id that stands in two exports (record 7 of two REDCap projects) is "
                                              "one person. Default: two people.")
@click.option("--jobs", type=click.IntRange(1, 512), default=1, show_default=True, help="Processes that read exports.")
def pool(folder, out, key, who_is_who, landmark, night_starts, timezone, date_order, same_ids, jobs) -> None:
    """Many people's exports as one Parquet dataset of nights. Each file or folder in FOLDER is one person.

    A run that was interrupted goes on where it stopped; an export that cannot be read is counted and left out. People
    and files are called by ids made with a secret key: no name, no text and no tag of a diary is in the dataset.
    OUT/summary says what was pooled; OUT/summary/flow.svg shows what was left out, and why.

    \b
    Examples
      rlskit pool diaries --out my/pooled
      rlskit pool diaries --out my/pooled --who-is-who my/who-is-who.csv
    """
    from joblib import parallel_config

    from rlskit.pool import key_path

    with clear_errors("The disk takes no more; what was finished before is kept. Make room and run the same command "
                      "again."):
        secret = key or key_path(out)
        for private in (secret, who_is_who):
            if private is not None and out.resolve() in private.resolve().parents:
                raise DiaryError(f"{private}: it would stand among the files to share. Keep it in another folder.")
        is_new = not secret.exists()
        with parallel_config(backend="loky" if jobs > 1 else "sequential", n_jobs=jobs):
            found = rk.pool_diaries(folder, out, key=None if key is None else find_key(key), landmark=landmark,
                                    night_starts=night_starts, timezone=timezone, date_order=date_order or "",
                                    same_ids=same_ids, command=command_words(named=False))
        rk.save_picture(rk.tabulate_flow(found), out / "summary" / "flow.svg", stamp=found.stamp)
        click.echo(repr(found))
        if is_new:
            click.echo(f"Made a secret key: {secret}. Keep it, and never share it.")
        if who_is_who is not None:
            who = rk.match_ids(folder, key=find_key(secret), timezone=timezone, date_order=date_order or "",
                               same_ids=same_ids)
            with whole_file(who_is_who) as draft:
                who.to_csv(draft, index=False)
            click.echo(f"Wrote {who_is_who}, which must not be shared")
        click.echo(f"Wrote {found.path}")


def _nights_of_many(files: tuple[Path, ...], timezone: str, date_order: str) -> pd.DataFrame:
    """The nights of everybody. A file is named by its place in the command: its name may be a person's."""
    from rlskit.pool_read import named_nights

    parts: list[pd.DataFrame] = []
    read: dict[str, int] = {}
    for number, file in enumerate(files, 1):
        where = f"file {number} of {len(files)}"
        try:
            mine = named_nights(file, file.parent, timezone=timezone, date_order=date_order)
        except DiaryError as wrong:
            raise DiaryError(f"{where}: {wrong.kind}. `rlskit check` on that file says more. Mend it, or leave it away."
                             ) from None
        for person in mine["person"].unique():
            if person in read:
                raise DiaryError(f"{where}: expected each person once, found one of file {read[person]} again. Put one "
                                 "person's files in a folder of their own, and give the folder. If these are two "
                                 "people (one number in two studies), do each study by itself, with a key of its own.")
            read[person] = number
        parts.append(mine)
    return pd.concat(parts, ignore_index=True)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="diary.xlsx or diary.csv to type in, diary.pdf to print and fill by pen; clinic.toml with --clinic.")
@click.option("--clinic", is_flag=True, help="The facts for the clinic page instead: an empty clinic.toml.")
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
def template(out, clinic, weeks, paper) -> None:
    """An empty diary: a spreadsheet with yes/no choices, or four weeks on paper, the same columns.

    \b
    Examples
      rlskit template --out diary.xlsx
      rlskit template --out diary.pdf --paper letter
      rlskit template --clinic --out clinic.toml
    """
    with clear_errors():
        if out.exists():
            raise DiaryError(f"{out}: exists already; a diary is never overwritten. Choose another name.")
        if clinic and out.suffix.lower() != ".toml":
            raise DiaryError(f"{out.name}: expected a name that ends in .toml for the facts of the clinic page.")
        if clinic:
            from rlskit.clinic import facts_template

            write_whole(out, facts_template() + _remarks(rk.stamp_analysis(command=command_words())))
        else:
            rk.write_template(out, weeks=weeks, paper=paper)
        click.echo(f"Wrote {out}")


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-demo"),
              show_default=True, help="Folder for the page.")
def demo(out) -> None:
    """The whole job on the synthetic sample diary that comes with rlskit. No real person is in it."""
    with clear_errors():
        diary = rk.read_diary(rk.sample_path())
        page = _report(diary, out, stamp=rk.stamp_analysis(diary, command=command_words()))
        click.echo(f"The sample diary's report is {page}")
        click.echo("Open it in a browser. The sample is made up; the truth it was made with is in its truth.json.")


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-notebooks"),
              show_default=True, help="Working folder for your copy of the notebooks.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab without opening a browser.")
def lab(out, no_browser) -> None:
    """JupyterLab on a working copy of the notebooks; the originals stay clean. Needs rlskit[lab]."""
    import importlib.util
    import shutil
    import subprocess

    from rlskit.resources import notebooks_path

    with clear_errors():
        if importlib.util.find_spec("jupyterlab") is None:
            raise DiaryError('lab: JupyterLab is not installed. Run: python -m pip install "rlskit[lab]"')
        out.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(notebooks_path().glob("*.ipynb")):
            if not (out / notebook.name).exists():  # a copy you have worked in is yours
                shutil.copyfile(notebook, out / notebook.name)
        command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={out}", "--ServerApp.ip=127.0.0.1",
                   # nothing leaves this computer: JupyterLab would ask for its own news and newer versions
                   "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        raise SystemExit(subprocess.call([*command, *(["--no-browser"] if no_browser else [])]))


def main() -> None:
    """Entry point of the `rlskit` command."""
    cli(prog_name="rlskit")


if __name__ == "__main__":
    main()
