"""Attachments: what a file is by its content, whether it is safe to keep, and where its bytes lie.

They lie in the data folder under a random id, never where a browser is served from; the name that
the sender gave is a text and no path.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import unicodedata
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import filetype
from PIL import Image
from pypdf import PdfReader

from corpora.attachments import Attachment, Attachments
from corpora.database import now
from corpora.errors import BadRequest, UnreadableFile, shorten
from corpora.files import replacing, trouble
from corpora.readers.guard import file_type
from corpora.store import Store

FOLDER = "attachments"
MOST = 5
MAX_BYTES = 10 * 2**20
#: As many as the largest camera takes; beyond, a picture is a bomb.
MAX_PIXELS = 120_000_000
MAX_PAGES = 500
#: By media type, the endings that a name may have; the first is added where it has none of them.
TYPES = {
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
_DOCX, _XLSX = list(TYPES)[1:3]
_LONGEST_NAME = 120
#: Control characters, those that turn the direction of writing, and what file systems refuse.
_NOT_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff<>:\"|?*;]+"
)
#: What a second reader of a picture could take it for.
_IN_A_PICTURE = re.compile(rb"%PDF-\d|<script|<\?php|<html|<!doctype", re.I)


def add(
    store: Store,
    data: Path,
    name: str,
    stream: IO[bytes],
    *,
    draft: str | None = None,
    need_id: str | None = None,
) -> Attachment:
    """Keep a file beside a draft (by the digest of its secret) or a need; the same file twice is kept once.

    Raises UnreadableFile where it is of another kind, too large, damaged or not safe; BadRequest where
    there are MOST already; DataFolderTrouble where it cannot be written.
    """
    content = stream.read(MAX_BYTES + 1)
    shown = safe_name(name)
    media_type = media_type_of(shown, content)
    kept = Attachments(store)
    made = Attachment(
        secrets.token_hex(16), draft, need_id, _with_ending(shown, media_type), media_type, len(content),
        hashlib.sha256(content).hexdigest(), now(),
    )  # fmt: skip
    path = path_of(data, made)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise trouble(path.parent, error) from error
    with replacing(path) as file:
        file.write(content)
    try:
        with store.transaction():
            others = kept.of_need(need_id) if need_id else kept.of_draft(draft or "")
            for other in others:
                if other.sha256 == made.sha256:
                    path.unlink(missing_ok=True)
                    return other
            if len(others) >= MOST:
                raise BadRequest(
                    f"附件最多 {MOST} 个，“{shorten(shown)}”没有加上；请先删去一个",
                    f"there are {MOST} attachments already and '{shorten(shown)}' was not added; remove one first",
                )
            kept.add(made)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return made


def remove(store: Store, data: Path, attachment: Attachment) -> None:
    Attachments(store).remove(attachment.id)
    with suppress(OSError):
        path_of(data, attachment).unlink()


def path_of(data: Path, attachment: Attachment) -> Path:
    return data / FOLDER / attachment.id


def safe_name(name: str) -> str:
    """Return a file's name fit to be shown and to be saved under."""
    plain = unicodedata.normalize("NFC", name[-1000:])
    plain = re.split(r"[/\\]", plain)[-1]
    plain = " ".join(_NOT_IN_NAMES.sub("_", plain).split()).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME:
        plain = f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:8]}"
    return plain or "file"


def media_type_of(name: str, content: bytes) -> str:
    """Return what a file is by its content. Raises UnreadableFile with the remedy where it cannot be kept."""
    if not content:
        raise _refused(name, "是空文件", "is empty", "请重新保存后再加", "save it again")
    if len(content) > MAX_BYTES:
        raise _refused(
            name, "超过 10 MB", "has more than 10 MB", "请压缩或拆分", "make it smaller or split it"
        )
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
        return _office(name, content)
    guessed = filetype.guess(content)
    media_type = guessed.mime if guessed else ""
    if media_type not in TYPES:
        raise _refused(
            name, "不是 PDF、Word、Excel 或 JPG、PNG 图片", "is no PDF, Word, Excel, JPG or PNG file",
            "请另存为其中一种", "save it as one of these",
        )  # fmt: skip
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise _suspect(name)
    if media_type == "application/pdf":
        _check_pdf(name, content)
    else:
        _check_picture(name, content)
    return str(media_type)


