"""Files that should not be opened, or not as what they claim to be: one clear line each, at once."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter

from corpora.errors import UnreadableFile
from corpora.readers import read_rows
from corpora.readers.guard import file_type

MEGABYTE = 2**20
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["需求名称", "企业名称"])
    page.append(["核桃脱青皮", "甲公司"])
    book.save(path)
    return path


def word(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("需求名称：核桃脱青皮")
    document.add_paragraph("企业名称：甲公司")
    document.save(str(path))
    return path


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes], *more: tuple[str, bytes]) -> Path:
    """The archive with one part changed and others added."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in [*parts.items(), *more]:
            target.writestr(name, data)
    return path


def with_sheet(path: Path, rows: str) -> Path:
    sheet = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return rewritten(xlsx(path), "xl/worksheets/sheet1.xml", lambda _: sheet.encode())


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    path.mkdir()


def missing(path: Path) -> None:
    pass


def pipe(path: Path) -> None:
    os.mkfifo(path)


def locked(path: Path) -> None:
    plain = io.BytesIO(xlsx(path).read_bytes())
    with path.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("秘密", target)


def old_office(path: Path) -> None:
    """The header and directory of a compound file, as .xls and .doc have."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4000)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(xlsx(path), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\x00" * (100 * MEGABYTE))


def huge(path: Path) -> None:
    """300 MB declared, with a believable ratio."""
    with zipfile.ZipFile(xlsx(path), "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/media/{number}.bin", os.urandom(2 * MEGABYTE) + bytes(98 * MEGABYTE))


def lying(path: Path) -> None:
    """The directory says that a part of 60 MB has ten bytes."""
    with zipfile.ZipFile(xlsx(path), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/big.xml", b" " * (60 * MEGABYTE))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"xl/big.xml")  # in the directory, whose entry begins 46 bytes before its name
    data[place - 22 : place - 18] = struct.pack("<I", 10)
    place = data.index(b"xl/big.xml")
    data[place - 8 : place - 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))


def far_cell(path: Path) -> None:
    with_sheet(
        path,
        f'<row r="1">{text_cell("A1", "x")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>',
    )


def fairly_far_cell(path: Path) -> None:
    with_sheet(
        path,
        f'<row r="1">{text_cell("A1", "需求名称")}</row><row r="1048576">{text_cell("ZZ1048576", "x")}</row>',
    )


def far_cell_in_single_quotes(path: Path) -> None:
    far = text_cell("XFD1048576", "x").replace('"', "'")
    with_sheet(path, f"<row r='1'>{text_cell('A1', '需求名称')}</row><row r='1048576'>{far}</row>")


def far_cell_after_cells_without_places(path: Path) -> None:
    many = "<c><v>1</v></c>" * 16_000
    with_sheet(path, f'<row r="1">{many}</row><row r="1048576"><c><v>1</v></c></row>')


def truncated(path: Path) -> None:
    path.write_bytes(xlsx(path).read_bytes()[:-400])


def corrupted(path: Path) -> None:
    data = bytearray(xlsx(path).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(data))


def plain_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("照片/1.jpg", b"x")


def empty_archive(path: Path) -> None:
    zipfile.ZipFile(path, "w").close()


def pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + b"x" * 5000)


def html(path: Path) -> None:
    path.write_text("<html><table><tr><td>需求名称</td></tr></table></html>", "utf-8")


LAUGHS = "<!DOCTYPE w [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE w [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>"


def doctype(declared: str, entity: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        head, _, body = data.decode().partition("?>")
        return f"{head}?>{declared}{body}".replace("核桃脱青皮", entity).encode()

    return change


def laughing_word(path: Path) -> None:
    rewritten(word(path), "word/document.xml", doctype(LAUGHS, "&a11;"))


def spying_word(path: Path) -> None:
    rewritten(word(path), "word/document.xml", doctype(OUTSIDE, "&secret;"))


def laughing_sheet(path: Path) -> None:
    rewritten(xlsx(path), "xl/worksheets/sheet1.xml", doctype(LAUGHS, ""))


def laughing_workbook_in_utf16(path: Path) -> None:
    def change(data: bytes) -> bytes:
        return doctype(LAUGHS, "&a11;")(data).decode().replace("utf-8", "utf-16").encode("utf-16")

    rewritten(xlsx(path), "xl/workbook.xml", change)


def endless_strings(path: Path) -> None:
    """Memory for as many strings as this would end the program, not raise an error."""
    strings = f'{HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="99999999999"><si><t>x</t></si></sst>'
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet().write_row(0, 0, ["需求名称", "企业名称"])
    workbook.close()
    rewritten(path, "xl/sharedStrings.xml", lambda _: strings.encode())


def traversing(path: Path) -> None:
    rewritten(xlsx(path), "xl/workbook.xml", bytes, ("../../../../etc/cron.d/x", b"x"))


def two_of_a_name(path: Path) -> None:
    with zipfile.ZipFile(xlsx(path), "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")


def binary_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")


def large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(300 * MEGABYTE)


def large_text(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write("需求名称,企业名称\n".encode())
        stream.truncate(100 * MEGABYTE)


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (empty, "x.xlsx", "是空文件"),
        (empty, "x.csv", "是空文件"),
        (folder, "x.xlsx", "是文件夹"),
        (missing, "x.xlsx", "不存在"),
        (missing, "甲" * 300, "打不开"),
        (pipe, "x.csv", "不是表格"),
        (locked, "x.xlsx", "有密码"),
        (old_office, "x.xlsx", "旧版 Office"),
        (old_office, "x.docx", "旧版 Office"),
        (old_office, "x.xls", "另存为 .xlsx/.docx"),
        (bomb, "x.xlsx", "像压缩炸弹"),
        (huge, "x.xlsx", "像压缩炸弹"),
        (lying, "x.xlsx", "已损坏"),
        (far_cell, "x.xlsx", "第 1048576 行、第 16384 列"),
        (fairly_far_cell, "x.xlsx", "第 1048576 行、第 702 列"),
        (far_cell_in_single_quotes, "x.xlsx", "第 1048576 行"),
        (far_cell_after_cells_without_places, "x.xlsx", "第 1048576 行"),
        (truncated, "x.xlsx", "已损坏"),
        (truncated, "x.docx", "已损坏"),
        (corrupted, "x.xlsx", "已损坏"),
        (plain_archive, "x.xlsx", "是压缩包"),
        (plain_archive, "x.zip", "是压缩包"),
        (empty_archive, "x.xlsx", "不是表格"),
        (pdf, "x.xlsx", "不是表格"),
        (pdf, "x.csv", "不是表格"),
        (html, "x.xls", "不是 Office 文件"),
        (html, "x.html", "类型“.html”不支持"),
        (laughing_word, "x.docx", "可能有害"),
        (spying_word, "x.docx", "可能有害"),
        (laughing_sheet, "x.xlsx", "可能有害"),
        (laughing_workbook_in_utf16, "x.xlsx", "可能有害"),
        (endless_strings, "x.xlsx", "可能有害"),
        (traversing, "x.xlsx", "可能有害"),
        (two_of_a_name, "x.xlsx", "可能有害"),
        (binary_workbook, "x.xlsb", ".xlsb"),
        (large, "x.xlsx", "有 300 MB，上限"),
        (large_text, "x.csv", "有 100 MB，上限"),
    ],
)
@pytest.mark.timeout(60)
def test_what_cannot_be_read_is_refused_in_one_clear_line_at_once(
    tmp_path: Path, make: Callable[[Path], None], name: str, said: str
) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(UnreadableFile, match=said) as refusal:
        read_rows(path)
    assert "\n" not in str(refusal.value)
    assert " / " in str(refusal.value)


#: Prints how many files are refused, and the most memory that this took, in kilobytes.
REFUSE = """
import re, sys
from pathlib import Path
from corpora.errors import UnreadableFile
from corpora.readers import read_rows
refused = 0
for name in sys.argv[1:]:
    try:
        read_rows(Path(name))
    except UnreadableFile:
        refused += 1
