"""What is left of a file: its layout, and nothing that could be a person's. Every layout that readers take."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from rlskit.diary.readers.detect import UnknownFile, find_reader
from rlskit.diary.readers.packs import is_pack
from rlskit.diary.redact import files
from rlskit.diary.redact.files import redact
from rlskit.diary.redact.words import mask, names
from rlskit.errors import DiaryError
from tests.helpers.scripts import script

STAND_INS = {"xxx", "x", "false", "unknown", "am", "utc", "gmt", "null", "t", "z", "jan", "january", "st", "e"}
SHAPES = re.compile(r"0+|10*|2026|26|31|01|12|x+")
NAMED = {word for name in names() for word in re.findall(r"[^\W\d_]+|\d+", name)} | {"utf", "8", "none", "2"} | {
    ending.removeprefix(".") for ending in files.ENDINGS}


def layouts():
    return {name: sample for name, sample in script("benchmarks/fuzz_samples.py").samples().items() if sample.give}


SAMPLES = layouts()


def texts(raw: bytes) -> list[str]:
    """All that can be read in a file, of whatever kind, names of files and tables too."""
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = archive.namelist()
            if "xl/workbook.xml" in inside:
                book = load_workbook(io.BytesIO(raw))
                return [*book.sheetnames, *(str(cell.value) for sheet in book for row in sheet for cell in row)]
            return inside + [text for name in inside for text in texts(archive.read(name))]
    if raw.startswith(b"SQLite"):
        base = sqlite3.connect(":memory:")
        base.deserialize(raw)
        rows = [row for (table,) in base.execute("select name from sqlite_master").fetchall()
                for row in base.execute(f'select * from "{table}"')]
        return [*(str(cell) for row in rows for cell in row),
                *(name for (table,) in base.execute("select name from sqlite_master").fetchall()
                  for name in [table, *(column[1] for column in base.execute(f'pragma table_info("{table}")'))])]
    if re.fullmatch(rb"[A-Za-z0-9+/=]{40,}", raw):
        return texts(base64.b64decode(raw))
    return [raw.decode("utf-16" if raw.startswith(b"\xff\xfe") else "utf-8-sig")]


def of_a_person(text: str) -> set[str]:
    """Words and numbers that stand for nothing, and that no app gave a column."""
    found = {word for word in re.findall(r"[^\W\d_]+|\d+", text) if word.casefold() not in STAND_INS | NAMED}
    return {word for word in found if not SHAPES.fullmatch(word)}


def redacted(tmp_path, raw, name="my-export", **options):
    path = tmp_path / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return redact(path, **options)


@pytest.mark.parametrize("name", SAMPLES)
def test_of_every_layout_nothing_is_left_but_the_layout_and_it_is_known_by_it(tmp_path, name):
    sample = SAMPLES[name]
    found = redacted(tmp_path, sample.files[sample.give]).content
    assert {word for text in texts(found) for word in of_a_person(text)} == set()
    path = tmp_path / "redacted"
    path.write_bytes(found)
    assert is_pack(path) if name == "takeout.zip" else find_reader(path).app == sample.app


@given(st.text(min_size=1))
def test_no_letter_and_no_digit_of_any_text_is_left(text):
    assert of_a_person(mask(text)) == set()
    assert not re.search(r"[^\W\d_]", re.sub("|".join(STAND_INS), "", mask(text), flags=re.IGNORECASE))
    assert mask(mask(text)) == mask(text) or re.search(r"\d", text)


SECRET = st.from_regex(r"[A-Zq-w]{4,9}|[2-9][3-9]{2,7}|(19|20)\d\d-0[2-9]-[12][2-9]", fullmatch=True).filter(
    lambda word: word.casefold() not in names() | STAND_INS and not SHAPES.fullmatch(word))


def everywhere(secret: str) -> dict[str, bytes]:
    """The word in every place of every kind of file in which a person's may stand."""
    book = Workbook()
    book.active.title = secret
    book.properties.creator = book.active["B2"].value = secret
    book.active.append([secret, "date", 5])
    book.active["A1"].number_format = f'0 "{secret}"'
    sheet = io.BytesIO()
    book.save(sheet)
    base = sqlite3.connect(":memory:")
    base.execute(f'create table "{secret}" ("{secret}" text default \'{secret}\', "date" text)')
    base.execute(f'insert into "{secret}" values (?, ?)', (secret, secret))
    base.execute("create table sleep_session_record_table (start_time int, note text)")
    base.execute("insert into sleep_session_record_table values (?, ?)", (secret, f"a {secret}"))
    base.commit()
    said = json.dumps({secret: [secret, f"{secret}\n\"{secret}\" {secret}\u00e9"], "note": {"date": secret}})
    plain = {
        "a.csv": f'date,{secret},note\n{secret},"a ""{secret}""\n{secret}",{secret}_{secret}\n\n{secret}'.encode(),
        "b.csv": f"{secret};{secret}\r\nstart;end;time in bed;{secret}\r\n{secret}".encode("utf-16"),
        "c.json": said.encode(),
        "cut.json": said[:-9].encode(),
        "d.xml": f'<?xml version="1.0"?><!-- {secret} --><{secret} {secret}="{secret}" type=\'{secret}\'>{secret}&#65;'
                 f"<![CDATA[{secret}]]></{secret}><Record value='{secret}".encode(),
        "e.xlsx": sheet.getvalue(),
        "f.db": base.serialize(),
        "backup.daylio": base64.b64encode(said.encode()),
    }
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.comment = secret.encode()
        for name, raw in plain.items():
            archive.writestr(f"{secret}/{secret} {name}", raw)
            archive.writestr(f"{name}.{secret}", raw)
    return {**plain, "all.zip": pack.getvalue()}


