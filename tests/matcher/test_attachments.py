"""What may be attached, judged by content, and where it lies."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from corpora.attachments import Attachments
from corpora.errors import BadRequest, UnreadableFile
from corpora.store import Store
from matcher import attachments
from matcher.attachments import MAX_BYTES, MOST, add, media_type_of, path_of, safe_name


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "green").save(stream, kind)
    return stream.getvalue()


def pdf(**options: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if "script" in options:
        writer.add_open_action(JavaScript(options["script"]))
    if "inside" in options:
        writer.add_attachment("inside.exe", options["inside"].encode())
    if "password" in options:
        writer.encrypt(options["password"])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def docx() -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    return stream.getvalue()


def xlsx() -> bytes:
    stream = io.BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


def archive(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return stream.getvalue()


def macros() -> bytes:
    stream = io.BytesIO(xlsx())
    with zipfile.ZipFile(stream, "a") as file:
        file.writestr("xl/vbaProject.bin", b"x")
    return stream.getvalue()


def pixel_bomb() -> bytes:
    """A PNG of a few bytes that says that it has 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("报告.pdf", pdf(), "pdf"), ("表.docx", docx(), "document"), ("表.xlsx", xlsx(), "sheet"),
        ("图.png", picture(), "png"), ("图.jpeg", picture("JPEG"), "jpeg"), ("改了名.doc", pdf(), "pdf"),
    ],
)  # fmt: skip
def test_a_file_is_what_it_holds(name: str, content: bytes, ending: str) -> None:
    assert media_type_of(name, content).endswith(ending)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.pdf", b""),
        ("大.pdf", b"%PDF-1.4" + b"0" * MAX_BYTES),
        ("程序改名.pdf", b"MZ" + b"\0" * 200),
        ("程序改名.docx", b"MZ" + b"\0" * 200),
        ("脚本.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("网页.pdf", b"<html><script>alert(1)</script>"),
        ("文本.docx", "只是文字".encode()),
        ("旧版.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("压缩包.docx", archive(a=b"x")),
        ("炸弹.xlsx", archive(**{"xl/workbook.xml": b"0" * 300_000_000})),
        ("实体.docx", archive(**{"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"})),
        ("越狱.docx", archive(**{"word/document.xml": b"<x/>", "../../evil": b"x"})),
        ("宏.xlsx", macros()),
        ("图和包.png", picture() + archive(a=b"x")),
        ("图和包.jpg", picture("JPEG") + archive(a=b"x")),
        ("图和PDF.png", picture() + pdf()),
        ("图和脚本.jpg", picture("JPEG") + b"<?php system('id'); ?>"),
        ("像素炸弹.png", pixel_bomb()),
        ("半张.png", picture()[:40]),
        ("动图.gif", b"GIF89a" + b"\0" * 100),
        ("断了.pdf", pdf()[:-200]),
        ("假的.pdf", b"%PDF-1.7\nnothing\n%%EOF"),
        ("包.pdf", pdf() + archive(a=b"x")),
        ("有脚本.pdf", pdf(script="app.alert(1)")),
        ("夹带.pdf", pdf(inside="MZ")),
        ("密码.pdf", pdf(password="secret")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_of_another_kind_or_not_safe_is_refused_with_a_remedy(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        media_type_of(name, content)
    stem = name.split(".")[0]
    assert stem in refused.value.zh
    assert stem in refused.value.en
    assert "/tmp" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报告.pdf", "报告.pdf"),
        ("C:\\用户\\报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd"),
        ("报\u202efdp.exe", "报_fdp.exe"),
        ('a"; filename="evil.exe', "a_ filename=_evil.exe"),
        ("a\r\nSet-Cookie: x", "a_Set-Cookie_ x"),
        ("<img src=x>.png", "_img src=x_.png"),
        ("...", "file"),
        ("", "file"),
        ("🌰.pdf", "🌰.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = safe_name("长" * 5000 + ".pdf")
    assert shown.endswith(".pdf")
    assert len(shown) <= 120


def test_bytes_lie_in_the_data_folder_under_an_id(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    made = add(store, tmp_path, "../报告", io.BytesIO(pdf()), draft="d")
    assert made.name == "报告.pdf"
    path = path_of(tmp_path, made)
    assert path.parent == tmp_path / attachments.FOLDER
    assert path.read_bytes() == pdf()
    assert Attachments(store).of_draft("d") == [made]
    assert add(store, tmp_path, "同一份.pdf", io.BytesIO(pdf()), draft="d") == made
    assert len(list(path.parent.iterdir())) == 1
    attachments.remove(store, tmp_path, made)
    assert not path.exists()
    attachments.remove(store, tmp_path, made)


def test_there_are_five_at_most_and_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    for number in range(1, MOST + 1):
        add(store, tmp_path, f"{number}.png", io.BytesIO(picture(size=(number, 1))), need_id="n-1")
    with pytest.raises(BadRequest):
        add(store, tmp_path, "6.png", io.BytesIO(picture(size=(1, 9))), need_id="n-1")
    with pytest.raises(UnreadableFile):
        add(store, tmp_path, "x.exe", io.BytesIO(b"MZ"), need_id="n-2")
    assert len(list((tmp_path / attachments.FOLDER).iterdir())) == MOST
