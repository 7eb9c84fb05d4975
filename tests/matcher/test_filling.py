"""Filling the form from the files that people have already."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import UnreadableFile
from corpora.vocabulary import Kind
from corpora.writers import write_records, write_templates
from matcher.filling import Filling, merge, read_form
from matcher.service import Service
from matcher.submissions import check


def pdf_of(*lines: str) -> bytes:
    """A PDF of one page with these lines, in a font that every reader knows."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T* " for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 750 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R]"
        b" /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(_TO_UNICODE), _TO_UNICODE),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(written))
    )


_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap end end"
)


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".csv", ".jsonl"])
def test_our_own_forms_fill_every_field(demo: Service, tmp_path: Path, suffix: str) -> None:
    needs = [need for need in demo.store.needs() if need.indicators and need.deadline and need.min_stage][:3]
    path = tmp_path / f"技术需求{suffix}"
    write_records(path, needs, with_contacts=True)
    filling = read_form(path.name, path.read_bytes())
    assert (filling.unread, filling.others) == ([], 2)
    need, errors = check({**filling.values, "consent": "yes"})
    assert need is not None, errors
    # Attachments are files here, not names.
    assert need.content_hash() == needs[0].model_copy(update={"attachments": []}).content_hash()


def test_a_pdf_of_labelled_lines_is_read() -> None:
    filling = read_form(
        "表.pdf",
        pdf_of("技术需求征集表", "需求名称：栗⼦分选", "企业名称：某公司　联系人：王工　电话：13900000000", "需求描述：现在靠人工挑",
               "太慢。", "完成时限：2027年6月", "经费预算：五百美元"),
    )  # fmt: skip
    assert filling.values["title"] == "栗子分选"
    assert filling.values["text"] == "现在靠人工挑\n太慢。"
    assert filling.values["contact_phone"] == "13900000000"
    assert filling.values["deadline"] == "2027-06-30"
    assert "budget" not in filling.values
    assert [column for column, _, _ in filling.unread] == ["经费预算"]


def test_a_pdf_of_cells_is_read_upright_labels_too() -> None:
    filling = read_form(
        "表.pdf",
        pdf_of("需", "求", "名", "称 *", "樱桃遇雨裂果", "企业名称 某公司 所属领域 樱桃种植", "需求描述",
               "五月中旬转色那十天，只要下一场二十毫米的雨，露地美早裂四成，红灯", "裂三成。", "经费预算（万元） 50-80"),
    )  # fmt: skip
    assert filling.values["title"] == "樱桃遇雨裂果"
    assert filling.values["enterprise"] == "某公司"
    assert filling.values["fields"] == "樱桃种植"
    assert (
        filling.values["text"] == "五月中旬转色那十天，只要下一场二十毫米的雨，露地美早裂四成，红灯裂三成。"
    )
    assert filling.values["budget"] == "50-80万元"


def test_of_several_needs_the_first_fills_and_the_others_are_counted() -> None:
    lines = [f"{label}：{number}{label}" for number in (1, 2, 3) for label in ("需求名称", "需求描述")]
    filling = read_form("表.pdf", pdf_of(*lines))
    assert filling.others == 2
    assert filling.values["title"] == "1需求名称"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("扫描件.pdf", pdf_of()),
        ("别的.pdf", pdf_of("会议通知", "各单位：", "请参加会议")),
        ("坏了.pdf", b"%PDF-1.4 nothing"),
        ("坏了.docx", b"PK\x03\x04 nothing"),
        ("旧版.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("图.png", b"\x89PNG\r\n\x1a\n"),
        ("空.xlsx", b""),
        ("大.docx", b"PK\x03\x04" + b"0" * 11_000_000),
        ("../../表.exe", b"MZ"),
    ],
)
def test_a_file_without_a_need_is_explained(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_form(name, content)
    assert "--kind" not in str(refused.value)
    assert "/tmp" not in str(refused.value)
    assert name.rpartition("/")[2].partition(".")[0] in refused.value.zh


def test_a_blank_form_is_explained(tmp_path: Path) -> None:
    for path in write_templates(tmp_path, [Kind.NEED]):
        with pytest.raises(UnreadableFile):
            read_form(path.name, path.read_bytes())


def test_what_is_typed_stays_unless_it_is_to_be_replaced() -> None:
    filling = Filling({"title": "文件", "budget": "50万元", "region": "陕西省西安市", "modes": ["joint"]})
    typed = {"title": "手填", "budget": "", "region": "陕西省商洛市", "modes": [], "consent": "yes"}
    merged, filled, left = merge(typed, filling, False, {"region": "陕西省商洛市"})
    assert merged == {**filling.values, "title": "手填", "consent": "yes"}
    assert (filled, left) == (["budget", "region", "modes"], ["title"])
    merged, filled, left = merge(typed, filling, True, {})
    assert merged == {**filling.values, "consent": "yes"}
    assert left == []
