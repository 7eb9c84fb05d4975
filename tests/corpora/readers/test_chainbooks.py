"""Files of chains, well made and not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from corpora.chains import Position, chains
from corpora.errors import BadChain, ShuanglianError, UnreadableFile
from corpora.readers.chainbooks import read_book, read_chains
from corpora.writers.chainbooks import chain_text, write_chains

Rows = Sequence[Sequence[object]]

CHAIN_HEAD = ["产业链编号", "产业链名称", "产业链英文名", "产业链说明", "事实依据"]
NODE_HEAD = ["产业链编号", "环节编号", "环节名称", "位置", "上级环节", "代表产品", "关键词", "供给环节"]
TEA = ["tea", "茶叶", "tea", "从茶园到茶杯", "《国民经济行业分类》；县志"]
LEAF = ["tea", "leaf", "鲜叶", "上游", None, "鲜叶、茶籽", "采茶，茶园", "加工"]
MADE = ["tea", "made", "加工", "中游", None, "绿茶", "杀青;揉捻", "shops"]
SHOP = ["tea", "shops", "门店", "downstream", "", "", None, ""]


def book(path: Path, chain_rows: Rows, node_rows: Rows, names: tuple[str, str] = ("产业链", "环节")) -> Path:
    with xlsxwriter.Workbook(path / "chains.xlsx") as made:
        for name, rows in zip(names, (chain_rows, node_rows), strict=True):
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path / "chains.xlsx"


def faults(path: Path) -> list[str]:
    with pytest.raises(BadChain) as caught:
        read_chains(path)
    for one in caught.value.problems:
        assert "\n" not in str(one)
    assert caught.value.problems[0].zh in caught.value.zh
    return [one.zh for one in caught.value.problems]


def test_a_plain_workbook_is_understood(tmp_path: Path) -> None:
    (chain,) = read_chains(book(tmp_path, [CHAIN_HEAD, TEA], [NODE_HEAD, LEAF, MADE, SHOP]))
    assert (chain.id, chain.zh, chain.en, chain.description) == ("tea", "茶叶", "tea", "从茶园到茶杯")
    assert chain.sources == ("《国民经济行业分类》", "县志")
    leaf, made, shops = chain.nodes
    assert (leaf.products, leaf.keywords, leaf.supplies) == (("鲜叶", "茶籽"), ("采茶", "茶园"), ("made",))
    assert (made.keywords, made.supplies) == (("杀青", "揉捻"), ("shops",))
    assert [node.position for node in chain.nodes] == list(Position)
    # A node without an English name goes by its own.
    assert shops.en == "门店"


def test_headings_in_english_under_a_title_and_other_columns_will_do(tmp_path: Path) -> None:
    heads = [["Our chains"], [], ["no", "id", "name", "owner"]], [
        ["Their nodes"], ["notes", "id *", "name", "position", "part of", "supplies"],
    ]  # fmt: skip
    path = book(
        tmp_path,
        [*heads[0], [1, "tea", "茶叶", "农业局"]],
        [*heads[1], ["x", "leaf", "鲜叶", "upstream", "", ""], ["", "buds", "茶芽", "上", "鲜叶", ""]],
        ("Chains", "Nodes"),
    )
    found = read_book(path)
    (chain,) = found.chains
    # Of a file with one chain its nodes need not say which.
    assert [(node.id, node.parent) for node in chain.nodes] == [("leaf", ""), ("buds", "leaf")]
    assert found.ignored == ["Chains D owner"]


def test_a_merged_cell_holds_for_all_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "chains.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("产业链")
        for number, row in enumerate([CHAIN_HEAD, TEA, ["nuts", "坚果"]]):
            sheet.write_row(number, 0, row)
        sheet = made.add_worksheet("环节")
        for number, row in enumerate([NODE_HEAD, LEAF, MADE, SHOP, ["nuts", "shells", "果壳", "下游"]]):
            sheet.write_row(number, 0, row)
        sheet.merge_range(1, 0, 3, 0, "茶叶")
    assert [(chain.id, len(chain.nodes)) for chain in read_chains(path)] == [("tea", 3), ("nuts", 1)]


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [CHAIN_HEAD, TEA, ["tea", "再来"], [None, "没有编号"]],
        [
            NODE_HEAD,
            ["tea", "Leaf", "鲜叶", "上游"],
            ["tea", "made", "加工", "中间"],
            ["coffee", "beans", "豆", "上游"],
            ["tea", "shops", None, "下游"],
            [None, "cups", "茶杯", "下游"],
        ],
    )
    assert faults(path) == [
        "工作表“产业链”第 3 行“A 产业链编号”：编号“tea”在第 2 行已写过，请删去一行",
        "工作表“产业链”第 4 行“A 产业链编号”：没有写产业链编号，请补上",
        "工作表“环节”第 4 行“A 产业链编号”：“产业链”表里没有产业链“coffee”",
        "工作表“环节”第 2 行“B 环节编号”：应由小写英文字母、数字和连字符组成，最多 40 个（现为“Leaf”）",
        "工作表“环节”第 3 行“D 位置”：应是上游、中游或下游（upstream、midstream、downstream），现为“中间”",
        "工作表“环节”第 5 行“C 环节名称”：没有写，请补上",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([LEAF, MADE, SHOP, LEAF], "第 5 行“B 环节编号”：环节编号“leaf”有 2 个"),
        ([[*LEAF[:4], "无"], MADE, SHOP], "第 2 行“E 上级环节”：环节“leaf”的 parent 写着“无”"),
        ([LEAF, MADE, [*SHOP[:7], "鲜叶"]], "第 4 行“H 供给环节”：下游环节“shops”的 supplies 写着上游环节“leaf”"),
        (
            [["tea", "a", "甲", "上游", "", "", "", "乙"], ["tea", "b", "乙", "上游", "", "", "", "甲"]],
            "第 2 行“H 供给环节”：环节的 supplies 绕成一圈：a → b → a",
        ),
        ([], "工作表“产业链”第 2 行：没有环节"),
    ],
)  # fmt: skip
def test_nodes_that_do_not_hang_together_are_told_with_their_row(
    rows: Rows, said: str, tmp_path: Path
) -> None:
    assert any(said in one for one in faults(book(tmp_path, [CHAIN_HEAD, TEA], [NODE_HEAD, *rows])))


def test_a_chain_without_fault_is_kept_beside_one_with(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [CHAIN_HEAD, TEA, ["nuts", "坚果"]],
        [NODE_HEAD, LEAF, MADE, SHOP, ["nuts", "shells", "果壳", "哪里"]],
    )
    found = read_book(path)
    assert [chain.id for chain in found.chains] == ["tea"]
    assert len(found.faults) == 1
    assert "第 5 行" in found.faults[0].zh


def test_a_row_of_no_chain_leaves_all_in_doubt(tmp_path: Path) -> None:
    path = book(tmp_path, [CHAIN_HEAD, TEA], [NODE_HEAD, LEAF, MADE, SHOP, ["te", "cups", "杯", "下游"]])
    assert read_book(path).chains == []
    assert len(faults(path)) == 1


def test_a_formula_without_a_result_is_told(tmp_path: Path) -> None:
    path = tmp_path / "chains.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("产业链").write_row(0, 0, ["编号", "名称"])
        made.get_worksheet_by_name("产业链").write_row(1, 0, ["tea", "茶叶"])
        sheet = made.add_worksheet("环节")
        sheet.write_row(0, 0, NODE_HEAD)
        sheet.write_row(1, 0, LEAF[:7])
        sheet.write_formula(1, 2, "=A1", value="")
    assert any("第 2 行“C 环节名称”" in one and "公式" in one for one in faults(path))


def test_a_header_that_lacks_a_column_says_which(tmp_path: Path) -> None:
    path = book(tmp_path, [CHAIN_HEAD, TEA], [["环节编号", "环节名称"], ["leaf", "鲜叶"]])
    assert "工作表“环节”第 1 行的表头缺“位置”一列" in faults(path)


def test_more_faults_than_anybody_reads_are_counted(tmp_path: Path) -> None:
    rows = [["coffee", f"n{one}", "豆", "上游"] for one in range(300)]
    said = faults(book(tmp_path, [CHAIN_HEAD, TEA], [NODE_HEAD, LEAF, MADE, SHOP, *rows]))
    assert len(said) == 201
    assert said[-1] == "另有 100 处，不再列出"


@pytest.mark.parametrize(
    ("chain_rows", "node_rows", "said"),
    [
        ([["甲", "乙"]], [NODE_HEAD, LEAF], "没有“产业链”表"),
        ([CHAIN_HEAD, TEA], [["甲", "乙"]], "没有“环节”表"),
        ([], [], "没有“产业链”表"),
    ],
)
def test_a_workbook_of_something_else_is_refused(
    chain_rows: Rows, node_rows: Rows, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_chains(book(tmp_path, chain_rows, node_rows))


def test_a_workbook_without_rows_is_told(tmp_path: Path) -> None:
    assert faults(book(tmp_path, [CHAIN_HEAD], [NODE_HEAD])) == ["“产业链”表里一行也没有"]


def test_a_template_read_as_it_is_gives_its_chain(tmp_path: Path) -> None:
    write_chains(tmp_path / "template.xlsx", [chains()["nuts"]])
    assert read_chains(tmp_path / "template.xlsx") == [chains()["nuts"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_yaml_is_read_by_its_ending(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "nuts.YML"
    path.write_bytes(chain_text(chains()["nuts"]).encode(encoding))
    assert read_chains(path) == [chains()["nuts"]]


def test_every_fault_of_yaml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("id: X\nzh: 茶\nen: tea\nnodes: [{id: a, zh: 甲, en: a, position: up}]\n", "utf-8")
    assert [one.partition("：")[0] for one in faults(path)] == ["id", "nodes.1.position"]
    path.write_text("{", "utf-8")
    assert len(faults(path)) == 1


def test_what_is_no_file_of_chains_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("编号,名称\ntea,茶叶\n", "utf-8")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("rows.csv", "folder.yaml", "pipe.yaml", "none.yaml", "none.xlsx"):
        with pytest.raises(ShuanglianError, match=name):
            read_chains(tmp_path / name)


def test_yaml_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * 2_100_000)
    assert "2,000,000" in faults(path)[0]
