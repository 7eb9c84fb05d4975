"""CSV files from any office: every encoding and delimiter, and rows that are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import UnreadableFile
from corpora.readers import Rejection, read_rows, to_record
from corpora.records import Need, Record

HEADER = "需求名称,企业名称,考核指标,联系人\n"
GOOD = [
    "核桃脱青皮,甲公司,用水≤1吨,王工\n",
    "香菇烘干,乙公司,含水率≤12%,李工\n",
    "石材切割,丙公司,粉尘≤2mg,赵工\n",
]
SIMPLIFIED = HEADER + "".join(GOOD)
TRADITIONAL = "成果名稱,完成單位,關鍵詞\n核桃脫青皮機,某大學,核桃、農機\n香菇烘乾機,某學院,香菇\n"


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def results(path: Path) -> list[Record | list[Rejection]]:
    return [to_record(row) for row in read_rows(path)]


def titles(path: Path) -> list[str]:
    found = results(path)
    assert all(isinstance(each, Record) for each in found), found
    return [each.label for each in found if isinstance(each, Record)]


def parted(path: Path) -> tuple[list[str], list[Rejection]]:
    """The titles of the good rows, and the rejections."""
    found = results(path)
    return [each.label for each in found if isinstance(each, Record)], [
        rejection for each in found if isinstance(each, list) for rejection in each
    ]


TITLES = ["核桃脱青皮", "香菇烘干", "石材切割"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_encoding_that_offices_use(tmp_path: Path, encoding: str, ends: str) -> None:
    text = SIMPLIFIED.replace("≤", "不大于").replace("\n", ends)
    assert titles(written(tmp_path / "x.csv", text.encode(encoding))) == TITLES


def test_big5_with_traditional_headings(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", TRADITIONAL.encode("big5"))
    assert titles(path) == ["核桃脫青皮機", "香菇烘乾機"]


def test_a_few_chinese_characters_are_enough_to_tell(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "需求名称,企业名称\n核桃,甲\n".encode("gbk"))
    assert titles(path) == ["核桃"]


def test_rare_characters_of_gb18030(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "需求名称,企业名称\n𠮷㐀䶮加工,甲\n".encode("gb18030"))
    assert titles(path) == ["𠮷㐀䶮加工"]


def test_bytes_in_no_encoding_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "需求名称,企业名称\n核桃,甲\n".encode("gbk") + b"\xff\xff\xff\n")
    with pytest.raises(UnreadableFile, match=r"编码认不出.*UTF-8"):
        read_rows(path)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_any_delimiter_under_any_name(tmp_path: Path, delimiter: str, suffix: str) -> None:
    path = written(tmp_path / f"x{suffix}", SIMPLIFIED.replace(",", delimiter))
    assert titles(path) == TITLES


def test_separators_inside_cells_do_not_count(tmp_path: Path) -> None:
    text = "成果名称,完成单位,关键词\n" + "脱皮机,某大学,核桃;农机;脱皮\n烘干机,某大学,香菇;农机;烘干\n"
    assert titles(written(tmp_path / "x.csv", text)) == ["脱皮机", "烘干机"]


def test_quoted_line_breaks_quotes_and_delimiters(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", '需求名称,需求内容,企业名称\n核桃,"第一行\n第二行,还是""这格""",甲\n')
    (need,) = results(path)
    assert need.text == '第一行\n第二行,还是"这格"'  # type: ignore[union-attr]
    assert need.enterprise == "甲"  # type: ignore[union-attr]


def test_titles_and_closing_lines_of_another_width(tmp_path: Path) -> None:
    path = written(
        tmp_path / "x.csv", f"商南县需求汇总\n单位,万元\n{SIMPLIFIED}合计,3\n填表人：张三,审核：李四\n"
    )
    assert titles(path) == TITLES


def test_a_header_in_two_levels_without_merging(tmp_path: Path) -> None:
    text = "需求名称,企业名称,联系方式,,\n,,联系人,电话,邮箱\n核桃,甲,王工,13900000001,w@example.com\n"
    (need,) = results(written(tmp_path / "x.csv", text))
    assert need.contact.model_dump() == {"name": "王工", "phone": "13900000001", "email": "w@example.com"}  # type: ignore[union-attr]


