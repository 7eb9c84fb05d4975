"""Excel workbooks (.xlsx), read by python-calamine."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from corpora.errors import UnreadableFile, shorten
from corpora.readers.grids import Grid, Merge
from corpora.readers.guard import column_number

_CELL = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>(.*?)</(?:\w+:)?c>)', re.DOTALL
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(path: Path) -> Iterator[Grid]:
    """Yield every visible sheet that holds anything.

    Raises UnreadableFile where the workbook is damaged.
    """
    try:
        # By content: from_path goes by the name's ending, which may lie.
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        faults = _faults(path)
        names = [
            sheet.name for sheet in workbook.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]  # fmt: skip
    except BaseException as error:
        raise _damaged(path, error) from error
    for name in names:
        try:
            table = workbook.get_sheet_by_name(name)
            cells = table.to_python(skip_empty_area=False)
            merges = [Merge(*start, *end) for start, end in table.merged_cell_ranges or []]
        except BaseException as error:
            raise _damaged(path, error) from error
        if cells:
            yield Grid(name, cells, merges, faults=faults.get(name, {}))


def _damaged(path: Path, error: BaseException) -> BaseException:
    """A panic of calamine's Rust is a BaseException, and a damaged file can lead to any."""
    if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
        return error
    return UnreadableFile(
        f"文件 {path.name} 读不了（{shorten(error)}）；请用 Excel 重新保存",
        f"{path.name} cannot be read ({shorten(error)}); save it again from Excel",
    )


def _faults(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Return, by sheet, the cells whose formula has no stored result or an error for one."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _parts(archive).items():
            data = archive.read(part)
            if b't="e"' not in data and not _FORMULA.search(data):
                continue
            cells = {}
            for cell in _CELL.finditer(data):
                if cell[3] and (reason := _fault(cell)):
                    cells[int(cell[2]) - 1, column_number(cell[1]) - 1] = reason
            found[name] = cells
    return found


def _fault(cell: re.Match[bytes]) -> str:
    where = (cell[1] + cell[2]).decode()
    value = _VALUE.search(cell[3])
    if b't="e"' in cell[0][: cell[0].find(b">")]:
        said = value[1].decode("utf-8", "replace") if value else ""
        return (
            f"单元格 {where} 的公式出错（{said}），请改正 / the formula in {where} failed ({said}); mend it"
        )
    if (
        _FORMULA.search(cell[3])
        and not (value and value[1])
        and b't="str"' not in cell[0][: cell[0].find(b">")]
    ):
        return (
            f"单元格 {where} 的公式没有保存的结果，请“粘贴为数值”"
            f" / the formula in {where} has no stored result; paste it as a value"
        )
    return ""


def _parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return which part of the archive holds which sheet."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = {
        each.get("Id"): str(each.get("Target"))
        for each in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    }
    names = set(archive.namelist())
    parts = {}
    for sheet in etree.fromstring(archive.read("xl/workbook.xml"), parser).iter("{*}sheet"):
        target = relations.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part in names:
            parts[str(sheet.get("name"))] = part
    return parts
