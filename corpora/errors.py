"""What can go wrong, told to people: what was wrong, the value, and what to do next.

Every message is one line, Chinese first, English second.
"""

from __future__ import annotations

from collections.abc import Sequence


class ShuanglianError(Exception):
    """The base of every error that a user can cause and mend."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = one_line(zh)
        self.en = one_line(en)

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


class UnreadableFile(ShuanglianError):
    """A whole file cannot be read: the wrong format, a password, a bomb, nothing in it."""


class UnreadableValue(ShuanglianError, ValueError):
    """One value cannot be read; a ValueError too, so that a record's validation collects it."""


class UnknownRecord(ShuanglianError):
    """An id that nothing in the store, or in the given files, has."""


class BadRequest(ShuanglianError):
    """Options or settings that do not make sense together or at all."""


class BadSpec(BadRequest):
    """A SPEC that makes no sense; `problems` are (path of the key, zh, en), the first of them is told."""

    def __init__(self, zh: str, en: str, problems: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__(zh, en)
        self.problems = tuple(problems)


class BadChain(BadRequest):
    """A definition of industry chains that makes no sense; `problems` are all its faults, each with zh and en."""

    def __init__(self, zh: str, en: str, problems: Sequence[ShuanglianError] = ()) -> None:
        super().__init__(zh, en)
        self.problems = tuple(problems)


class Forbidden(ShuanglianError):
    """Somebody may not do what they ask for."""


class Unauthenticated(Forbidden):
    """A program speaks for nobody: its token is missing, unknown, revoked or over."""


class Conflict(ShuanglianError):
    """Somebody else changed the same thing in the meantime; nothing was overwritten."""


class DataFolderTrouble(ShuanglianError):
    """The data folder cannot be used: missing, read-only, full, damaged or busy."""


class EncoderUnavailable(ShuanglianError):
    """No encoder of that name, or its weights are not here."""


class StaleIndex(ShuanglianError):
    """An index is missing, damaged, or was built by another encoder or from older records."""


def one_line(text: str) -> str:
    """Return `text` on one line that any output takes: a file name may hold bytes that are no text."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def shorten(value: object, limit: int = 40) -> str:
    """Return `value` as one short line, fit to be quoted in a message."""
    # A megabyte need not be split into words for forty characters' sake.
    text = one_line(str(value)[: limit * 20]).replace("\x00", "␀")
    return text if len(text) <= limit else text[: limit - 1] + "…"
