"""What every reader of a cell needs: its text, its ticked boxes, and how to refuse it."""

from __future__ import annotations

import re
import unicodedata

from corpora.errors import UnreadableValue, shorten
from corpora.vocabulary import vocabulary

#: Longer than any amount, date or choice that somebody wrote on purpose.
SHORT = 500
#: Longer than any list on a form.
LONG = 20_000


def clean(value: object, limit: int = SHORT) -> str:
    """Return the text of a cell, half width, without white space around it; "" for an empty cell.

    Raises UnreadableValue where it is longer than `limit` or no text at all.
    """
    if value is None:
        return ""
    if isinstance(value, bool | list | dict | tuple | set):
        raise unreadable(value, "应是文字或数字", "text or a number is needed")
    if isinstance(value, int) and abs(value) > 10**30:
        raise UnreadableValue("数字太大", "the number is too large")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if len(text) > limit:
        raise unreadable(
            text, f"有 {len(text)} 个字符，上限 {limit}", f"has {len(text)} characters, at most {limit}"
        )
    return unicodedata.normalize("NFKC", text).strip()


def is_open(text: str) -> bool:
    """True where the text leaves the value open: 面议, 待定, nothing."""
    return vocabulary().is_open(text)


def unreadable(value: object, zh: str, en: str) -> UnreadableValue:
    return UnreadableValue(f"{zh}（现为“{shorten(value)}”）", f"{en} (found '{shorten(value)}')")


_BOXES = "□☐○◯☑☒✓✔√■▣◼●"
_TICKED_BOX = r"[☑☒✓✔√■▣◼●]"
_TICK_BEFORE = re.compile(rf"{_TICKED_BOX}[)\]]?\s*([^{_BOXES}\s、，,;；/(\[]+(?:\([^{_BOXES}()]*\))?)")
_TICK_AFTER = re.compile(rf"([^{_BOXES}\s、，,;；/)\]]+(?:\([^{_BOXES}()]+\))?)\s*[(\[]?\s*{_TICKED_BOX}")
_BOX = re.compile(r"[□☐○◯]|[(\[]\s*[)\]]")


def ticked(text: str) -> list[str] | None:
    """Return the ticked choices of a form (☑中试 □小试, or 中试☑ 小试□); None where it has no boxes."""
    boxed = re.search(rf"[{_BOXES}]", text)
    if not boxed:
        return None
    # Where the first box follows a choice and the last box ends the text, boxes stand behind.
    behind = text.rstrip(" )]")[-1:] in _BOXES and bool(text[: boxed.start()].strip(" (["))
    found: list[str] = (_TICK_AFTER if behind else _TICK_BEFORE).findall(text)
    return found if found or _BOX.search(text) else None
