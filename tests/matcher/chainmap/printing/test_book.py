"""The book, opened again: cover, contents, chapters, a chain's page, captions; any text; a map of nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from matcher.chainmap.integration import Filler, Gap, IntegrationMap, Overridden, Verdict, VerdictKind
from matcher.chainmap.printing.book import write_book
from tests.matcher.chainmap.making import DAY, HOSTILE, chart, need, rich


def opened(tmp_path: Path, of: IntegrationMap) -> Any:
    write_book(tmp_path / "map.docx", of)
    return docx.Document(str(tmp_path / "map.docx"))


def tables(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in document.tables]


def headings(document: Any) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name == "Heading 1"]


def gap(number: int, **others: Any) -> Gap:
    return Gap(node="nuts/storage", weight=9 - number, zh=f"缺口{number}", en=f"gap {number}",
               fillers=tuple(Filler(key="organization:o", zh=f"甲{number}{each}", en="firm") for each in range(4)), **others)  # fmt: skip


def test_chapters_follow_the_contents_each_on_a_new_page(tmp_path: Path) -> None:
    document = opened(tmp_path, rich())
    found = headings(document)
    assert found == [
        "1　怎么读 How to read it", "2　三个最大的缺口 The three worst gaps", "3　总览 Overview", "4　板栗核桃 nuts",
        "5　光伏储能 energy", "6　要素与融通 Elements, large and small firms", "7　县区 Counties",
        "8　新兴方向与未归链 Emerging topics, records on no node", "9　附录：来源与规则 Sources and rules",
    ]  # fmt: skip
    starts = [one for one in document.paragraphs if one.style.name == "Heading 1"]
    assert all(
        one.paragraph_format.page_break_before and one.paragraph_format.keep_with_next for one in starts
    )
    leads = document.element.body.iter(qn("w:hyperlink"))
    entries = ["".join(each.text or "" for each in one.iter(qn("w:t"))) for one in leads]
    assert entries == found
    assert [one.text for one in document.paragraphs][1:3] == [
        "创新链产业链深度对接融合图谱",
        "Integration map of the innovation chain and the industry chains",
    ]
    assert any(one.text == "2026 年 12 月 1 日" for one in document.paragraphs)


def test_figures_and_tables_are_numbered_each_in_their_series(tmp_path: Path) -> None:
    document = opened(tmp_path, rich())
    captions = [one.text.split("　")[0] for one in document.paragraphs if one.style.name == "Caption"]
    assert [one for one in captions if one.startswith("图")] == [
        f"图 Figure {number}" for number in (1, 2, 3)
    ]
    assert [one for one in captions if one.startswith("表")] == [f"表 Table {number}" for number in (1, 2, 3)]
    assert len(document.inline_shapes) == 3
    assert all(one.width.cm <= 17.01 for one in document.inline_shapes)


def test_the_three_worst_gaps_come_with_who_could_fill_them(tmp_path: Path) -> None:
    of = rich().model_copy(update={"gaps": tuple(gap(number) for number in range(5))})
    document = opened(tmp_path, of)
    summary = [rows for rows in tables(document) if rows[0] == ["谁能补", "who could fill it"]]
    assert [rows[1:] for rows in summary] == [
        [[f"甲{number}0", "firm"], [f"甲{number}1", "firm"]] for number in range(3)
    ]
    page = next(rows for rows in tables(document) if rows[0] == ["缺口 gap", "谁能补 who could fill it"])
    assert [row[0] for row in page[1:]] == ["缺口0", "缺口1", "缺口2", "缺口3"]
    assert any(one.text == "缺口 Gaps（共 5，先列 4 the first 4 of 5）" for one in document.paragraphs)


def test_a_chains_table_has_every_node_with_verdict_and_numbers(tmp_path: Path) -> None:
    rows = next(
        rows for rows in tables(opened(tmp_path, rich())) if rows[0][:2] == ["环节 node", "裁定 verdict"]
    )
    assert [row[:7] for row in rows[1:]] == [
        ["良种与栽培", "证据不足", "0", "0", "0", "0", "1"],
        ["采后贮运与保鲜", "补链", "2", "2", "1", "1", "2"],
        ["果仁食品", "升链", "1", "0", "1", "2", "0"],
        ["└ 速冻栗仁", "平衡", "1", "0", "1", "1", "0"],
        ["果壳利用", "建链", "0", "0", "3", "0", "0"],
    ]


def test_a_persons_verdict_is_told_with_its_reason_but_not_who(tmp_path: Path) -> None:
    said = Verdict(
        verdict=VerdictKind.BUILD, rule="thin", by_rule=VerdictKind.THIN, zh="只有 1 条记录", en="only 1", date=DAY,
        overridden=Overridden(verdict=VerdictKind.BUILD, reason="要上新项目", who="wang", at="2026-11-20T08:00:00Z"),
    )  # fmt: skip
    document = opened(tmp_path, chart([need("n-1", "nuts/shells")], {"nuts/shells": said}))
    told = [cell for rows in tables(document) for row in rows for cell in row if "要上新项目" in cell]
    assert told == ["人工裁定，规则原为“证据不足”：要上新项目（2026-11-20）"] * 2
    assert "wang" not in document.element.xml


def test_any_text_is_only_text_and_the_same_map_gives_the_same_bytes(tmp_path: Path) -> None:
    of = rich().model_copy(update={"notes": ((HOSTILE, "\x00note"),)})
    document = opened(tmp_path, of)
    assert any(one.text == f"{HOSTILE} note" for one in document.paragraphs)
    first = (tmp_path / "map.docx").read_bytes()
    write_book(tmp_path / "map.docx", of)
    assert (tmp_path / "map.docx").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "map.docx") as archive:
        assert not [one for one in archive.namelist() if "vba" in one.lower()]


@pytest.mark.parametrize("of", [IntegrationMap(date=DAY), chart(), chart([need("n-1", "nuts/storage")])])
def test_a_map_of_little_or_nothing_opens_and_says_so(tmp_path: Path, of: IntegrationMap) -> None:
    document = opened(tmp_path, of)
    said = "\n".join(one.text for one in document.paragraphs)
    assert ("还没有记录" in said) == (not of.records)
    assert headings(document)[-1].endswith("附录：来源与规则 Sources and rules")