def read_pdf(name: str, content: bytes) -> PdfReader:
    """Open a PDF of a bearable size. Raises UnreadableFile."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refused(name, "有密码", "is password-protected", "请去掉密码", "remove the password")
        pages = len(reader.pages)
    except UnreadableFile:
        raise
    except Exception as error:  # pypdf raises whatever a damaged file leads it to
        raise _refused(name, "已损坏", "is damaged", "请重新导出 PDF", "export it again") from error
    if not 1 <= pages <= MAX_PAGES:
        raise _refused(
            name,
            f"有 {pages} 页",
            f"has {pages} pages",
            f"请只附 1–{MAX_PAGES} 页",
            f"attach 1–{MAX_PAGES} pages",
        )
    return reader


def _office(name: str, content: bytes) -> str:
    with NamedTemporaryFile(suffix=Path(name).suffix or ".bin") as file:
        file.write(content)
        file.flush()
        try:
            found = file_type(Path(file.name))
        except UnreadableFile as error:
            # The name that its sender knows, not that of the copy.
            here = Path(file.name).name
            raise UnreadableFile(
                error.zh.replace(here, shorten(name)), error.en.replace(here, shorten(name))
            ) from error
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(entry.lower().endswith("vbaproject.bin") for entry in archive.namelist()):
            raise _refused(
                name, "含有宏", "holds macros", "请另存为不含宏的 .docx 或 .xlsx", "save it as .docx or .xlsx"
            )
    return _DOCX if found == "docx" else _XLSX


def _check_pdf(name: str, content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise _refused(name, "已损坏", "is damaged", "请重新导出 PDF", "export it again")
    reader = read_pdf(name, content)
    try:
        root = reader.root_object
        names, action = (_part(root, key) for key in ("/Names", "/OpenAction"))
        acts = action.get("/S") in ("/JavaScript", "/Launch", "/SubmitForm")
        active = acts or "/JavaScript" in names or "/EmbeddedFiles" in names
    except Exception as error:
        raise _refused(name, "已损坏", "is damaged", "请重新导出 PDF", "export it again") from error
    if active:
        raise _refused(
            name,
            "含有脚本或夹带的文件",
            "holds scripts or files within it",
            "请另存为普通 PDF",
            "print it to a plain PDF",
        )


def _part(root: Mapping[Any, Any], key: str) -> Mapping[Any, Any]:
    found = root[key].get_object() if key in root else {}
    return found if isinstance(found, Mapping) else {}


def _check_picture(name: str, content: bytes) -> None:
    try:
        with warnings.catch_warnings():
            # The size is judged here; Pillow's own warning would only be said to the log.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
                width, height = picture.size
                picture.verify()
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise _refused(
            name, "不是完好的图片", "is no sound picture", "请重新保存", "save it again"
        ) from error
    if width * height > MAX_PIXELS:
        raise _refused(
            name,
            f"有 {width}×{height} 个像素",
            f"has {width}×{height} pixels",
            "请缩小后再加",
            "make it smaller",
        )
    if _IN_A_PICTURE.search(content):
        raise _suspect(name)


def _with_ending(name: str, media_type: str) -> str:
    endings = TYPES[media_type]
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"


def _suspect(name: str) -> UnreadableFile:
    return _refused(
        name, "的内容同时像另一种文件，可能有害", "could pass for another kind of file and do harm",
        "请用原来的软件重新保存", "save it again from the program that made it",
    )  # fmt: skip


def _refused(name: str, zh: str, en: str, zh_remedy: str, en_remedy: str) -> UnreadableFile:
    said = shorten(name)
    return UnreadableFile(f"附件“{said}”{zh}；{zh_remedy}", f"the file '{said}' {en}; {en_remedy}")
