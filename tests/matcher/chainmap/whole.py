"""The rich map with gaps, actions and the rest, as the page and the papers are given it."""

from __future__ import annotations

from corpora.vocabulary import OrganizationKind
from matcher.chainmap.integration import (
    Action,
    ActionKind,
    Collaboration,
    Filler,
    Gap,
    Helper,
    IntegrationMap,
    Lane,
    Missing,
    RuleText,
    Topic,
    VerdictKind,
)
from tests.matcher.chainmap import making


def whole() -> IntegrationMap:
    """Three gaps, one of each other part; some name records that are gone."""
    return making.rich().model_copy(
        update={
            "gaps": (
                Gap(
                    node="nuts/storage", weight=5, zh="2 条需求无人能答", en="2 needs without an answer",
                    needs=("n-cold", "n-mould", "n-gone"),
                    fillers=(
                        Filler(key="achievement:a-cold", zh="秦岭大学的冷库", en="the store of 秦岭大学", probability=0.31),
                        Filler(key="organization:gone", zh="已撤销", en="gone"),
                    ),
                    missing=(
                        Missing(kind=OrganizationKind.PILOT_BASE, after=Lane.LAB, before=Lane.PILOT, zh="缺中试", en="no pilot base",
                                nearest=("organization:o-pilot", "organization:gone")),
                    ),
                ),
                Gap(node="energy/cells", weight=3, zh="电芯 1 条需求无人能答", en="1 need on cells", needs=("n-cell",),
                    fillers=(Filler(key="achievement:a-carbon-3", zh=making.HOSTILE, en=making.HOSTILE, probability=0.2),)),
                Gap(node="nuts/shells", weight=1, zh="果壳有成果没有企业", en="supply for shells, no firm"),
            ),
            "actions": (
                Action(chain="nuts", kind=ActionKind.ROADSHOW, weight=2, zh="办一场", en="hold one", nodes=("nuts/storage",),
                       needs=("n-cold",), achievements=("a-cold",), institutions=("秦岭大学",), counties=("镇安县",), spec="name: 板栗\n"),
            ),
            "collaborations": (
                Collaboration(leader="organization:o-leader", chain="nuts", needs=("n-cold", "n-colour"), helpers=(
                    Helper(key="achievement:a-colour", need_id="n-colour", zh="能答", en="answers", probability=0.82),)),
            ),
            "topics": (Topic(id="t-1", zh="机器人", terms=("机器人", "采摘"), records=("need:n-odd",), near="nuts/orchards"),),
            "rules": (RuleText(id="thin", verdict=VerdictKind.THIN, when=("records < 3",), zh="太少", en="too few"),),
            "notes": (("注", "note"),),
        }
    )  # fmt: skip
