"""Submissions: what an enterprise sends in by the form, and what it and the brokers do with it.

A need that is sent in is stored at once, but it is public only once a broker has approved it. Its owner
comes back by a private link, of which only a digest is kept, or by the code and a contact.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from corpora.accounts import User
from corpora.attachments import Attachments
from corpora.cells import is_open
from corpora.errors import BadRequest, Conflict, UnknownRecord, UnreadableValue
from corpora.records import MAX_SHORT, Contact, Need
from corpora.store import Store
from corpora.submissions import Status, Submission, Submissions
from corpora.vocabulary import Kind
from matcher import spoken
from matcher.accounts import digest
from matcher.attachments import remove
from matcher.duplicates import link_new

#: What somebody typed, by field of the form.
Typed = Mapping[str, str | list[str]]
#: What is wrong with it, Chinese and English, by field of the form.
Errors = dict[str, list[tuple[str, str]]]

#: The fields of the form, in its order; `consent` besides.
TEXTS = (
    "title", "text", "indicators", "deadline", "budget", "ip_wanted", "min_stage", "fields",
    "enterprise", "region", "county", "contact_name", "contact_phone", "contact_email",
)  # fmt: skip
LISTS = ("modes",)
#: What the public reads in the owner's own words: changed, it is looked at again.
REVIEWED = ("title", "text", "indicators", "enterprise", "fields", "region", "county", "budget")

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
#: No 0 and O, no 1 and I, for codes are read out on the telephone.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE = re.compile(rf"SL-?([{_LETTERS}]{{4}})-?([{_LETTERS}]{{4}})")
_REQUIRED = {
    "text": ("请写出要解决的问题，几句话就行", "say what is to be solved; a few sentences will do"),
    "enterprise": ("请填写企业名称", "name the enterprise"),
    "contact_name": ("请填写联系人，怎么称呼都行", "name somebody to talk to"),
    "contact_phone": ("电话和邮箱请至少填一个", "give a telephone number or an email address"),
    "consent": (
        "请勾选同意；不同意就没法为您寻找成果",
        "tick the consent; without it nothing can be sought for you",
    ),
}
_NO_DAY = (
    "看不出是哪年哪月；请写个大概的年月，例如 2027年6月，没定就留空",
    "which month is that? write it roughly, like 2027-06, or leave it empty while it is open",
)


def new_key() -> str:
    """Return the key of a private link: 32 random bytes as 43 letters."""
    return secrets.token_urlsafe(32)


def is_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text))


# Reading the form


def check(typed: Typed) -> tuple[Need | None, Errors]:
    """Return the need that the form spells, or what is wrong with it, all of it at once."""
    need, errors = _read(typed)
    missing = [
        name for name in ("text", "enterprise", "contact_name") if not str(typed.get(name, "")).strip()
    ]
    if not str(typed.get("contact_phone", "")).strip() and not str(typed.get("contact_email", "")).strip():
        missing.append("contact_phone")
    if not typed.get("consent"):
        missing.append("consent")
    for name in missing:
        errors.setdefault(name, []).append(_REQUIRED[name])
    said = str(typed.get("deadline", "")).strip()
    if need is not None and need.deadline is None and said and not is_open(said.casefold()):
        # Stored, it would be lost: a need keeps a day, not words.
        errors["deadline"] = [_NO_DAY]
    return (None if errors else need), errors


def as_far_as_readable(typed: Typed) -> tuple[Need | None, Errors]:
    """Return the need that an unfinished form spells, without what cannot be read; None for a bare form."""
    need, errors = _read(typed)
    if need is None:
        kept = {name: value for name, value in typed.items() if name not in errors}
        if not str(kept.get("title", "")).strip():
            # Without a title yet, the text's beginning stands for it.
            kept["title"] = str(kept.get("text", "")).strip()[:40]
        need, _ = _read(kept)
    return need, errors


def _read(typed: Typed) -> tuple[Need | None, Errors]:
    values: dict[str, object] = {name: plain(typed.get(name, "")) for name in (*TEXTS, *LISTS)}
    values["deadline"] = spoken.deadline(str(values["deadline"]), date.today())
    values["budget"] = spoken.budget(str(values["budget"]))
    contact = {part: values.pop(f"contact_{part}") for part in Contact.model_fields}
    try:
        # An id of its own: two enterprises may ask for the same in the same words.
        return Need.model_validate({**values, "contact": contact, "id": f"n-{secrets.token_hex(8)}"}), {}
    except ValidationError as error:
        found: Errors = {}
        for detail in error.errors(include_url=False):
            name = "_".join(str(part) for part in detail["loc"] if isinstance(part, str))
            cause = detail.get("ctx", {}).get("error")
            said = (cause.zh, cause.en) if isinstance(cause, UnreadableValue) else (detail["msg"],) * 2
            found.setdefault(name, []).append(said)
        return None, found


def plain(value: str | list[str]) -> str | list[str]:
    """Browsers send a line's end as two characters; nobody typed two."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def typed_of(need: Need) -> dict[str, str | list[str]]:
    """Return a need as it would be typed into the form."""
    values: dict[str, str | list[str]] = {
        name: str(getattr(need, name) or "") for name in TEXTS if not name.startswith("contact_")
    }
    values |= {f"contact_{part}": value for part, value in need.contact}
    values["indicators"] = "\n".join(need.indicators)
    values["fields"] = "、".join(need.fields)
    values["modes"] = [mode.value for mode in need.modes]
    return values


