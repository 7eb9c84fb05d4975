"""Bulk import: send files, look at what would become of every row, then have it done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from api import context
from api.context import needs, settings, store
from api.languages import message
from api.pages.records import field_name
from api.pages.wording import word
from corpora.errors import BadRequest, Conflict
from corpora.jobs import Jobs
from corpora.readers.headings import known_fields
from corpora.vocabulary import Kind
from matcher import previews, uploads
from matcher.jobs import has_worker
from matcher.plans import Fate
from matcher.reviews import Piece, compared

blueprint = Blueprint("imports", __name__)

KINDS = {
    Kind.NEED: lazy_gettext("技术需求"),
    Kind.ACHIEVEMENT: lazy_gettext("科技成果"),
    Kind.ORGANIZATION: lazy_gettext("机构"),
}
FATES = {
    Fate.NEW: lazy_gettext("新增"),
    Fate.UPDATE: lazy_gettext("更新"),
    Fate.UNCHANGED: lazy_gettext("未变"),
    Fate.DUPLICATE: lazy_gettext("重复"),
    Fate.REJECTED: lazy_gettext("拒收"),
}
#: What the records' pages do not call a field, for contacts are not shown there.
_CONTACT = {
    "id": lazy_gettext("编号"),
    "contact": lazy_gettext("联系方式"),
    "contact_name": lazy_gettext("联系人"),
    "contact_phone": lazy_gettext("联系电话"),
    "contact_email": lazy_gettext("邮箱"),
}
#: Characters of an unchanged stretch that are shown on either side of a change.
_AROUND = 12


@dataclass(frozen=True)
class Changed:
    """A field that an update changes, before and after; both empty where it must not be shown."""

    name: str
    before: list[Piece]
    after: list[Piece]


@blueprint.get("/imports")
@needs("import")
def new() -> ResponseReturnValue:
    return _new()


@blueprint.post("/imports")
@needs("import")
def send() -> ResponseReturnValue:
    kind = _kind(request.form.get("kind", ""))
    files = [(one.filename or "", one.stream) for one in request.files.getlist("files") if one.filename]
    try:
        upload = uploads.receive(settings(), files, kind, context.who())
    except BadRequest as error:
        return _new(message(error), kind)
    context.log("uploaded", f"upload:{upload.token}", files=[file.name for file in upload.files])
    previews.read(store(), settings(), upload)
    return redirect(url_for("imports.preview", token=upload.token))


@blueprint.get("/imports/<token>")
@needs("import")
def preview(token: str) -> ResponseReturnValue:
    upload = uploads.load(settings(), token)
    asked = request.args.get("fate", "")
    fate = Fate(asked) if asked in set(Fate) else None
    counts = upload.counts
    total = counts[fate] if fate else sum(counts.values())
    pages = max(1, -(-total // previews.PAGE))
    number = request.args.get("page", "1")
    page = min(max(int(number), 1), pages) if number.isdecimal() and len(number) < 9 else 1
    return render_template(
        "imports/preview.html",
        upload=upload,
        counts=counts,
        fate=fate,
        page=page,
        pages=pages,
        total=total,
        rows=previews.rows(settings(), upload, fate, page),
        job=previews.asked_job(store(), upload),
        reading=None if upload.is_read else Jobs(store()).of("preview", {"upload": token}),
        has_worker=upload.is_read or has_worker(settings()),
        KINDS=KINDS,
        FATES=FATES,
        Fate=Fate,
        fields_of=fields_of,
        changes_of=changes_of,
        name_of=name_of,
    )


@blueprint.post("/imports/<token>/read")
@needs("import")
def reread(token: str) -> ResponseReturnValue:
    """Read the files anew, one of them as the person says."""
    upload = uploads.load(settings(), token)
    number = request.form.get("file", "")
    said = dict(zip(request.form.getlist("heading"), request.form.getlist("field"), strict=False))
    try:
        previews.reread(
            store(), settings(), upload, int(number) if number.isdecimal() and len(number) < 4 else -1,
            _kind(request.form.get("kind", "")), said,
        )  # fmt: skip
    except (BadRequest, Conflict) as error:
        flash(message(error), "danger")
    return redirect(url_for("imports.preview", token=token))


@blueprint.post("/imports/<token>/commit")
@needs("import")
def commit(token: str) -> ResponseReturnValue:
    upload = uploads.load(settings(), token)
    try:
        job = previews.commit(store(), settings(), upload, context.who())
    except BadRequest as error:
        flash(message(error), "danger")
        return redirect(url_for("imports.preview", token=token))
    context.log("asked for", f"job:{job.id}", task="import", upload=token)
    return redirect(url_for("jobs.show", job_id=job.id))


@blueprint.post("/imports/<token>/discard")
@needs("import")
def discard(token: str) -> ResponseReturnValue:
    upload = uploads.load(settings(), token)
    try:
        previews.discard(store(), settings(), upload)
    except Conflict as error:
        flash(message(error), "danger")
        return redirect(url_for("imports.preview", token=token))
    context.log("discarded", f"upload:{token}")
    flash(gettext("已放弃，什么也没有导入"), "success")
    return redirect(url_for("imports.new"))


def _new(problem: str = "", kind: Kind | None = None) -> ResponseReturnValue:
    waiting = [one for one in uploads.all_uploads(settings()) if not previews.asked_job(store(), one)]
    shown = render_template(
        "imports/new.html", problem=problem, kind=kind, waiting=waiting, KINDS=KINDS,
        most_files=uploads.MOST_FILES, most_bytes=uploads.MAX_BYTES,
    )  # fmt: skip
    return shown, 400 if problem else 200


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in set(Kind) else None


def name_of(field: str) -> str:
    """Return what a field is called, contacts too."""
    return str(_CONTACT.get(field) or field_name(field))


def fields_of(file: uploads.File) -> list[str]:
    """Return the fields that a column of the file can mean."""
    kinds = [part.kind for part in file.parts] or ([file.kind] if file.kind else [])
    return list(dict.fromkeys(field for kind in kinds for field in known_fields(kind)))


def changes_of(row: previews.PreviewRow) -> list[Changed]:
    """Return what an update changes, of long texts what stands around each change; a contact's content is not said."""
    return [
        Changed(name, [], [])
        if name == "contact"
        else Changed(name, *map(_clipped, compared(word(name, old), word(name, new))))
        for name, (old, new) in row.changes.items()
    ]


def _clipped(pieces: list[Piece]) -> list[Piece]:
    return [
        piece
        if piece.differs or len(piece.text) <= 3 * _AROUND
        else Piece(f"{piece.text[:_AROUND]} … {piece.text[-_AROUND:]}", False)
        for piece in pieces
    ]
