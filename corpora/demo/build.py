"""Turn the demo's sources into the kind of files that county bureaus and universities send.

``python -m corpora.demo.build [OUT_DIR]`` writes spreadsheets, CSV files and Word forms (default: the
folder ``files`` beside this module), so that the demo goes through the importers' front door. The
same sources give the same bytes. Every organization and person is fictional, and the files say so.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import cn2an
import docx
import xlsxwriter
import yaml
from docx.document import Document
from docx.oxml.ns import qn

from corpora.vocabulary import vocabulary

HERE = Path(__file__).parent
NOTICE = "示例数据：机构与人员均为虚构"
CREATED = datetime(2026, 10, 15, 9, 0)
CHAINS = ("nuts", "fungi", "herbs", "materials", "tailings", "energy", "plastics", "equipment")

Record = dict[str, Any]
Cell = str | int | date
Take = Callable[..., list[Any]]
#: By file or sheet: the headings, and what stands under them (see ``cell``).
LAYOUTS: dict[str, dict[str, str]] = yaml.safe_load((HERE / "layouts.yaml").read_text("utf-8"))

#: The choices of the Word form.
BOXES = {
    "modes": [label["zh"] for label in vocabulary().lists["modes"].values()],
    "ip_wanted": ["归企业所有", "双方共有", "归研发方所有，企业有使用权", "协商确定"],
}
DATES: tuple[Callable[[date], Cell], ...] = (
    lambda day: day,
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y.%m.%d}",
)


@dataclass(frozen=True)
class Style:
    """How an office writes what can be written in several ways."""

    lists: str = "、"
    modes: str = "、"
    indicator: str = "{text}"
    indicators: str = "；"
    deadline: Callable[[date], Cell] = str
    numeric_stage: bool = False
    boxes: bool = False


def cell(record: Record, key: str, row: int, style: Style) -> Any:
    """Return what stands under the column `key` in the row-th line (from 1); "" where nothing does.

    A key is a field of the record, a part of the contact, ``#`` (the line's number) or ``=text``.
    """
    if key == "#" or key.startswith("="):
        return key[1:] or row
    value = record["contact"][key[8:]] if key.startswith("contact_") else record.get(key)
    if style.boxes and key in BOXES:
        chosen = value if isinstance(value, list) else [value]
        # A list keeps its order, so the ticked boxes come first.
        unticked = [f"□{choice}" for choice in BOXES[key] if choice not in chosen]
        return "  ".join([f"☑{choice}" for choice in chosen if choice] + unticked)
    if value is None:
        return ""
    if key in ("stage", "min_stage") and not style.numeric_stage:
        words = vocabulary().label("stages", str(value))[0]
        return (f"TRL{value}", words, f"{value}级", f"{words}（TRL {value}）")[row % 4]
    if key in ("kind", "tier"):
        return vocabulary().label("organization_kinds" if key == "kind" else "tiers", value)[0]
    if key == "indicators":
        items = (style.indicator.format(n=n, text=text) for n, text in enumerate(value, 1))
        return style.indicators.join(items)
    if isinstance(value, list):
        return (style.modes if key == "modes" else style.lists).join(value)
    return style.deadline(value) if isinstance(value, date) else value


class Book:
    """An .xlsx file with merged titles, merged headings and merged runs of equal cells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = xlsxwriter.Workbook(path)
        self.file.set_properties({"created": CREATED, "author": "示例"})
        border = {"border": 1, "text_wrap": True, "valign": "vcenter"}
        self.plain = self.file.add_format(border)
        self.day = self.file.add_format({**border, "num_format": "yyyy-mm-dd"})
        self.head = self.file.add_format({**border, "bold": True, "align": "center", "bg_color": "#D9E1F2"})
        self.title = self.file.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.note = self.file.add_format({"text_wrap": True, "valign": "top"})

    def table(
        self,
        name: str,
        titles: Sequence[str],
        records: Sequence[Record],
        style: Style,
        *,
        merged: str = "",
        hidden: str = "",
        closing: str = "",
    ) -> None:
        """Add a sheet: titles over its whole width, headings, one line per record, a closing line.

        Runs of equal cells under the key `merged` are one cell; the column of the key `hidden` is
        hidden. With headings in two levels, an empty row stands before them.
        """
        sheet = self.file.add_worksheet(name)
        columns = LAYOUTS.get(name) or LAYOUTS[self.path.name]
        for row, title in enumerate(titles):
            sheet.merge_range(row, 0, row, len(columns) - 1, title, self.note if row else self.title)
            sheet.set_row(row, 30)
        grouped = [column for column, heading in enumerate(columns) if "|" in heading]
        head = len(titles) + bool(grouped)
        top = head + 1 + bool(grouped)
        if grouped:
            upper = list(columns)[grouped[0]].split("|")[0]
            sheet.merge_range(head, grouped[0], head, grouped[-1], upper, self.head)
        for column, (heading, key) in enumerate(columns.items()):
            sheet.set_column(column, column, 60 if key == "text" else 18, None, {"hidden": key == hidden})
            lower = column in grouped
            self._write(sheet, head + lower, column, heading.split("|")[-1], top - head - lower, self.head)
            values = [cell(record, key, row, style) for row, record in enumerate(records, 1)]
            row = top
            for value, run in groupby(values) if key == merged else ((value, [value]) for value in values):
                height = len(list(run))
                self._write(sheet, row, column, value, height, self.plain)
                row += height
        if closing:
            sheet.write_string(top + len(records), 0, closing)

    def _write(self, sheet: Any, row: int, column: int, value: Cell, height: int, form: Any) -> None:
        if height > 1:
            sheet.merge_range(row, column, row + height - 1, column, value, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, form)  # "" gives a blank cell
        else:
            sheet.write(row, column, value, self.day if isinstance(value, date) else form)


