"""How far a plan has come while it is being made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One step forward: the best plan so far, and what no plan can exceed, as far as that is known."""

    stage: str
    seconds: float
    objective: float
    bound: float
    zh: str = ""
    en: str = ""
