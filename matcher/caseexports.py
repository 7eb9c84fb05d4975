"""The board as a workbook or a Word file to take away. Contacts are never in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpora.cases import Stage
from corpora.writers.lists import Block, Table, is_word, write_blocks
from corpora.writers.workbook import Sheet, write_workbook
from matcher.caseboard import Card
from matcher.stages import label, today

_TITLE = "对接清单 Cases"
_PRIVATE = "联系方式不在内。 Contacts are left out."


def write_cases(path: Path, cards: Sequence[Card]) -> None:
    """Write the cards, which are masked: a .xlsx or a .docx, as the suffix of `path` says.

    Raises BadRequest for another suffix, DataFolderTrouble where the file cannot be written.
    """
    notes = [f"生成日期 date: {today()}　共 {len(cards)} 项", _PRIVATE]
    if is_word(path):
        found = {stage: [card for card in cards if card.case.stage is stage] for stage in Stage}
        write_blocks(path, _TITLE, notes, [_block(stage, some) for stage, some in found.items() if some])
        return
    sheet = Sheet(
        "对接 cases",
        _TITLE,
        notes,
        [
            "编号\nno.", "阶段\nstage", "需求\nneed", "企业\nenterprise", "县区\ncounty", "成果\nachievement",
            "单位\ninstitution", "负责人\nowner", "本阶段天数\ndays in stage", "下次提醒\nnext reminder", "提醒内容\nto do",
            "逾期\noverdue", "未成的原因\nreason",
        ],
        [_row(card) for card in cards],
        [7, 14, 34, 24, 10, 34, 22, 12, 12, 12, 24, 9, 30],
    )  # fmt: skip
    write_workbook(path, [sheet])


def _row(card: Card) -> list[object]:
    names, reminder = card.names, card.reminder
    return [
        card.case.id,
        " ".join(label(card.case.stage)),
        names.need,
        names.enterprise,
        names.county,
        names.achievement,
        names.institution,
        card.owner,
        card.days,
        reminder.due if reminder else "",
        reminder.what if reminder else "",
        "是 yes" if card.overdue else "",
        card.case.reason,
    ]


def _block(stage: Stage, cards: Sequence[Card]) -> Block:
    rows = [
        (
            str(card.case.id),
            f"{card.names.need}\n{card.names.enterprise} {card.names.county}".strip(),
            f"{card.names.achievement}\n{card.names.institution}".strip(),
            f"{card.owner}，{card.days} 天 days",
            _last(card),
        )
        for card in cards
    ]
    table = Table(
        ("编号 no.", "需求 need", "成果 achievement", "负责人 owner", "提醒／原因 to do, reason"),
        rows,
        (1.3, 4.9, 4.9, 2.6, 3.3),
    )
    return Block(" ".join(label(stage)), f"共 {len(cards)} 项", [], table)


def _last(card: Card) -> str:
    if card.reminder is None:
        return card.case.reason
    late = "逾期 overdue：" if card.overdue else ""
    return f"{late}{card.reminder.due} {card.reminder.what}"