def write_delimited(
    path: Path,
    records: Sequence[Record],
    style: Style,
    *,
    encoding: str,
    delimiter: str = ",",
    title: str = "",
) -> None:
    """Write one line per record after an optional title line; Unicode gets a byte order mark."""
    columns = LAYOUTS[path.name]
    text = io.StringIO("\ufeff" if encoding.startswith("utf") else "", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, "excel", delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([[title, *[""] * (len(columns) - 1)]] if title else [])
    writer.writerow(columns)
    lines = enumerate(records, 1)
    writer.writerows([cell(record, key, row, style) for key in columns.values()] for row, record in lines)
    path.write_bytes(text.getvalue().encode(encoding))


def new_document(title: str) -> Document:
    """Return a Word document with a Chinese font, its title and the notice."""
    document = docx.Document()
    document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    properties = document.core_properties
    properties.author = properties.last_modified_by = "示例"
    properties.created = properties.modified = CREATED
    document.add_heading(title, level=0)
    document.add_paragraph(NOTICE)
    return document


def save_document(document: Document, path: Path) -> None:
    """Save with fixed times in the archive, so that the bytes stay the same."""
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (2026, 10, 15, 9, 0, 0))
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)


def write_form(path: Path, record: Record, row: int) -> None:
    """Write one 技术需求征集表: labels and values in a table of four columns."""
    style = Style(indicator="{n}．{text}", indicators="\n", deadline=DATES[1], boxes=True)
    document = new_document("技术需求征集表")
    lines: list[list[tuple[str, str]]] = []
    for label, key in LAYOUTS["技术需求征集表.docx"].items():
        if not label.startswith("-"):
            lines.append([])
        lines[-1].append((label.removeprefix("-"), str(cell(record, key, row, style))))
    table = document.add_table(rows=len(lines), cols=4, style="Table Grid")
    for line, fields in zip(table.rows, lines, strict=True):
        places = line.cells
        if len(fields) == 1:
            places[1].merge(places[3])
        for index, (label, text) in enumerate(fields):
            places[2 * index].text = label
            places[2 * index + 1].text = text
    save_document(document, path)


def build_achievements(take: Take, out: Path) -> None:
    """Write the lists of achievements: two workbooks and a CSV in GB18030."""
    note = f"填报说明：带*的必填，一行一项成果，成熟度可填阶段或等级。{NOTICE}。"
    book = Book(out / "特色农林科技成果汇总表（示例数据）.xlsx")
    closing = "填表人：王某莉    审核：    日期：2026年10月"
    for chain, name in {"nuts": "核桃板栗", "fungi": "食用菌", "herbs": "中药材"}.items():
        records = sorted(take("achievements", chain), key=itemgetter("institution", "id"))
        titles, style = (f"科技成果汇总表（{name}）", note), Style(modes="、" if chain == "fungi" else "；")
        book.table(name, titles, records, style, merged="institution", closing=closing)
    book.file.close()

    records = take("achievements", "materials", "tailings")
    path = out / "材料与尾矿类科技成果清单_示例数据.csv"
    write_delimited(path, records, Style(lists="\n"), encoding="gb18030")

    book = Book(out / "高校院所项目成果推荐表（示例数据）.xlsx")
    records = take("achievements", "energy", "plastics", "equipment", "repeats")
    style, title = Style(lists="，", numeric_stage=True), f"高校院所项目成果推荐表（{NOTICE}）"
    book.table("项目成果", [title], records, style, hidden="=同意推荐")
    book.file.close()


