"""What an uploaded file is, judged by its content, and whether it is safe to open."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import olefile

from corpora.errors import UnreadableFile

MAX_FILE_BYTES = 200 * 2**20
#: Text is held in memory, several times over.
MAX_TEXT_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_ENTRIES = 20_000
MAX_RATIO = 200
#: Below this an archive may be as repetitive as it likes: a blank form compresses a hundredfold.
HARMLESS_BYTES = 32 * 2**20
#: Cells of one sheet's bounding box; a lone cell at XFD1048576 spans 17 thousand million.
MAX_CELLS = 5_000_000

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".docx")

_CHUNK = 2**20
_OVERLAP = 200
#: Nothing that an Office file counts is written in less.
_LEAST_BYTES = 8
#: A row, or a cell with something in it: where it stands, and that its tag is not closed at once.
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d{1,9})[\"']")
_CELL = re.compile(
    rb"<(?:\w+:)?c(?=[\s>])(?:[^>]*?\br\s*=\s*[\"']\$?([A-Z]{1,3})\$?(\d{1,9})[\"'])?[^>]*(?<!/)>"
)
#: How many there are to come: a reader may set that much memory aside, and end the program if it cannot.
_COUNT = re.compile(rb"\b(?:uniqueC|c)ount\s*=\s*[\"']\s*\+?(\d+|[^\"']*&)")
_XML = (".xml", ".rels", ".vml")
#: Office files have no use for a document type; what it can declare is entities that grow without end.
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
    b"\x1f\x8b",
    b"SQLite",
)


@dataclass
class _Refusal:
    """What is wrong with a file and what to do, in both languages."""

    zh: str
    en: str
    zh_remedy: str
    en_remedy: str

    def of(self, path: Path) -> UnreadableFile:
        return UnreadableFile(
            f"文件 {path.name} {self.zh}；{self.zh_remedy}", f"{path.name} {self.en}; {self.en_remedy}"
        )


_NO_TABLE = _Refusal(
    "不是表格或 Word 文件",
    "is not a spreadsheet or Word file",
    "请另存为 .xlsx、.csv、.jsonl 或 .docx",
    "save it as .xlsx, .csv, .jsonl or .docx",
)
_DAMAGED = _Refusal("已损坏", "is damaged", "请重新保存或重新发送", "save or send it again")
_NOT_OFFICE = _Refusal(
    "已损坏或不是 Office 文件",
    "is damaged or not an Office file",
    "请用 Excel 或 Word 重新保存",
    "save it again from Excel or Word",
)
_LOCKED = _Refusal("有密码", "is password-protected", "请去掉密码后再导入", "remove the password first")
_OLD = _Refusal(
    "是旧版 Office 格式（.xls/.doc），改扩展名没有用",
    "is in the old Office format (.xls/.doc); renaming does not change that",
    "请在 Excel 或 Word 里另存为 .xlsx/.docx",
    "save it as .xlsx/.docx from Excel or Word",
)
_BINARY = _Refusal(
    "是 .xlsb 工作簿", "is an .xlsb workbook", "请在 Excel 里另存为 .xlsx", "save it as .xlsx from Excel"
)
_ARCHIVE = _Refusal(
    "是压缩包，不是 .xlsx 或 .docx",
    "is an archive, not .xlsx or .docx",
    "请解压后导入其中的文件",
    "unpack it and import what is inside",
)
_SUSPECT = _Refusal(
    "的内容不像 Excel 或 Word 所存，可能有害",
    "holds what neither Excel nor Word writes and may do harm",
    "请确认来源，用 Excel 或 Word 重新保存",
    "make sure of its sender, and save it again from Excel or Word",
)


def file_type(path: Path) -> str:
    """Return "xlsx", "docx", "jsonl" or "csv" by what the file holds, not by what it is called.

    Raises UnreadableFile, with the remedy, for anything that is not one of these or not safe.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _Refusal("是文件夹，不是文件", "is a folder", "请给出文件", "name its files").of(path)
        if not stat.S_ISREG(status.st_mode):
            raise _NO_TABLE.of(path)
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError as error:
        raise _Refusal("不存在", "does not exist", "请检查路径", "check the path").of(path) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise _Refusal(
            f"打不开（{said}）",
            f"cannot be opened ({said})",
            "请检查路径和权限",
            "check its path and permissions",
        ).of(path) from error
    if not head:
        raise _Refusal("是空文件", "is empty", "请重新导出后再试", "export it again").of(path)
    _check_size(path, status.st_size, MAX_FILE_BYTES)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise (_LOCKED if _is_encrypted(path) else _OLD).of(path)
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    if head.startswith((*_FOREIGN, b"PK\x05\x06")):
        raise _NO_TABLE.of(path)
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".docx", ".xls", ".doc"):
        raise _NOT_OFFICE.of(path)
    if suffix not in (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt"):
        raise _Refusal(
            f"的类型“{path.suffix}”不支持",
            f"has the unsupported type '{path.suffix}'",
            "请用 .xlsx、.csv、.jsonl 或 .docx",
            "use .xlsx, .csv, .jsonl or .docx",
        ).of(path)
    _check_size(path, status.st_size, MAX_TEXT_BYTES)
    return "jsonl" if suffix in (".jsonl", ".ndjson", ".json") else "csv"


def _check_size(path: Path, size: int, most: int) -> None:
    if size > most:
        megabytes, limit = size // 2**20, most // 2**20
        raise _Refusal(
            f"有 {megabytes} MB，上限 {limit} MB",
            f"has {megabytes} MB, at most {limit} MB",
            "请拆成几份",
            "split it",
        ).of(path)


def _is_encrypted(path: Path) -> bool:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            return bool(ole.exists("EncryptedPackage"))
    except Exception:  # olefile raises whatever a damaged directory leads it to
        return False


def _office_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(path, entries)
            for entry in entries:
                _check_entry(path, archive, entry)
    except UnreadableFile:
        raise
    except Exception as error:  # zipfile raises whatever a damaged archive leads it to
        raise _DAMAGED.of(path) from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise (_BINARY if "xl/workbook.bin" in names else _ARCHIVE).of(path)


def _check_directory(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > HARMLESS_BYTES and unpacked / packed > MAX_RATIO):
        raise _Refusal(
            f"解压后有 {unpacked // 2**20} MB，像压缩炸弹",
            f"unpacks to {unpacked // 2**20} MB, like a zip bomb",
            "请确认来源，或拆成几份",
            "make sure of its sender, or split it",
        ).of(path)
    if any(entry.flag_bits & 1 for entry in entries):
        raise _LOCKED.of(path)
    names = [entry.filename for entry in entries]
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names)
    if outside or len(names) > MAX_ENTRIES or len(set(names)) < len(names):
        raise _SUSPECT.of(path)