# What the owner does


def submit(
    store: Store, need: Need, key: str, draft: str | None, user: User | None, who: str
) -> tuple[Submission, bool]:
    """Store a need as a pending submission; return it, and whether it is new.

    `key` is of the private link that its owner gets, `draft` the digest of the draft that it ends. Sent
    twice under one key it is stored once.
    """
    submissions = Submissions(store)
    with store.transaction():
        known = submissions.keyed(digest(key))
        if known is not None:
            return known, False
        store.save(need, who)
        link_new(store, Kind.NEED, [need])
        code = _new_code()
        while submissions.coded(code) is not None:
            code = _new_code()
        made = submissions.add(code, need.id, need.title, digest(key), user.id if user else None)
        if draft is not None:
            Attachments(store).move(draft, need.id)
            submissions.drop_draft(draft)
    return made, True


def edit(store: Store, submission: Submission, need: Need, seen: str, who: str) -> Status:
    """Replace the need by what its owner changed; return the status that it has now.

    `seen` is the content hash of what the owner had before them. What is returned goes to the brokers
    again, and so does what is public where one of REVIEWED changes.
    Raises Conflict where the need has changed since, UnknownRecord where it is gone.
    """
    with store.transaction():
        before = owned_need(store, submission)
        if before.content_hash() != seen:
            raise Conflict(
                "您打开这一页之后，这份需求又改过了（也许在另一个窗口）；下面是现在的内容和您填的不同之处，请核对后再保存",
                "this need was changed after you opened the page, perhaps in another window; compare the "
                "differences below, then save again",
            )
        changed = any(getattr(before, name) != getattr(need, name) for name in REVIEWED)
        current = Submissions(store).coded(submission.code)
        assert current is not None
        status = current.status
        if status is Status.RETURNED or (status is Status.APPROVED and changed):
            status = Status.PENDING
        need = need.model_copy(update={"id": before.id, "attachments": before.attachments})
        store.save(need, who)
        link_new(store, Kind.NEED, [need])
        Submissions(store).update(submission.code, need.title, status)
    return status


def owned_need(store: Store, submission: Submission) -> Need:
    """Return a submission's need. Raises UnknownRecord where it was withdrawn or deleted."""
    found = next(store.needs([submission.need_id]), None)
    if found is None:
        raise UnknownRecord(
            f"“{submission.title}”已经撤回或删除，不再参与匹配；如需继续，请重新发布",
            f"'{submission.title}' was withdrawn or deleted and is matched no longer; submit it anew to go on",
        )
    return found


