"""The coach: what a need that is being written still lacks, told as a colleague would.

Each remark is one rule over the need. A rule looks for what a professor who reads the need will ask
first: what is wrong, how much, where, what was tried, by when. It never guesses at the subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from corpora.records import Need
from corpora.store import Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind, normalize
from matcher import spoken
from matcher.quantities import quantities
from models.sketch import Likeness, sketch

#: Remarks shown at once: more would be a reprimand.
MOST = 4
#: Characters below which a problem cannot have been described.
_SHORT_TEXT = 50
#: Characters from which on a text is taken to say how things are and what was tried, in whatever words: of the
#: demo's needs, which say both, a quarter use none of the words looked for.
_LONG_TEXT = 150
_SHORT_TITLE = 6
#: Hashes that a similar need shares at least, and how alike it is at least, 0–100. On the demo the reports of
#: one problem by two enterprises reach 69 and more, needs of one trade 25 to 31.
_SHARED = 2
_SIMILAR = 35.0


@dataclass(frozen=True)
class Remark:
    """One thing to add; `field` is where, the example is of something else, so that nobody copies it.

    `offer` is what the text says already and the field does not: it can be taken over as it stands.
    """

    name: str
    field: str
    zh: str
    en: str
    zh_example: str = ""
    en_example: str = ""
    offer: str = ""


def remarks(need: Need, today: date | None = None) -> list[Remark]:
    """Return what is missing or vague, weightiest first, at most MOST."""
    found = (rule(need, today or date.today()) for rule in _RULES)
    return [remark for remark in found if remark is not None][:MOST]


_GENERAL = re.compile(
    r"(?:寻求|寻找|求|需要|希望|期待|诚征|急需|征集|关于|我司|我公司|公司|企业|有关|相关|新|与|和|的|高校|院校|专家|科研|单位"
    r"|产学研|合作|技术|需求|支持|服务|帮助|指导|升级|改造|项目|研发|创新|问题|难题|解决|方案|产品|提升|转型|开发)*"
)


def _title(need: Need, today: date) -> Remark | None:
    if len(need.title) >= _SHORT_TITLE and not _GENERAL.fullmatch(normalize(need.title)):
        return None
    return Remark(
        "title", "title",
        "标题再具体一点，专家一眼就能看出是不是自己的本行：什么东西、出了什么问题",
        "make the title say what thing has which problem, so that an expert sees at a glance whether it is theirs",
        "例如：核桃青皮机械脱皮后果壳发黑",
        "for example: walnut shells turn black after mechanical hulling",
    )  # fmt: skip


def _text(need: Need, today: date) -> Remark | None:
    if len(need.text) >= _SHORT_TEXT:
        return None
    return Remark(
        "text", "text",
        "再写两三句：现在怎么做、哪里不对、影响多大。照平时说话的样子写就好",
        "add two or three sentences: how it is done now, what goes wrong, how much it costs; plain words will do",
        "例如：现在用人工分拣，每班 12 人，漏检的约有 3%，客户每月退货两三次",
        "for example: 12 people a shift sort by hand, about 3 % slip through, and goods come back monthly",
    )  # fmt: skip


def _indicators(need: Need, today: date) -> Remark | None:
    """Met by one figure that can be checked, in the indicators or, less well, in the text."""
    if any(quantities(each) for each in need.indicators):
        return None
    if need.indicators:
        return Remark(
            "indicators", "indicators",
            f"“{need.indicators[0][:20]}”怎样算做到了？写个数，双方验收时就不用争",
            f"how would one tell that '{need.indicators[0][:20]}' is reached? a figure saves arguments later",
            "例如：漏检率≤0.5%；每小时≥800 公斤",
            "for example: missed ≤0.5 %; ≥800 kg an hour",
        )  # fmt: skip
    # A share is what gets better; a scale, a day's tonnes, need not.
    inside = next((one for one in quantities(need.text) if one.dimension == ()), None)
    if inside:
        return Remark(
            "indicators", "indicators",
            f"文中提到“{inside.written[:30]}”，希望改进到多少？在考核指标里写一行，匹配会准得多",
            f"the text says '{inside.written[:30]}'; what should it become? one line of indicators makes matches surer",
            "例如：能耗比现在降低 20% 以上",
            "for example: at least 20 % less energy than now",
        )  # fmt: skip
    return Remark(
        "indicators", "indicators",
        "还没有可以检验的数；哪怕一条，匹配也会准得多",
        "there is no figure to reach yet; even one makes matches surer",
        "例如：成品率从 85% 提高到 95%",
        "for example: yield from 85 % up to 95 %",
    )  # fmt: skip


_TRIED = re.compile(
    r"试|尝试|用过|做过|找过|换过|改过|请过|买过|上过|喷过|调过|查过|看过|学过|引进|曾|已经|以前|之前|还没有|从未|没做过|对比|摸索"
    r"|\btried|\btested|\bused to|so far|already|previous",
    re.I,
)
_NOW = re.compile(
    r"现在|目前|现有|现行|如今|当前|每年|每月|每天|每班|去年|今年|近年|一直|采用|使用|靠|人工|工艺|流程|生产线|车间"
    r"|\bnow\b|current|today|at present|each (?:year|day|month)|every (?:year|day|month)|we use",
    re.I,
)
_PURPOSE = re.compile(
    r"降低|减少|提高|提升|解决|实现|替代|代替|避免|防止|满足|用于|以便|为了|达到|缩短|节约|节省|改善|延长|增加|控制|去除|希望|想|要求|能够"
    r"|reduce|increase|improve|replace|avoid|prevent|so that|in order to|lower|faster|cheaper|need to|want",
    re.I,
)
#: 纳米, 5G, AI, MES: words that name a means.
_MEANS = re.compile(
    r"人工智能|大模型|大数据|区块链|物联网|数字孪生|云计算|机器视觉|深度学习|纳米|石墨烯|超临界|微胶囊|数字化|智能化|信息化|元宇宙"
    r"|\b(?:AI|IoT|5G|MES|ERP|SCADA|PLC|VR|AR)\b|machine learning|blockchain|big data",
    re.I,
)


def _purpose(need: Need, today: date) -> Remark | None:
    words = f"{need.title}\n{need.text}\n" + "\n".join(need.indicators)
    means = _MEANS.search(words)
    if means is None or _PURPOSE.search(words):
        return None
    return Remark(
        "purpose", "text",
        f"“{means[0]}”是手段；想用它改变什么？写出目的，别的办法也能为您找到",
        f"'{means[0]}' is a means; what shall it change? with the purpose said, other ways can be found too",
        "例如：用机器视觉代替人工分级，误判不超过 2%",
        "for example: machine vision instead of grading by hand, at most 2 % misjudged",
    )  # fmt: skip


def _now(need: Need, today: date) -> Remark | None:
    if not _SHORT_TEXT <= len(need.text) < _LONG_TEXT or _NOW.search(need.text):
        return None
    return Remark(
        "now", "text",
        "现在是怎么做的？写明产品、工序和规模，专家才知道办法装不装得上",
        "how is it done now? name product, step and scale, so that an expert knows what would fit",
        "例如：目前日处理 5 吨鲜果，热风烘房烘 36 小时",
        "for example: five tonnes of fruit a day, 36 hours in hot air",
    )  # fmt: skip


def _tried(need: Need, today: date) -> Remark | None:
    if not _SHORT_TEXT <= len(need.text) < _LONG_TEXT or _TRIED.search(need.text):
        return None
    return Remark(
        "tried", "text",
        "试过什么办法、结果怎样？说一句，免得专家再推荐一遍；没试过也可以写明",
        "what was tried, with what result? one sentence spares you the same advice again; say so if nothing was",
        "例如：试过石灰水喷洒，前两天有效，一周后又长霉",
        "for example: spraying lime worked for two days, after a week the mould was back",
    )  # fmt: skip


def _deadline(need: Need, today: date) -> Remark | None:
    if need.deadline is not None and need.deadline >= today:
        return None
    if need.deadline is not None:
        return Remark(
            "deadline", "deadline",
            f"完成时限 {need.deadline} 已经过了，请核对一下",
            f"the deadline {need.deadline} has passed; please check it",
        )  # fmt: skip
    named = spoken.deadline_in(need.text, today)
    if named is not None:
        return Remark(
            "deadline", "deadline",
            f"文中写了“{named[0]}”，是希望用上的时间吗？",
            f"the text says '{named[0]}'; is it by then that it should work?",
            offer=named[1],
        )  # fmt: skip
    return Remark(
        "deadline", "deadline",
        "希望什么时候用上？有个大概的时间，就能分清找现成的还是重新研发",
        "by when should it work? a rough date tells whether to look for what exists or to develop anew",
        "例如：2027年6月",
        "for example: 2027-06",
    )  # fmt: skip


def _budget(need: Need, today: date) -> Remark | None:
    if need.budget:
        return None
    named = spoken.budget_in(need.text)
    if named is not None:
        return Remark(
            "budget", "budget",
            f"文中写了“{named[0]}”，是打算投入的数吗？",
            f"the text says '{named[0]}'; is it what you would spend?",
            offer=named[1],
        )  # fmt: skip
    return Remark(
        "budget", "budget",
        "打算投入多少？写个范围就行，暂时没定写“面议”",
        "how much would you spend? a range will do, or 'negotiable' while it is open",
        "例如：30-50万元",
        "for example: 300,000 to 500,000 yuan",
    )  # fmt: skip


def _email(need: Need, today: date) -> Remark | None:
    email = need.contact.email
    if not email or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        return None
    return Remark(
        "email",
        "contact_email",
        "邮箱好像没写全，请看一眼",
        "the email address looks unfinished; have a look",
    )


#: Weightiest first.
_RULES: tuple[Callable[[Need, date], Remark | None], ...] = (
    _title, _text, _indicators, _purpose, _now, _tried, _email, _deadline, _budget,
)  # fmt: skip


@dataclass(frozen=True)
class Moves:
    """How the best matches changed since the last look: by id, "new", "up", "down" or "same"; and who left."""

    moves: dict[str, str]
    gone: list[str]


def moves(before: Sequence[str], now: Sequence[str]) -> Moves:
    """Compare two lists of achievements, best first; at the first look everything is the same."""
    if not before:
        return Moves(dict.fromkeys(now, "same"), [])
    was = {one: place for place, one in enumerate(before)}
    said = {
        one: "new" if one not in was else "up" if was[one] > place else "down" if was[one] < place else "same"
        for place, one in enumerate(now)
    }
    return Moves(said, [one for one in before if one not in said])


def similar_needs(store: Store, need: Need, top: int = 3, public: bool = True) -> list[tuple[Need, float]]:
    """Return needs that say much the same as this one, stored or not, with how alike they are, 0–100.

    With `public`, those that are not public are left out.
    """
    hashes = sketch(need.title, need.document)
    near = store.sharing_sketches(Kind.NEED, hashes, at_least=min(_SHARED, len(hashes)), limit=20)
    hidden = {need.id, *(Submissions(store).hidden() if public else ())}
    own = Likeness(need.title, need.document)
    found = [
        (other, own.similarity(Likeness(other.title, other.document)))
        for other in store.needs([one for one in near if one not in hidden])
    ]
    alike = [(other, likeness) for other, likeness in found if likeness >= _SIMILAR]
    return sorted(alike, key=lambda each: -each[1])[:top]