@settings(max_examples=25)
@given(secret=SECRET)
def test_no_word_number_or_date_survives_wherever_it_stands(tmp_path_factory, secret):
    folder = tmp_path_factory.mktemp("secret")
    for name, raw in everywhere(secret).items():
        found = redacted(folder, raw, name).content
        assert not [text for text in texts(found) if secret.casefold() in text.casefold()], name
        assert secret.encode() not in found or len(secret) < 6, name


def test_what_stays_is_what_a_reader_goes_by(tmp_path):
    said = ('date,time of day,category,Anna\'s score,notes\r\n"11th May 2026",pm,"Symptom",7.25,"Bad night, '
            'called Ben at 23:15 on +44 20 7946 0958\nslept"\r\n03/27/2026,am,x,-1,true\r\n')
    assert redacted(tmp_path, said).content.decode() == (
        'date,time of day,category,xxx\'xxx xxx,notes\r\n"1st Jan 2026",xxx,"xxx",0.00,"xxx xxx, '
        'xxx xxx xxx 00:00 xxx +10 10 1000 0000\nxxx"\r\n01/31/2026,xxx,xxx,-1,false\r\n')
    assert redacted(tmp_path, said).unknown == ("Anna's score",)
    assert b"Anna's score" in redacted(tmp_path, said, keep=["anna's score"]).content


def test_json_keeps_its_keys_its_brackets_and_where_it_breaks_off(tmp_path):
    said = '[{"dateOfSleep": "2026-04-03", "Anna": [1793938920000, 2.5e-3, true, null], "type": "st\\u00e4ges\\n"'
    assert redacted(tmp_path, said).content.decode() == (
        '[{"dateOfSleep": "2026-01-01", "xxx": [1000000000000, 0.0e-0, false, null], "type": "xxxxxxx\\n"')


def test_a_file_that_cannot_be_looked_into_is_told_in_a_sentence(tmp_path):
    with pytest.raises(DiaryError, match=r"^my-export: 5 bytes that are no text, no zip and no database, so that "):
        redacted(tmp_path, b"\x00\x01\x02\xff\xfe")
    with pytest.raises(DiaryError, match=r"^my-export: expected a zip, found a damaged one \(File is not a zip file\)"):
        redacted(tmp_path, b"PK\x03\x04 cut off")
    with pytest.raises(DiaryError, match=r"^my-export: expected a database, found a damaged one"):
        redacted(tmp_path, b"SQLite format 3\x00 cut off")


def test_a_damaged_file_breaks_where_it_broke(tmp_path):
    def why(path):
        with pytest.raises(DiaryError) as told:
            find_reader(path).parse(path, None)
        return told.value.kind

    path, other = tmp_path / "a.json", tmp_path / "b.json"
    path.write_text('[{"dateOfSleep": "2026-04-03", "startTime": "2026-04-03T00:31:00.000", "minutesAsleep": 38')
    other.write_bytes(redact(path).content)
    assert why(path) == why(other) == "damaged JSON"
    path.write_text("Some app,2.1\nWhen,What\n")
    other.write_bytes(redact(path).content)
    for one in (path, other):
        with pytest.raises(UnknownFile, match="not a diary that rlskit knows"):
            find_reader(one)


def test_pictures_and_damaged_files_of_a_zip_are_counted(tmp_path):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("photo.jpg", b"\xff\xd8\x00\x01")
        archive.writestr("notes.txt", "Anna")
    found = redacted(tmp_path, pack.getvalue())
    assert (texts(found.content), found.empty) == (["xxx.xxx", "xxx.txt", "", "xxx"], 1)


def test_a_long_text_is_cut_after_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST", 2000)
    found = redacted(tmp_path, "date,note\n" + "2026-03-04,a walk\n" * 200).content
    assert found.endswith(b"2026-01-01,xxx xxx\n") and 1900 < len(found) < 2200


def test_no_text_takes_long(tmp_path):
    before = time.process_time()
    for part in ("\n", "\t\n", "a", "1", "9:", '"', "<", "[", '{"', "&#", "1/", "2026-", "NO_"):
        redacted(tmp_path, part * (50_000 // len(part)))
        redacted(tmp_path, "<a>" + part * (50_000 // len(part)))
    assert time.process_time() - before < 8  # a step of quadratic time takes that for one of them
