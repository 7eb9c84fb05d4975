"""The search index: words anywhere in a text, facets and their counts, several readers of one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from models.finding import Wanted
from models.search import Entry, SearchIndex
from models.words import spans, words_of


def entry(name: str, *texts: str, stage: int | None = None, at: int = 1, **facets: Sequence[str]) -> Entry:
    return Entry("need", name, texts[0], texts, facets, stage, at, at * 1000)


def filled(folder: Path) -> SearchIndex:
    index = SearchIndex(folder)
    entries = [
        entry(
            "a",
            "板栗去壳设备",
            "解决褐变。PLC控制",
            stage=4,
            at=1,
            county=["商州区"],
            fields=["板栗", "装备"],
        ),
        entry("b", "栗子", "板，栗分开写", stage=6, at=2, county=["洛南县"], fields=["装备"]),
        entry("c", "ＰＬＣ 与 MES", "核桃油", at=3, county=["商州区"]),
    ]
    index.update(entries, [], 3, 7)
    return index


def ids(index: SearchIndex, text: str, **more: object) -> list[str]:
    return sorted(index.reader().ids(Wanted("need", words_of(text), **more), 10))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("板栗", "ab"),
        ("栗", "ab"),
        ("去壳设", "a"),
        ("板栗去壳设备", "a"),
        ("板栗去壳设备解决", ""),
        ("壳去", ""),
        ("plc", "ac"),
        ("ｐｌｃ　mes", "c"),
        ("板栗 装配", ""),
        ("褐变、PLC", "a"),
        ("板栗 板栗", "ab"),
    ],
)
def test_a_word_is_found_where_its_characters_stand_together(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert "".join(ids(filled(tmp_path), text)) == expected


def test_words_are_folded_and_parted() -> None:
    assert words_of("  ＰＬＣ　板栗、褐变；《》 “褐变” ") == ["plc", "板栗", "褐变"]
    assert words_of("😀 --- ，") == []


def test_spans_lead_back_to_the_text_as_written() -> None:
    text = "ＰＬＣ，板 栗与板栗油"
    assert [text[start:end] for start, end in spans(text, ["plc", "板栗", "栗油"])] == [
        "ＰＬＣ",
        "板 栗",
        "板栗油",
    ]
    assert spans(text, []) == []
    assert spans("", ["栗"]) == []


def test_facets_narrow_and_count_without_their_own_choice(tmp_path: Path) -> None:
    reader = filled(tmp_path).reader()
    wanted = Wanted("need", facets={"county": ["商州区"], "fields": ["装备"]})
    assert reader.ids(wanted, 10) == ["a"]
    counts = reader.counts(wanted, ["county", "fields", "region"], [2000, 3000])
    assert counts.facets == {
        "county": {"商州区": 1, "洛南县": 1},
        "fields": {"板栗": 1, "装备": 1},
        "region": {},
    }
    assert counts.stages == {4: 1}
    assert reader.counts(Wanted("need"), [], [2000, 3000]).since == [2, 1]
    narrow = Wanted("need", min_stage=5, max_stage=9, since=1500)
    assert reader.ids(narrow, 10) == ["b"]
    assert reader.counts(narrow, [], [500]).stages == {6: 1}
    assert reader.counts(narrow, [], [500]).since == [1]


def test_nothing_asked_lists_the_latest_first(tmp_path: Path) -> None:
    reader = filled(tmp_path).reader()
    assert reader.ids(Wanted("need"), 2) == ["c", "b"]
    assert reader.ids(Wanted("need"), 2, start=2) == ["a"]
    assert reader.total(Wanted("need", without=["b"])) == 2
    assert reader.ids(Wanted("need", within=["a", "zzz"]), 10) == ["a"]
    assert reader.total(Wanted("achievement")) == 0


def test_a_second_reader_sees_an_update(tmp_path: Path) -> None:
    ours, theirs = filled(tmp_path), SearchIndex(tmp_path)
    theirs.refresh()
    assert (theirs.revision, theirs.identity) == (3, 7)
    ours.update([entry("a", "钼尾矿", at=4)], ["need:b"], 4, 7)
    theirs.refresh()
    assert theirs.revision == 4
    assert ids(theirs, "板栗") == []
    assert ids(theirs, "尾矿") == ["a"]


def test_a_rebuilt_index_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    ours, theirs = filled(tmp_path), SearchIndex(tmp_path)
    theirs.refresh()
    before = theirs.reader()
    ours.rebuild()
    ours.update([entry("x", "新")], [], 1, 8)
    assert before.total(Wanted("need")) == 3
    theirs.refresh()
    assert ids(theirs, "新") == ["x"]
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("damage", ["stamp", "folder", "files", "version"])
def test_a_damaged_index_counts_as_none(tmp_path: Path, damage: str) -> None:
    filled(tmp_path)
    stamp, folder = tmp_path / "stamp.json", next(path for path in tmp_path.iterdir() if path.is_dir())
    if damage == "stamp":
        stamp.write_text("{")
    elif damage == "version":
        stamp.write_text(stamp.read_text().replace('"version": 2', '"version": 0'))
    elif damage == "folder":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    else:
        (folder / "meta.json").write_text("no json")
    index = SearchIndex(tmp_path)
    index.refresh()
    assert (index.revision, index.identity) in ((0, None), (3, 7))
    if index.identity is None:
        index.update([entry("x", "新")], [], 1, 7)
        assert ids(index, "新") == ["x"]
    else:  # an empty folder opens as an empty index: nothing may be taken for all there is
        pytest.fail("a folder that was emptied passes for an index")