def withdraw(store: Store, data: Path, submission: Submission, who: str) -> None:
    """Delete the need with its contact and attachments; that it was sent in and withdrawn stays known."""
    with store.transaction():
        if next(store.needs([submission.need_id]), None) is not None:
            store.delete(Kind.NEED, submission.need_id, who)
        Submissions(store).update(submission.code, submission.title, Status.WITHDRAWN)
    for attachment in Attachments(store).of_need(submission.need_id):
        remove(store, data, attachment)


def by_key(store: Store, key: str) -> Submission | None:
    """Return the submission that the private link of `key` leads to."""
    return Submissions(store).keyed(digest(key)) if is_key(key) else None


def by_code(store: Store, code: str, contact: str) -> Submission | None:
    """Return the submission of this code, where `contact` is the telephone or email given with it."""
    submission = Submissions(store).coded(read_code(code))
    need = next(store.needs([submission.need_id]), None) if submission else None
    given = need.contact if need else Contact()
    # Compared in any case, so that an unknown code takes no less time.
    right = [hmac.compare_digest(_folded(contact).encode(), known.encode()) for known in _ways(given)]
    return submission if submission and _folded(contact) and any(right) else None


def read_code(text: str) -> str:
    """Return a code as it was given out, however it is written; "" for what is none."""
    folded = re.sub(r"[\s–—－]", "", unicodedata.normalize("NFKC", text[:40]).upper())
    found = _CODE.fullmatch(folded)
    return f"SL-{found[1]}-{found[2]}" if found else ""


def _ways(contact: Contact) -> list[str]:
    numbers = re.split(r"[、,，;；/\n]|\s{2,}", contact.phone)
    return [_folded(number) for number in (*numbers, contact.phone, contact.email)]


def _folded(contact: str) -> str:
    """A telephone number is its digits, an address its letters."""
    text = unicodedata.normalize("NFKC", contact[:MAX_SHORT]).strip().casefold()
    return text if "@" in text else re.sub(r"\D", "", re.sub(r"^\s*(?:\+|00)86", "", text))


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"SL-{letters[:4]}-{letters[4:]}"


# What a broker does


def approve(store: Store, code: str, seen: str, who: str) -> Submission:
    """Make a submission's need public. Raises as send_back does."""
    return _decide(store, code, seen, Status.APPROVED, "", who)


def send_back(store: Store, code: str, seen: str, reason: str, who: str) -> Submission:
    """Give a submission back to its owner, who reads the reason and may change it.

    `seen` is the content hash of what the broker read. Raises BadRequest without a reason, Conflict where
    somebody decided or its owner changed it meanwhile, UnknownRecord where there is no such submission.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_SHORT:
        raise BadRequest(
            f"请写明退回的理由（1–{MAX_SHORT} 字），企业看得到；现有 {len(reason)} 字",
            f"give the reason in 1–{MAX_SHORT} characters, its owner reads it; it has {len(reason)} now",
        )
    return _decide(store, code, seen, Status.RETURNED, reason, who)


def _decide(store: Store, code: str, seen: str, status: Status, reason: str, who: str) -> Submission:
    submissions = Submissions(store)
    with store.transaction():
        submission = submissions.coded(code)
        if submission is None:
            raise UnknownRecord(f"没有编号为“{code}”的提交", f"there is no submission {code}")
        if submission.status is Status.PENDING and owned_need(store, submission).content_hash() != seen:
            raise Conflict(
                f"“{submission.title}”在您阅读时被企业改过；请看最新内容再决定",
                f"'{submission.title}' was changed by its owner while you read; look at it again",
            )
        if not submissions.decide(code, status, reason, who):
            by = submission.decided_by or ""
            raise Conflict(
                f"“{submission.title}”已经处理过（{by}，{submission.status.value}）；您的决定没有记入",
                f"'{submission.title}' was decided already ({by}, {submission.status.value}); yours was not taken",
            )
    return submission
