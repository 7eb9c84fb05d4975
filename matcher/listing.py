"""The whole supply–demand list as an Excel workbook (供需对接清单)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tqdm import tqdm

from corpora.errors import BadRequest
from corpora.store import Store
from corpora.vocabulary import Kind
from corpora.writers.workbook import Sheet, write_workbook
from matcher.checks import CHECKS, Status
from matcher.explain import Answer
from matcher.matches import LEVELS, Match, Recommendation
from matcher.recommend import Recommender

_MARKS = {Status.MET: "✓", Status.UNMET: "✗", Status.UNKNOWN: "?"}


def write_listing(path: Path, store: Store, recommend: Recommender, top: int) -> tuple[int, int]:
    """Write every need with its `top` achievements; return how many needs, and how many stay unanswered.

    Contacts are left out: a broker introduces the two sides. Raises DataFolderTrouble where the file
    cannot be written, BadRequest where its name does not end with .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadRequest(f"清单是 Excel 文件，--out 应以 .xlsx 结尾：{path.name}",
                         f"the list is an Excel file; --out must end with .xlsx: {path.name}")  # fmt: skip
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
    matched = Sheet(
        "供需对接清单",
        "供需对接清单 Supply–demand list",
        [
            date_line,
            "✓ 满足 met　✗ 不满足 unmet　? 未知 unknown",
            "联系方式不在表内，由技术经纪人引荐。 Contacts are left out; a broker introduces the two sides.",
        ],
        [
            "需求编号\nneed", "县区\ncounty", "技术需求与企业\nneed, enterprise", "名次\nrank",
            "成果编号\nachievement", "科技成果与单位\nachievement, institution", "关联度\nlevel", "≥3级概率\nP(≥3)",
            "条件核对\nterms", "应答依据\nevidence", "未应答指标\nunanswered",
        ],
        [_row(place, match) for one in found for place, match in enumerate(one.matches, 1)],
        [13, 8, 26, 6, 13, 28, 10, 9, 24, 56, 22],
    )  # fmt: skip
    unmatched = Sheet(
        "缺口清单",
        "缺口清单 Needs without an adequate match",
        [date_line, "没有成果大概率达到“较强”，宜定向征集。 Nothing reaches level 3 with enough probability: seek further."],
        [
            "需求编号\nneed", "县区\ncounty", "技术需求\ntitle", "企业\nenterprise", "最接近的成果\nnearest",
            "≥3级概率\nP(≥3)", "近似需求\nresembles",
        ],
        [_gap(one, twins) for one in gaps],
        [14, 10, 36, 30, 46, 10, 16],
    )  # fmt: skip
    write_workbook(path, [matched, unmatched])
    return len(needs), len(gaps)


def _row(place: int, match: Match) -> list[object]:
    need, achievement = match.need, match.achievement
    answered = sorted((one for one in match.evidence if one.answered), key=lambda each: -each.similarity)
    terms = [f"{zh}{_MARKS[match.checks[name].status]}" for name, (zh, _) in CHECKS.items()]
    return [
        need.id,
        need.county,
        f"{need.title}\n{need.enterprise}",
        place,
        achievement.id,
        f"{achievement.title}\n{achievement.institution}",
        "{} {}\n{}".format(match.scored.level, *LEVELS[match.scored.level]),
        round(match.scored.adequate_probability, 2),
        f"{' '.join(terms[:3])}\n{' '.join(terms[3:])}",
        "\n".join(_evidence(answer) for answer in answered[:3]),
        "；".join(one.asked for one in match.evidence if one.is_indicator and not one.answered),
    ]


def _evidence(answer: Answer) -> str:
    said = f"【{answer.asked}】“{answer.quote}”"
    compared = answer.comparison
    return f"{said}\n{_MARKS[compared.status]} {compared.zh}" if compared else said


def _gap(found: Recommendation, twins: dict[str, str]) -> list[object]:
    need = found.query
    nearest = found.matches[0] if found.matches else None
    return [
        need.id,
        need.county,
        need.title,
        getattr(need, "enterprise", ""),
        f"{nearest.achievement.id} {nearest.achievement.title}" if nearest else "",
        round(nearest.scored.adequate_probability, 2) if nearest else None,
        twins.get(need.id, ""),
    ]