@pytest.mark.parametrize("row", ["核桃,甲公司\n", "核桃,甲,公司,用水,王工,多\n", "核桃,甲公司,用水,王工,\n"])
def test_a_row_of_another_width_is_rejected_alone(tmp_path: Path, row: str) -> None:
    good, rejected = parted(written(tmp_path / "x.csv", HEADER + GOOD[0] + row + GOOD[1] + GOOD[2]))
    assert good == TITLES
    (refusal,) = rejected
    assert refusal.row == 3
    assert "应为 4 列" in refusal.reason


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("at", range(3))
def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path, at: int, place: int) -> None:
    cells = GOOD[at].rstrip("\n").split(",")
    cells[place] = '"' + cells[place]
    rows = [",".join(cells) + "\n" if number == at else row for number, row in enumerate(GOOD)]
    good, rejected = parted(written(tmp_path / "x.csv", HEADER + "".join(rows)))
    assert good == [title for number, title in enumerate(TITLES) if number != at]
    assert [each.row for each in rejected] == [at + 2]
    assert "引号没有闭合" in rejected[0].reason


@pytest.mark.timeout(60)
def test_many_quotes_that_are_never_closed_end_in_time(tmp_path: Path) -> None:
    rows = "".join(f'甲{number},"乙,丙,丁\n' for number in range(20_001))
    _, rejected = parted(written(tmp_path / "x.csv", HEADER + GOOD[0] + rows))
    assert rejected


def test_a_nul_byte_is_named(tmp_path: Path) -> None:
    good, rejected = parted(written(tmp_path / "x.csv", HEADER + "核\x00桃,甲,a,b\n" + GOOD[1]))
    assert good == ["香菇烘干"]
    assert "U+0000" in rejected[0].reason
    assert "\x00" not in rejected[0].value


def test_a_cell_of_a_megabyte_is_rejected_by_its_length(tmp_path: Path) -> None:
    long = "核桃" * 500_000
    good, rejected = parted(written(tmp_path / "x.csv", f"{HEADER}{long},甲,a,b\n{GOOD[1]}"))
    assert good == ["香菇烘干"]
    assert "1000000 个字符" in rejected[0].reason
    assert len(rejected[0].value) <= 40


def test_a_cell_beyond_all_measure_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="第 2 行"):
        read_rows(written(tmp_path / "x.csv", f"{HEADER}{'x' * (5 * 2**20)},甲,a,b\n"))


@pytest.mark.parametrize("text", [HEADER, "\n\n\n", " ", ",,,\n", "随便写写\n没有表头\n", "\ufeff"])
def test_nothing_to_read_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile, match="没有找到数据"):
        read_rows(written(tmp_path / "x.csv", text))


def test_a_rejection_says_where_as_excel_counts(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "标题\n需求名称,经费预算（万元）\n核桃,看情况\n")
    _, (refusal,) = parted(path)
    assert (refusal.sheet, refusal.row, refusal.column, refusal.value) == (
        "",
        3,
        "B 经费预算（万元）",
        "看情况",
    )
    assert refusal.as_json().keys() == {"sheet", "row", "column", "value", "reason"}


@pytest.mark.parametrize(
    ("heading", "cell", "low", "high"),
    [
        ("预算（元）", "500000", 50, 50),
        ("预算（元）", "50w", 50, 50),
        ("预算（元）", "500k", 50, 50),
        ("预算（万元）", "50", 50, 50),
        ("预算（万元）", "50-100", 50, 100),
        ("预算（万元）", "120万元（其中自筹100万）", 120, 120),
    ],
)
def test_the_headings_unit_is_for_bare_figures_alone(
    tmp_path: Path, heading: str, cell: str, low: float, high: float
) -> None:
    path = tmp_path / "需求.csv"
    path.write_text(f"需求名称,{heading}\n锅炉结垢,{cell}\n", "utf-8")
    [row] = read_rows(path)
    record = to_record(row)
    assert isinstance(record, Need)
    assert record.budget_range == (low, high)
