"""Every reader takes a file as a spreadsheet or an editor of Windows saved it: the same diary, and a remark."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from rlskit.diary.readers.read import read_diary
from rlskit.utils.text_files import UTF_16, WINDOWS

FILES = {
    "bearable": "date,weekday,time of day,category,rating/amount,detail,notes\n"
                '"22nd Sep 2026","Tuesday","pm","Symptom","3","Müde Beine (Severe)",""\n',
    "daylio": "full_date,date,weekday,time,mood,activities,note\n2026-09-22,22. September,Dienstag,21:00,gut,müde,\n",
    "sleep_as_android": "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles\n"
                        '"1","Europe/London","02. 03. 2026 23:10","03. 03. 2026 7:10","","8.0","3.5","#müde",,,,\n',
    "redcap": "record_id,redcap_event_name,night,symptoms,movement,diary_complete\n1,v1,2026-09-22,ja,Dehnübung,2\n",
    "template": "night,symptoms,stretched,movement\n2026-09-22,ja,ja,Dehnübung\n",
}


@pytest.mark.parametrize("app", FILES)
@pytest.mark.parametrize(("encoding", "said"), [("utf-16", UTF_16), ("cp1252", WINDOWS)])
def test_the_same_diary_in_every_encoding(tmp_path, app, encoding, said):
    diaries = {}
    for name in ("utf-8", encoding):
        path = tmp_path / "f.csv"
        path.write_bytes(FILES[app].encode(name))
        diaries[name] = read_diary(path)
    plain, other = diaries.values()
    assert other.source[0].app == app
    assert set(other.issues["kind"]) - set(plain.issues["kind"]) == {said}
    pd.testing.assert_frame_equal(other.daily, plain.daily)
    pd.testing.assert_frame_equal(other.events, plain.events)
    pd.testing.assert_frame_equal(other.tags, plain.tags)


@pytest.mark.parametrize("app", FILES)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_same_diary_with_what_a_spreadsheet_puts_between_cells(tmp_path, app, delimiter):
    said = io.StringIO(newline="")
    csv.writer(said, delimiter=delimiter).writerows(csv.reader(io.StringIO(FILES[app], newline="")))
    path, diaries = tmp_path / "f.csv", []
    for raw in (FILES[app].encode(), said.getvalue().encode("utf-16")):
        path.write_bytes(raw)
        diaries.append(read_diary(path))
    plain, other = diaries
    assert other.source[0].app == app
    pd.testing.assert_frame_equal(other.daily, plain.daily)
    pd.testing.assert_frame_equal(other.events, plain.events)