def build_needs(take: Take, out: Path) -> None:
    """Write the needs: a workbook by county, a CSV, one Word form each, a Word collection."""
    book = Book(out / "各县区企业技术需求汇总表（示例数据）.xlsx")
    book.file.add_worksheet("填报说明").write_column(
        0,
        0,
        (
            "各县区企业技术需求汇总表填报说明",
            f"{NOTICE}，仅供演示。",
            "一、每县区一个工作表，由县区科技局汇总，企业对所填内容的真实性负责。",
            "二、考核指标请写可以检验的数值；没有把握的可以不填，由技术经纪人上门核实。",
        ),
    )
    needs = take("needs", "nuts", "fungi", "herbs", "materials")
    listing = (("{text}", "；"), ("{n}．{text}", "\n"), ("（{n}）{text}", "；"))
    for index, county in enumerate(vocabulary().lists["counties"]):
        indicator, joint = listing[index % 3]
        titles = f"{county}企业技术需求汇总表", f"填报单位：{county}科技局（示例）    {NOTICE}"
        style = Style(indicator=indicator, indicators=joint, deadline=DATES[index % 4])
        records = [need for need in needs if need["county"] == county]
        book.table(county, titles, records, style, merged="county")
    book.file.close()

    path, records = out / "塑料与尾矿企业技术需求_示例数据.csv", take("needs", "plastics", "tailings")
    write_delimited(path, records, Style(indicators=";"), encoding="utf-8", title=f"企业技术需求（{NOTICE}）")

    for row, need in enumerate(take("needs", "equipment"), 1):
        write_form(out / f"技术需求征集表{row:02}（{need['county']}）.docx", need, row)

    path = out / "新能源企业技术需求汇编.docx"
    document = new_document(path.stem)
    for row, need in enumerate(take("needs", "energy"), 1):
        document.add_heading(f"需求{cn2an.an2cn(row)}", level=1)
        for label, key in LAYOUTS[path.name].items():
            if value := cell(need, key, row, Style(deadline=DATES[1])):
                document.add_paragraph(f"{label}：{value}")
    save_document(document, path)


def build_organizations(take: Take, out: Path) -> None:
    """Write the directories of organizations: a workbook, and the institutions in UTF-16."""
    sheets: dict[str, list[Record]] = {"企业名录": [], "平台载体": [], "高校院所": []}
    names = {"enterprise": "企业名录", "university": "高校院所", "institute": "高校院所"}
    for record in take("organizations", *CHAINS, "institutions"):
        sheets[names.get(record["kind"], "平台载体")].append(record)
    path, title = out / "合作高校院所名录_示例数据.csv", f"合作高校院所名录（{NOTICE}）"
    write_delimited(path, sheets.pop("高校院所"), Style(), encoding="utf-16-le", delimiter="\t", title=title)
    book = Book(out / "企业与平台载体名录（示例数据）.xlsx")
    for name, records in sheets.items():
        book.table(name, (f"{name}（{NOTICE}）",), records, Style())
    book.file.close()


def build(source: Path, out: Path) -> None:
    """Write all files of the demo into the folder `out` from the YAML files in `source`."""
    out.mkdir(parents=True, exist_ok=True)
    names = (*CHAINS, "institutions", "repeats")
    chains = {name: yaml.safe_load((source / f"{name}.yaml").read_text("utf-8")) for name in names}
    for need in chains["repeats"]["needs"]:
        chains[need["id"].split("-")[1]]["needs"].append(need)

    def take(kind: str, *wanted: str) -> list[Any]:
        return [record for name in wanted for record in chains[name][kind]]

    build_achievements(take, out)
    build_needs(take, out)
    build_organizations(take, out)
    rows = [("need_id", "achievement_id", "level"), *take("judgements", *CHAINS)]
    (out / "judgements.tsv").write_bytes("".join("{}\t{}\t{}\n".format(*row) for row in rows).encode())


if __name__ == "__main__":
    build(HERE / "source", Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "files")