print(refused, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_refusing_takes_little_memory(tmp_path: Path) -> None:
    makers = (bomb, huge, lying, far_cell, fairly_far_cell, laughing_word, laughing_sheet, large)
    for number, make in enumerate(makers):
        make(tmp_path / f"{number}.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", REFUSE, *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    refused, kilobytes = map(int, done.stdout.split())
    assert refused == len(makers)
    assert kilobytes < 400 * 1024


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv", "x.doc", "x"])
def test_what_a_file_holds_counts_not_what_it_is_called(tmp_path: Path, name: str) -> None:
    assert file_type(xlsx(tmp_path / name)) == "xlsx"
    assert file_type(word(tmp_path / name)) == "docx"


def test_a_name_that_is_no_text_is_still_said(tmp_path: Path) -> None:
    """Archives from Windows unpack to names in GBK."""
    path = tmp_path / os.fsdecode("需求.xlsx".encode("gbk"))
    path.write_bytes(b"%PDF")
    with pytest.raises(UnreadableFile) as refusal:
        read_rows(path)
    str(refusal.value).encode("utf-8")


def test_a_path_that_no_system_has_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="打不开"):
        read_rows(Path("x\x00.xlsx"))


def test_a_long_sparse_list_is_no_bomb(tmp_path: Path) -> None:
    """Formats down to the last row are common, and hold nothing."""
    rows = f'<row r="1">{text_cell("A1", "需求名称")}{text_cell("B1", "企业名称")}</row>'
    rows += f'<row r="2">{text_cell("A2", "核桃")}{text_cell("B2", "甲")}</row>'
    rows += '<row r="1048576" s="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    assert len(read_rows(with_sheet(tmp_path / "x.xlsx", rows))) == 1


def test_the_file_is_not_changed_by_reading(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx")
    before = path.read_bytes(), path.stat().st_mtime_ns
    read_rows(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
