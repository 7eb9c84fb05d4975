"""What an uploaded file is, judged by its content, and whether it is safe to open."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import olefile

from corpora.errors import UnreadableFile

MAX_FILE_BYTES = 200 * 2**20
MAX_UNPACKED_BYTES = 1024 * 2**20
MAX_RATIO = 200
#: Below this an archive may be as repetitive as it likes: a blank form compresses a hundredfold.
HARMLESS_BYTES = 32 * 2**20
#: Cells of one sheet's bounding box; a lone cell at XFD1048576 spans 17 thousand million.
MAX_CELLS = 20_000_000

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".docx")

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"")
_WIDE_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{3})\d+\"")


def file_type(path: Path) -> str:
    """Return "xlsx", "docx", "jsonl" or "csv" by what the file holds, not by what it is called.

    Raises UnreadableFile, with the remedy, for anything that is not one of these or not safe.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise _refuse(path, "是文件夹，不是文件", "is a folder", "请给出文件", "name its files")
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError as error:
        raise _refuse(path, "不存在", "does not exist", "请检查路径", "check the path") from error
    except OSError as error:
        raise _refuse(path, f"打不开（{error.strerror}）", f"cannot be opened ({error.strerror})",
                      "请检查权限", "check its permissions") from error
    if size == 0:
        raise _refuse(path, "是空文件", "is empty", "请重新导出后再试", "export it again")
    if size > MAX_FILE_BYTES:
        raise _refuse(path, f"有 {size // 2**20} MB，上限 {MAX_FILE_BYTES // 2**20} MB",
                      f"has {size // 2**20} MB, at most {MAX_FILE_BYTES // 2**20} MB", "请拆成几份", "split it")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refuse_ole(path)
    if head.startswith(b"PK"):
        return _office_type(path)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"MZ", b"\x7fELF")):
        raise _refuse(path, "不是表格或 Word 文件", "is not a spreadsheet or Word file",
                      "请另存为 .xlsx、.csv、.jsonl 或 .docx", "save it as .xlsx, .csv, .jsonl or .docx")
    if path.suffix.lower() in (".xlsx", ".xlsm", ".docx", ".xls", ".doc"):
        raise _refuse(path, "已损坏或不是 Office 文件", "is damaged or not an Office file",
                      "请用 Excel 或 Word 重新保存", "save it again from Excel or Word")
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return "jsonl"
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return "csv"
    raise _refuse(path, f"的类型“{path.suffix}”不支持", f"has the unsupported type '{path.suffix}'",
                  "请用 .xlsx、.csv、.jsonl 或 .docx", "use .xlsx, .csv, .jsonl or .docx")


def _refuse_ole(path: Path) -> UnreadableFile:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            encrypted = ole.exists("EncryptedPackage")
    except OSError:
        encrypted = False
    if encrypted:
        return _refuse(path, "有密码", "is password-protected", "请去掉密码后再导入", "remove the password first")
    return _refuse(path, "是旧版 Office 格式（.xls/.doc），改扩展名没有用",
                   "is in the old Office format (.xls/.doc); renaming does not change that",
                   "请在 Excel 或 Word 里另存为 .xlsx/.docx", "save it as .xlsx/.docx from Excel or Word")


def _office_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = max(1, sum(entry.compress_size for entry in archive.infolist()))
            bomb = unpacked > MAX_UNPACKED_BYTES or (unpacked > HARMLESS_BYTES and unpacked / packed > MAX_RATIO)
            if bomb:
                raise _refuse(path, f"解压后有 {unpacked // 2**20} MB，像压缩炸弹",
                              f"unpacks to {unpacked // 2**20} MB, like a zip bomb",
                              "请确认来源，或拆成几份", "make sure of its sender, or split it")
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise _refuse(path, "有密码", "is password-protected", "请去掉密码", "remove the password")
            # Sizes in the directory can lie; a full read checks every entry against its checksum.
            if broken := archive.testzip():
                raise zipfile.BadZipFile(broken)
            if "word/document.xml" in names:
                return "docx"
            if "xl/workbook.xml" in names:
                for name in names:
                    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                        _check_extent(path, archive.read(name))
                return "xlsx"
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise _refuse(path, "已损坏", "is damaged", "请重新保存或重新发送", "save or send it again") from error
    raise _refuse(path, "是压缩包，不是 .xlsx 或 .docx", "is an archive, not .xlsx or .docx",
                  "请解压后导入其中的文件", "unpack it and import what is inside")


def _check_extent(path: Path, sheet: bytes) -> None:
    rows = max((int(found) for found in _ROW.findall(sheet)), default=0)
    columns = max((_column_number(found) for found in _WIDE_CELL.findall(sheet)), default=702)
    if rows * columns > MAX_CELLS and columns > 702 or rows > 1_048_576:
        raise _refuse(path, f"里有单元格远在第 {rows} 行、第 {columns} 列",
                      f"has cells as far as row {rows}, column {columns}",
                      "请删去表格外的零散单元格", "delete stray cells outside the table")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse(path: Path, zh: str, en: str, zh_remedy: str, en_remedy: str) -> UnreadableFile:
    return UnreadableFile(f"文件 {path.name} {zh}；{zh_remedy}", f"{path.name} {en}; {en_remedy}")
