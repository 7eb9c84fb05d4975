"""The map as a book (图谱): cover, contents, how to read it, the worst gaps, a page a chain, counties, sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from corpora.writers.printed import CAPTION, SMALL, Printed
from corpora.writers.runs import Cell
from matcher.chainmap.integration import LANES, VERDICTS, IntegrationMap, VerdictKind
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.chainpage import write_chain
from matcher.chainmap.printing.drawing import COLOURS, TINTS
from matcher.chainmap.printing.figures import overview_picture
from matcher.chainmap.printing.overview import portions
from matcher.chainmap.printing.together import write_counties, write_elements, write_topics
from matcher.chainmap.printing.wording import both

#: Centimetres of a page's text.
WIDTH = 17.0
#: Inches that an overview may be high on a page under its heading.
_HIGH = 8.6
_STYLES = {
    "Normal": (10.5, 0, 4),
    "Heading 1": (16, 0, 6),
    "Heading 2": (11.5, 8, 3),
    SMALL: (9, 2, 3),
    CAPTION: (9, 2, 6),
    "Cover": (30, 0, 12),
    "Cover line": (14, 0, 8),
    "Cover space": (30, 110, 0),
}
#: Gaps, fillers of each and actions that the summary tells: as many as go on a page.
_GAPS, _FILLERS, _ACTIONS = 3, 2, 2
#: A table of more rows than this may be parted by the page's end.
_TALL = 30

Chapter = tuple[str, Callable[[Printed], None]]


def write_book(path: Path, chart: IntegrationMap) -> None:
    """Write the map as a book. Raises DataFolderTrouble where the file cannot be written."""
    book = Printed(
        wording.title(chart), _STYLES, head=f"{chart.title_zh}　{chart.date.isoformat()}"
    )  # fmt: skip
    _cover(book, chart)
    chapters = [(f"{number}　{title}", write) for number, (title, write) in enumerate(_chapters(chart), 1)]
    book.write("Cover line", "目录 Contents", centred=True, new_page=True)
    marks = [f"_Toc{number:06}" for number in range(1, len(chapters) + 1)]
    book.contents([(mark, title) for mark, (title, _) in zip(marks, chapters, strict=True)], WIDTH)
    for mark, (title, write) in zip(marks, chapters, strict=True):
        book.write("Heading 1", title, new_page=True, with_next=True, bookmark=mark)
        write(book)
    book.save(path, made=chart.date)


def _chapters(chart: IntegrationMap) -> list[Chapter]:
    found: list[Chapter] = [
        ("怎么读 How to read it", lambda book: _reading(book, chart)),
        ("三个最大的缺口 The three worst gaps", lambda book: _summary(book, chart)),
        ("总览 Overview", lambda book: _overview(book, chart)),
    ]
    for chain in chart.chains:
        found.append((f"{chain.zh} {chain.en}", partial(write_chain, chart=chart, chain=chain)))
    found += [
        ("要素与融通 Elements, large and small firms", lambda book: write_elements(book, chart)),
        ("县区 Counties", lambda book: write_counties(book, chart)),
        ("新兴方向与未归链 Emerging topics, records on no node", lambda book: write_topics(book, chart)),
        ("附录：来源与规则 Sources and rules", lambda book: _appendix(book, chart)),
    ]
    return found


def _cover(book: Printed, chart: IntegrationMap) -> None:
    numbers = chart.numbers
    book.write("Cover space", "", centred=True)
    book.write("Cover", chart.title_zh, centred=True)
    book.write("Cover line", chart.title_en, centred=True)
    book.write("Cover space", "", centred=True)
    day = chart.date
    book.write("Cover line", f"{day.year} 年 {day.month} 月 {day.day} 日", centred=True)
    book.write("Cover line", day.isoformat(), centred=True)
    book.write("Normal", "由记录自动生成，每个数字都能追到记录。", centred=True)
    book.write(SMALL, "Made from the records; every number leads back to them.", centred=True)
    told = (
        f"{len(chart.chains)} 条产业链 · {numbers.needs} 条需求 · {numbers.achievements} 项成果"
        f" · {numbers.firms} 家企业 · {numbers.elements} 个要素机构",
        f"{len(chart.chains)} chains · {numbers.needs} needs · {numbers.achievements} achievements"
        f" · {numbers.firms} firms · {numbers.elements} elements",
    )
    for style, said in zip(("Normal", SMALL), told, strict=True):
        book.write(style, said, centred=True)
    if not chart.records:
        for style, said in zip(("Normal", SMALL), wording.EMPTY, strict=True):
            book.write(style, said, centred=True)


def _reading(book: Printed, chart: IntegrationMap) -> None:
    lanes = ("、".join(zh for zh, _ in LANES.values()), ", ".join(en for _, en in LANES.values()))
    for zh, en in (
        (
            "每条记录归到产业链的环节上；一条记录可能与几个环节相关，但只在第一个环节上计数，所以各处的合计一致。"
            "归不准的留在“未归链”，不硬归。",
            "Every record stands on nodes of the chains. It may be about several, but is counted on the first alone, so "
            "that sums agree everywhere. What fits none is left on none.",
        ),
        (
            f"创新链分五个阶段：{lanes[0]}。需求的阶段是它能接受的最早阶段。",
            f"The innovation chain has five lanes: {lanes[1]}. A need's lane is the earliest that it accepts.",
        ),
        (
            "“已有答案”指有成果与它较强相关（3 级以上），由人判定或由模型算得把握足够；否则为“无人能答”。",
            "A need is met where an achievement is fairly strong for it (level 3 or 4), judged so or probable enough; "
            "otherwise it is unmet.",
        ),
        (
            "“下游企业”是它所供应的环节上的本地企业；“本地成果”出自本市单位，其中到了中试以后的为“成熟”。",
            "Firms downstream are the local firms on the nodes that it supplies; local achievements are of the city's own "
            "institutions, ready from the pilot lane on.",
        ),
    ):
        book.write("Normal", zh)
        book.write(SMALL, en)
    book.write("Heading 2", "裁定的意思 What the verdicts mean", with_next=True)
    rows = [
        (
            Cell(both(words, "\n"), TINTS[kind].lstrip("#"), COLOURS[kind].lstrip("#"), bold=True),
            both(wording.MEANINGS[kind], "\n"),
            _example(chart, kind),
            str(sum(chain.verdicts.get(kind, 0) for chain in chart.chains)),
        )
        for kind, words in VERDICTS.items()
    ]
    headings = ("裁定 verdict", "意思 meaning", "例 example", "环节数 nodes")
    book.table(headings, rows, (2.4, 7.2, 5.7, 1.7), size=9, together=True)
    book.write(
        SMALL,
        "裁定由写明的规则按数字作出，可由人改判，改判的理由与规则原来的说法并列。环节数只数一级环节。",
    )
    book.write(
        SMALL,
        "Verdicts follow written rules from the numbers. A person may overrule them; the reason then stands beside what "
        "the rule said. Top-level nodes are counted.",
    )


def _example(chart: IntegrationMap, kind: VerdictKind) -> str:
    """Return why the first node of that verdict has it, as the rules put it."""
    for one in chart.nodes.values():
        if one.verdict.by_rule is kind and not one.verdict.overridden:
            return f"{one.node.zh}：{one.verdict.zh}"
    return "——"


def _summary(book: Printed, chart: IntegrationMap) -> None:
    worst = chart.gaps[:_GAPS]
    if not worst:
        said = wording.EMPTY if not chart.records else ("没有缺口。", "There are no gaps.")
        book.write("Normal", both(said))
    for number, gap in enumerate(worst, 1):
        book.write("Heading 2", f"{number}　{wording.node_name(chart, gap.node)} {wording.node_name_en(chart, gap.node)}",
                   with_next=True)  # fmt: skip
        book.write("Normal", gap.zh, with_next=True)
        book.write(SMALL, gap.en, with_next=bool(gap.fillers))
        if gap.fillers:
            rows = [(filler.zh, filler.en) for filler in gap.fillers[:_FILLERS]]
            book.table(("谁能补", "who could fill it"), rows, (8.5, 8.5), size=8.5, together=True)
    first = wording.first_actions(chart, _ACTIONS)
    if first:
        book.write("Heading 2", "先做这几件 What to do first", with_next=True)
        told = [
            (
                wording.chain_name(chart, one.chain),
                both(wording.action(one.kind), "\n"),
                f"{one.zh}\n{one.en}",
            )
            for one in first
        ]
        book.table(("产业链 chain", "行动 action", "做什么 what"), told, (3, 3.4, 10.6), size=8.5)


def _overview(book: Printed, chart: IntegrationMap) -> None:
    for chains in portions(chart, _HIGH):
        book.picture(overview_picture(chart, "png", chains), WIDTH, "总览图 overview")
        book.caption("图 Figure", "Figure", "各产业链的环节与裁定 Nodes and verdicts of the chains")
    headings = ("产业链 chain", *(both(words, "\n") for words in VERDICTS.values()),
                *(f"{zh}\n{en}" for _, zh, en in wording.SHORT_COUNTS))  # fmt: skip
    rows = [
        (one.zh, *(str(one.verdicts.get(kind, 0)) for kind in VERDICTS), *wording.short_counts(one.numbers))
        for one in chart.chains
    ]
    plain = tuple("" for _ in VERDICTS)
    rows += [
        ("未归链 on no node", *plain, *wording.short_counts(chart.unplaced)),
        ("全部 all", *plain, *wording.short_counts(chart.numbers)),
    ]
    book.caption("表 Table", "Table", "各产业链的数字 The chains in numbers", above=True)
    widths = (3.5, *(1.35 for _ in headings[1:]))
    book.table(headings, rows, widths, size=7.5, together=len(rows) <= _TALL)


def _appendix(book: Printed, chart: IntegrationMap) -> None:
    book.write("Heading 2", "产业链定义的来源 Where the chains are from", with_next=True)
    for chain in chart.chains:
        if chain.sources:
            book.write("Normal", "；".join(chain.sources), label=f"{chain.zh}：")
    book.write("Heading 2", "本图谱用到的规则 The rules that decided", with_next=True)
    rows = [
        (rule, both(VERDICTS[kind]), str(count), said) for (rule, kind), (count, said) in _rules(chart).items()
    ]  # fmt: skip
    headings = ("规则 rule", "裁定 verdict", "环节数 nodes", "例 example")
    book.table(headings, rows, (3, 3.2, 1.8, 9), size=8.5)
    changed = [one for one in chart.nodes.values() if one.verdict.overridden]
    if changed:
        book.write("Heading 2", "人工裁定 Verdicts that people gave", with_next=True)
        told = [(wording.node_name(chart, one.key), wording.verdict(one.verdict.verdict), wording.overridden(one.verdict))
                for one in changed]  # fmt: skip
        book.table(("环节 node", "裁定 verdict", "理由 reason"), told, (5, 3, 9), size=8.5)
    book.write("Heading 2", "说明 Notes", with_next=bool(chart.notes))
    for note in chart.notes:
        book.write("Normal", both(note))
    book.write(
        "Normal",
        f"图谱日期 date：{chart.date.isoformat()}；记录修订号 revision of the records：{chart.revision}。",
    )
    book.write("Normal", "完整清单在工作簿 map.xlsx。 All lists are in the workbook map.xlsx.")


def _rules(chart: IntegrationMap) -> dict[tuple[str, VerdictKind], tuple[int, str]]:
    """Return by rule how many nodes, sub-nodes too, it decided, and what it says of the first."""
    found: dict[tuple[str, VerdictKind], tuple[int, str]] = {}
    for one in chart.nodes.values():
        key = (one.verdict.rule, one.verdict.by_rule)
        count, said = found.get(key, (0, f"{one.node.zh}：{one.verdict.zh}"))
        found[key] = (count + 1, said)
    order = list(VERDICTS)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][1]), item[0][0])))
