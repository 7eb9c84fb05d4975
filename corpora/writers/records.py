"""Records as files that people open and the readers take back: .xlsx, .csv, .jsonl or .docx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from corpora.errors import BadRequest
from corpora.files import replacing
from corpora.records import Record
from corpora.vocabulary import Kind, vocabulary
from corpora.writers.columns import COLUMNS, CONTACT, FORM_NAMES, NAMES, NAMES_EN, Column, stage_word
from corpora.writers.forms import Form, write_forms
from corpora.writers.jsonlines import write_jsonlines
from corpora.writers.workbook import Sheet, write_workbook

#: A line's number comes first, so that no row can be taken for a closing line (日期…, 备注…).
NUMBER = "序号"
_LABELS = {"modes": "modes", "ip_wanted": "ownership", "kind": "organization_kinds", "tier": "tiers"}
#: What a spreadsheet may take for a formula, the full-width forms included.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


def write_records(path: Path, records: Sequence[Record], with_contacts: bool = False) -> None:
    """Write the records in the format of the path's suffix; contacts only where asked for.

    A workbook has a sheet per kind. In a .csv (UTF-8 with a byte order mark) a cell that a spreadsheet
    might compute has a ' before it, which the reader takes off again. A .docx has a filled form per
    record, each on a page of its own. All read back as equal records, but for carriage returns, which
    become line ends, and, except in .jsonl, list items with a separator (；、) in them, which are parted.

    Raises BadRequest for another suffix, for no records at all and for several kinds in one .csv;
    DataFolderTrouble where the file cannot be written.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".xlsx", ".csv", ".jsonl", ".docx"):
        raise BadRequest(
            f"不能导出为“{path.suffix}”（{path.name}）；请用 .xlsx、.csv、.jsonl 或 .docx",
            f"cannot export as '{path.suffix}' ({path.name}); use .xlsx, .csv, .jsonl or .docx",
        )
    kinds = [kind for kind in Kind if any(record.KIND is kind for record in records)]
    if not kinds:
        raise BadRequest("没有可导出的记录", "there are no records to export")
    if suffix == ".jsonl":
        write_jsonlines(path, records, with_contacts)
    elif suffix == ".xlsx":
        write_workbook(path, [_sheet(kind, records, with_contacts) for kind in kinds])
    elif suffix == ".docx":
        title = "、".join(NAMES[kind] for kind in kinds)
        forms = [
            _form(record, number, len(records), with_contacts) for number, record in enumerate(records, 1)
        ]
        write_forms(path, title, forms)
    elif len(kinds) == 1:
        _write_csv(path, kinds[0], records, with_contacts)
    else:
        raise BadRequest(
            f"{path.name} 只能装一种记录，这里有{'、'.join(NAMES[kind] for kind in kinds)}；"
            "请用 .xlsx 或分别导出",
            f"{path.name} holds one kind of record, not {', '.join(NAMES_EN[kind] for kind in kinds)}; "
            "use .xlsx or export each by itself",
        )


def table(
    kind: Kind, records: Sequence[Record], with_contacts: bool = False
) -> tuple[list[str], list[list[object]]]:
    """Return (headings, rows) of those records that are of the kind."""
    columns = _columns(kind, with_contacts)
    chosen = [record for record in records if record.KIND is kind]
    rows: list[list[object]] = [
        [number, *(cell(record, column) for column in columns)] for number, record in enumerate(chosen, 1)
    ]
    return [NUMBER, *(column.heading for column in columns)], rows


def cell(record: Record, column: Column) -> str | date:
    """Return what a person reads under the column; "" where the record says nothing."""
    name = column.field
    value = getattr(record.contact, name[8:]) if name.startswith("contact_") else getattr(record, name)
    if value is None:
        return ""
    if name in ("stage", "min_stage"):
        return stage_word(value)
    if name in _LABELS:
        chosen = value if isinstance(value, list) else [value]
        return "、".join(vocabulary().label(_LABELS[name], key)[0] for key in chosen)
    if isinstance(value, list):
        return "\n".join(value) if name == "indicators" else _listed(value)
    return value if isinstance(value, date) else str(value)


def _listed(items: Sequence[str]) -> str:
    # Not 、, which makes a numbered list of an item that ends in a figure. A lone item gets one too
    # where the reader would part it at its spaces.
    lone = len(items) == 1 and re.search(r"\s", items[0])
    return "；".join(items) + ("；" if lone else "")


def _columns(kind: Kind, with_contacts: bool) -> list[Column]:
    return [column for column in COLUMNS[kind] if with_contacts or column not in CONTACT]


def _sheet(kind: Kind, records: Sequence[Record], with_contacts: bool) -> Sheet:
    headings, rows = table(kind, records, with_contacts)
    note = f"共 {len(rows)} 条，{_privacy(with_contacts)}"
    widths = (6, *(column.width for column in _columns(kind, with_contacts)))
    return Sheet(NAMES[kind], f"{NAMES[kind]} {NAMES_EN[kind]}", (note,), headings, rows, widths)


def _form(record: Record, number: int, total: int, with_contacts: bool) -> Form:
    columns = _columns(record.KIND, with_contacts)
    values = {
        column.field: _ticks(record, column) if column.boxes else str(cell(record, column))
        for column in columns
    }
    note = f"第 {number} 份，共 {total} 份；{_privacy(with_contacts)}"
    return Form(FORM_NAMES[record.KIND], note, columns, values)


def _ticks(record: Record, column: Column) -> list[str]:
    value = getattr(record, column.field)
    return [str(key) for key in (value if isinstance(value, list) else [value]) if key is not None]


def _privacy(with_contacts: bool) -> str:
    if with_contacts:
        return "含联系方式，请勿外传 / with private contacts: keep them so"
    return "不含联系方式 / without contacts"


def _write_csv(path: Path, kind: Kind, records: Sequence[Record], with_contacts: bool) -> None:
    headings, rows = table(kind, records, with_contacts)
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [headings, *([harmless(value) for value in row] for row in rows)]
    )
    with replacing(path) as stream:
        stream.write(text.getvalue().encode("utf-8-sig"))


def harmless(value: object) -> str:
    """Return the value as a cell of a .csv that no spreadsheet computes."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if _FORMULA.match(text) else text