def _check_entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read one part to its end: its size and checksum must be what the directory claims."""
    lowered = entry.filename.lower()
    is_sheet = lowered.startswith("xl/worksheets/") and lowered.endswith(".xml")
    rows = columns = unplaced = 0
    for chunk in _chunks(archive, entry):
        if lowered.endswith(_XML) and any(mark in chunk for mark in _DOCTYPES):
            raise _SUSPECT.of(path)
        for count in _COUNT.findall(chunk) if lowered.startswith("xl/") else ():
            if not count.isdigit() or int(count[:12]) > MAX_UNPACKED_BYTES // _LEAST_BYTES:
                raise _SUSPECT.of(path)
        if is_sheet:
            for cell in _CELL.finditer(chunk):
                if cell[1]:
                    rows, columns = max(rows, int(cell[2])), max(columns, column_number(cell[1]))
                else:
                    unplaced += 1
            if unplaced:
                # Cells that do not say where they stand follow one another, in rows that may say.
                rows = max([rows, *map(int, _ROW.findall(chunk))])
    columns = max(columns, min(unplaced, 16_384))
    if rows * columns > MAX_CELLS:
        raise _Refusal(
            f"里有单元格远在第 {rows} 行、第 {columns} 列",
            f"has cells as far as row {rows}, column {columns}",
            "请删去表格外的零散单元格，或拆成几份",
            "delete stray cells outside the table, or split it",
        ).of(path)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the part in pieces that overlap, so that nothing looked for is cut in two."""
    last = b""
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            yield last + piece
            last = piece[-_OVERLAP:]


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
