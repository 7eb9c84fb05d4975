"""Figures compared as numbers: what a need asks with what an achievement says.

Two quantities are compared only where their units measure the same and their names say the same
thing; otherwise the outcome is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.checks import Status
from matcher.quantities import Quantity, quantities

#: Characters beside a quantity that leave it without a name still: "≥67%。", "每小时≥1.2亩".
_ALONE = 3


@dataclass(frozen=True)
class Comparison:
    """Whether what is asked in figures is offered in figures, with the reason in Chinese and English."""

    status: Status
    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"status": self.status.value, "zh": self.zh, "en": self.en}


def compare(asked: str, quote: str) -> Comparison | None:
    """Compare each quantity asked with the quote's of the same name; None where none is asked.

    Met where what is offered lies wholly within what is asked, unmet where wholly outside. Beside a
    bound, a quantity without one is a condition ("2000小时功率衰减≤3%"): what is offered counts only
    under the same.
    """
    wanted = [one.asked() for one in quantities(asked) if not one.elsewhere or one.bounded]
    if not wanted:
        return None
    bounded = any(one.bounded for one in wanted)
    conditions = [one for one in wanted if bounded and not one.bounded]
    said = quantities(quote)
    offered = [
        one for place, one in enumerate(said)
        if not one.elsewhere and all(_holds(condition, said[:place]) for condition in conditions)
    ]  # fmt: skip
    is_alone = len(asked.strip()) - len(wanted[0].written) <= _ALONE
    outcomes = [_one(one, offered, quote.casefold(), is_alone) for one in wanted if one not in conditions]
    statuses = {status for status, _, _ in outcomes}
    agreed = Status.MET if statuses == {Status.MET} else Status.UNKNOWN
    return Comparison(
        Status.UNMET if Status.UNMET in statuses else agreed,
        "；".join(zh for _, zh, _ in outcomes),
        "; ".join(en for _, _, en in outcomes),
    )


def _holds(condition: Quantity, before: Sequence[Quantity]) -> bool:
    """True where the nearest quantity of the condition's dimension is the same: 3天强度 is not 28天强度."""
    near = next((one for one in reversed(before) if one.dimension == condition.dimension), None)
    return near is not None and (near.low, near.high) == (condition.low, condition.high)


def _one(asked: Quantity, offered: Sequence[Quantity], quote: str, is_alone: bool) -> tuple[Status, str, str]:
    likes, same_name = _alikes(asked, offered, quote, is_alone)
    if not likes:
        return (
            Status.UNKNOWN,
            f"要求 {asked.written}，所引原句没有可比的数",
            f"asked {asked.written}, no comparable figure in the quote",
        )
    statuses = {_judge(asked, like) for like in likes}
    status = statuses.pop() if len(statuses) == 1 else Status.UNKNOWN
    if status is Status.UNMET and not same_name:
        # A name that says more or less than what is asked does not deny it.
        status = Status.UNKNOWN
    said = dict.fromkeys(like.written for like in likes)
    return (
        status,
        f"要求 {asked.written}，成果 {'、'.join(said)}",
        f"asked {asked.written}, offered {', '.join(said)}",
    )


def _alikes(
    asked: Quantity, offered: Sequence[Quantity], quote: str, is_alone: bool
) -> tuple[list[Quantity], bool]:
    """Return the quantities that are of what is asked, and whether they have the very same name."""
    same = [one for one in offered if (one.dimension, one.change) == (asked.dimension, asked.change)]
    if asked.name:
        exact = [one for one in same if one.name == asked.name]
        return exact or [one for one in same if _is_part(asked.name, one.name, quote)], bool(exact)
    # A share is a share of something, a bare number is anything; but mg/L there may be only one of.
    is_anything = asked.dimension in ((), (("number", 1),))
    if len(same) != 1 or not is_alone or (is_anything and same[0].name):
        return [], False
    return same, True


def _is_part(asked: str, offered: str, quote: str) -> bool:
    """True where one name ends with the other, and the quote also says what only the need's name does."""
    short, long = sorted((asked, offered), key=len)
    extra = long[: len(long) - len(short)]
    if (
        len(short) < 2
        or not long.endswith(short)
        or (short[0].isascii() and extra[-1:].isascii() and extra[-1:].isalnum())
    ):
        return False
    return long == offered or all(extra[at : at + 2] in quote for at in range(max(1, len(extra) - 1)))


def _judge(asked: Quantity, offered: Quantity) -> Status:
    if asked.low <= offered.low and offered.high <= asked.high:
        return Status.MET
    apart = offered.low > asked.high or offered.high < asked.low
    return Status.UNMET if apart and (asked.bounded or asked.low != asked.high) else Status.UNKNOWN
