"""The whole supply–demand list as an Excel workbook (供需对接清单)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tqdm import tqdm

from corpora.store import Store
from corpora.vocabulary import Kind
from corpora.writers.workbook import Sheet, write_workbook
from matcher.checks import CHECKS, Status
from matcher.recommend import Match, Recommendation, Recommender

_STATUS = {Status.MET: "满足 met", Status.UNMET: "不满足 unmet", Status.UNKNOWN: "未知 unknown"}
_LEVELS = {4: "4 强相关 strong", 3: "3 较强相关 fairly strong", 2: "2 弱相关 weak", 1: "1 无相关 none"}


def write_listing(path: Path, store: Store, recommend: Recommender, top: int) -> tuple[int, int]:
    """Write every need with its `top` achievements; return how many needs, and how many stay unanswered.

    Contacts are left out: a broker introduces the two sides. Raises DataFolderTrouble where the file
    cannot be written.
    """
    needs = list(store.needs())
    found = [
        recommend.for_need(store, need, top)
        for need in tqdm(needs, desc="匹配 match", unit="项", disable=None)
    ]
    gaps = [one for one in found if not one.adequate]
    date_line = (
        f"生成日期 date: {date.today():%Y-%m-%d}　需求 needs: {len(needs)}　无合适成果 gaps: {len(gaps)}"
    )
    twins = {link.id: link.original_id for link in store.duplicates(Kind.NEED)}
    write_workbook(path, [
        Sheet(
            "供需对接清单", "供需对接清单 Supply–demand list",
            [date_line, "联系方式不在表内，由技术经纪人引荐。 Contacts are left out; a broker introduces the two sides."],
            ["需求编号 need", "技术需求 title", "企业 enterprise", "县区 county", "名次 rank", "成果编号 achievement",
             "科技成果 title", "完成单位 institution", "关联度 level", "≥3级概率 P(level ≥ 3)",
             *(f"{zh} {en}" for zh, en in CHECKS.values()), "应答依据 evidence", "未应答指标 unanswered"],
            [_row(one, place, match) for one in found for place, match in enumerate(one.matches, 1)],
            [14, 28, 22, 9, 6, 14, 28, 24, 14, 10, 11, 11, 11, 11, 11, 11, 60, 30],
        ),
        Sheet(
            "缺口清单", "缺口清单 Needs without an adequate match",
            [date_line, "没有任何成果的关联度大概率达到“较强”，宜定向征集。 Nothing here reaches level 3 with enough probability."],
            ["需求编号 need", "技术需求 title", "企业 enterprise", "县区 county", "最接近的成果 nearest", "≥3级概率 P(level ≥ 3)",
             "近似需求 resembles"],
            [_gap(one, twins) for one in gaps],
            [14, 36, 26, 10, 44, 12, 16],
        ),
    ])  # fmt: skip
    return len(needs), len(gaps)


def _row(found: Recommendation, place: int, match: Match) -> list[object]:
    need, achievement = match.need, match.achievement
    best = sorted((answer for answer in match.evidence if answer.answered), key=lambda each: -each.similarity)
    return [
        need.id, need.title, need.enterprise, need.county, place, achievement.id, achievement.title,
        achievement.institution, _LEVELS[match.scored.level], round(match.scored.adequate_probability, 3),
        *(_STATUS[match.checks[name].status] for name in CHECKS),
        "\n".join(f"【{answer.asked}】“{answer.quote}”" for answer in best[:3]),
        "；".join(answer.asked for answer in match.evidence if answer.is_indicator and not answer.answered),
    ]  # fmt: skip


def _gap(found: Recommendation, twins: dict[str, str]) -> list[object]:
    need = found.query
    nearest = found.matches[0] if found.matches else None
    return [
        need.id, need.title, getattr(need, "enterprise", ""), need.county,
        f"{nearest.achievement.id} {nearest.achievement.title}" if nearest else "",
        round(nearest.scored.adequate_probability, 3) if nearest else None, twins.get(need.id, ""),
    ]  # fmt: skip
