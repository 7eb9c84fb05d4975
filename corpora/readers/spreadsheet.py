"""Excel workbooks (.xlsx), read by python-calamine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from corpora.errors import UnreadableFile
from corpora.readers.tables import Grid, Merge

_NO_VALUE = "公式没有保存的结果，请“粘贴为数值” / the formula has no stored result; paste it as a value"


def read_workbook(path: Path) -> Iterator[Grid]:
    """Yield every visible sheet that holds anything.

    Raises UnreadableFile where the workbook is damaged.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
        uncomputed = _uncomputed_formulas(path)
        for sheet in workbook.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet or sheet.visible is not SheetVisibleEnum.Visible:
                continue
            table = workbook.get_sheet_by_name(sheet.name)
            cells = table.to_python(skip_empty_area=False)
            if not cells:
                continue
            merges = [Merge(*start, *end) for start, end in table.merged_cell_ranges or []]
            broken = {row: f"{_NO_VALUE} ({where})" for row, where in uncomputed.get(sheet.name, {}).items()}
            yield Grid(sheet.name, cells, merges, broken)
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UnreadableFile(
            f"文件 {path.name} 读不了（{error}）；请用 Excel 重新保存",
            f"{path.name} cannot be read ({error}); save it again from Excel",
        ) from error


def _uncomputed_formulas(path: Path) -> dict[str, dict[int, str]]:
    """Return, by sheet and row position, the cell whose formula carries no stored result.

    Only workbooks that hold formulas at all are opened a second time: openpyxl is slow.
    """
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f>" in data or b"<f " in data for data in map(archive.read, sheets)):
            return {}
    found: dict[str, dict[int, str]] = {}
    written = openpyxl.load_workbook(path, read_only=True)
    stored = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for name in written.sheetnames:
        for row, values in zip(written[name].iter_rows(), stored[name].iter_rows(values_only=True), strict=False):
            for cell, value in zip(row, values, strict=False):
                if cell.data_type == "f" and value is None:
                    found.setdefault(name, {})[cell.row - 1] = f"{cell.coordinate}: {str(cell.value)[:40]}"
    return found
