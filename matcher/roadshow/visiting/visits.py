"""Visits: a day in a county or park, when scientists go to the firms (科技“双进”).

Which firms, with which teams and in which order is found by `routing`; here a SPEC becomes a tour, a
route becomes a plan, and where no route keeps the rules it is said why and what would help.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from matcher.roadshow.clock import away, write_clock
from matcher.roadshow.event import Enterprise, Event, Pair, Team
from matcher.roadshow.plan import Explanation, Plan, Reached, Status, Unplaced, Visit
from matcher.roadshow.progress import Progress
from matcher.roadshow.spec import VisitsSession
from matcher.roadshow.visiting.routes import Route, Rule, Topic, Tour
from matcher.roadshow.visiting.routing import best_route, earliest_end, fewest_broken, possible

#: From this gap on a plan counts as optimal.
_OPTIMAL = 1e-4
#: What a SPEC calls the place where the day begins and ends.
BASE = "base"
#: Kinds of rules that may be given up: what somebody asked for, not who is there when.
_ASKED = frozenset({"must", "force", "pinned", "team"})
#: Of the time limit, what each of a few searches for the cause of a collision may take.
_FOR_CAUSE = 0.2


def plan_visits(
    event: Event,
    *,
    seed: int = 0,
    time_limit: float = 30.0,
    relax: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Return the plan of an event with one session of visits: most value first, then least travel.

    The value is the sum of the scores of what the travelling teams have for the firms' needs, each need
    counted once. Where no route keeps all rules the status is infeasible, and an explanation brings edits
    that are enough; with `relax` the route that then is best comes with it.
    """
    began = time.monotonic()
    day = _Day(event)

    def told(objective: float, bound: float) -> None:
        if progress:
            seconds = time.monotonic() - began
            progress(
                Progress(
                    "visits", seconds, objective, bound, "选企业、排路线", "choosing firms and their order"
                )
            )

    told(0.0, 0.0)
    explanations: list[Explanation] = []
    broken: tuple[Rule, ...] = ()
    try:
        route = best_route(day.tour, seed, time_limit, told)
        if route is None:
            explanations, broken = _explained(day, seed, time_limit * _FOR_CAUSE)
            if relax and broken:
                kept = tuple(rule for rule in day.tour.rules if rule not in broken)
                route = best_route(replace(day.tour, rules=kept), seed, time_limit, told)
    except TimeoutError:
        route, explanations = None, [_no_time(time_limit)]
    return replace(
        day.plan(route, infeasible=bool(explanations), broken=broken),
        explanations=(*event.notes, *explanations),
        seconds=time.monotonic() - began,
        seed=seed,
    )


def minutes_between(session: VisitsSession) -> Callable[[str, str], int]:
    """Return what says how many minutes lie between two firms' ids, or a firm and BASE; both ways alike."""
    known = {frozenset((one, other)): minutes for one, other, minutes in session.travel}
    return lambda one, other: (
        0 if one == other else known.get(frozenset((one, other)), session.travel_minutes)
    )


class _Day:
    """A SPEC's day as a tour; firms are places 1 … n, teams 0 … m − 1, in the order of the event."""

    def __init__(self, event: Event) -> None:
        self.event, self.spec = event, event.spec
        self.number, self.session = next(
            (number, one) for number, one in enumerate(event.spec.sessions) if one.kind == "visits"
        )
        gone: set[str] = {*self.spec.cancelled, *self.spec.enterprises.never}
        asked = {*self.spec.enterprises.must, *(one for one, _ in self.spec.force)}
        asked |= {one.enterprise_id for one in self.spec.pinned}
        travelling = {*self.session.teams}
        self.teams: list[Team] = [
            one for one in event.teams if one.id not in gone and (not travelling or one.id in travelling)
        ]
        self._team = {one.id: number for number, one in enumerate(self.teams)}
        forbidden = {*self.spec.forbid} - {*self.spec.force}
        pairs = [
            one for one in event.pairs
            if one.team_id in self._team and (one.enterprise_id, one.team_id) not in forbidden
        ]  # fmt: skip
        worth = asked | {one.enterprise_id for one in pairs if one.score > 0}
        self.firms: list[Enterprise] = [
            one for one in event.enterprises if one.id not in gone and one.id in worth
        ]
        self._stop = {one.id: number for number, one in enumerate(self.firms, 1)}
        #: By stop, team and what the topic is about, the best pair.
        self.pairs: dict[tuple[int, int, str], Pair] = {}
        for one in sorted(pairs, key=lambda pair: -pair.score):
            if one.enterprise_id in self._stop:
                # An affinity file knows no needs: a firm then counts once.
                key = self._stop[one.enterprise_id], self._team[one.team_id], one.need_id or one.enterprise_id
                self.pairs.setdefault(key, one)

    @cached_property
    def tour(self) -> Tour:
        session = self.session
        between = minutes_between(session)
        places = [BASE, *(one.id for one in self.firms)]
        return Tour(
            start=session.start,
            end=session.end,
            visit=session.visit_minutes,
            travel=[[between(one, other) for other in places] for one in places],
            teams=len(self.teams),
            topics=[Topic(stop, team, key, one.score) for (stop, team, key), one in self.pairs.items()],
            rules=tuple(self._rules()),
            breaks=session.breaks,
            max_stops=self.spec.enterprises.max,
            max_teams=None if session.teams else session.max_teams,
        )

    def _rules(self) -> Iterator[Rule]:
        spec = self.spec
        for who in spec.enterprises.must:
            yield Rule("must", self._stop.get(who), edit={"path": ["enterprises", "must"], "remove": who})
        for firm, team in spec.force:
            yield self._pair_rule("force", firm, team, None, {"path": ["force"], "remove": [firm, team]})
        for one in spec.pinned:
            edit = {"path": ["pinned"], "remove": one.model_dump(mode="json")}
            yield self._pair_rule("pinned", one.enterprise_id, one.team_id, one.start, edit)
        for who in self.session.teams:
            if who not in spec.cancelled:
                way = ["sessions", self.number, "teams"]
                yield Rule("team", team=self._team.get(who), edit={"path": way, "remove": who})
        for firm, stop in self._stop.items():
            yield from (Rule("away", stop=stop, away=span) for span in away(spec, firm))
        for who, team_number in self._team.items():
            yield from (Rule("away", team=team_number, away=span) for span in away(spec, who))

    def _pair_rule(self, kind: str, firm: str, team: str, start: int | None, edit: Mapping[str, Any]) -> Rule:
        if firm not in self._stop or team not in self._team:
            return Rule(kind, edit=edit)
        return Rule(kind, self._stop[firm], self._team[team], start, edit=edit)

    def said(self, rule: Rule) -> str:
        """Return who a rule is about."""
        names = {one.id: one.name or one.id for one in self.event.enterprises}
        names |= {one.id: one.name or one.id for one in self.event.teams}
        asked = rule.edit["remove"]
        if isinstance(asked, Mapping):
            asked = [asked["enterprise_id"], asked["team_id"]]
        return " – ".join(names.get(one, one) for one in ([asked] if isinstance(asked, str) else asked))

    def plan(self, route: Route | None, infeasible: bool, broken: tuple[Rule, ...]) -> Plan:
        """Return the plan that goes by this route, without its explanations."""
        made = Plan(
            self.spec,
            enterprises=self.event.enterprises,
            titles=self.event.titles,
            status=Status.INFEASIBLE,
        )
        if route is None:
            return made
        value = sum(one.score for one in route.topics)
        # The bound is counted in whole millionths of a topic.
        bound = max(value, route.bound)
        gap = (bound - value) / bound if bound > 0 else 0.0
        status = Status.OPTIMAL if gap <= _OPTIMAL else Status.FEASIBLE
        return replace(
            made,
            teams=tuple(self.teams[one] for one in route.teams),
            visits=tuple(self._visits(route)),
            objective=value,
            bound=bound,
            gap=gap,
            status=Status.INFEASIBLE if infeasible else status,
            goals=_reached(route, value, bound),
            unplaced=tuple(
                Unplaced(
                    self.firms[one.stop - 1].id,
                    0,
                    1,
                    "必须走访的企业排不进这一天",
                    "must be visited, but does not fit into the day",
                )
                for one in broken
                if one.kind == "must" and one.stop is not None and one.stop not in route.stops
            ),
        )

    def _visits(self, route: Route) -> Iterator[Visit]:
        before = 0
        for stop, start in zip(route.stops, route.starts, strict=True):
            topics = [
                {
                    "need": pair.need_id,
                    "achievement": pair.achievement_id,
                    "team": pair.team_id,
                    "level": pair.level,
                    "score": pair.score,
                }
                for topic in route.topics
                if topic.stop == stop
                for pair in [self.pairs[stop, topic.team, topic.key]]
            ]
            yield Visit(
                start,
                start + self.session.visit_minutes,
                self.firms[stop - 1].id,
                self.tour.travel[before][stop],
                tuple(topics),
            )
            before = stop


def _reached(route: Route, value: float, bound: float) -> tuple[Reached, ...]:
    proven = route.least >= route.minutes
    return (
        Reached(
            "value",
            value,
            bound,
            f"走访 {len(route.stops)} 家、谈 {len(route.topics)} 个需求，匹配值 {value:.2f}，至多 {bound:.2f}",
            f"{len(route.stops)} firms and {len(route.topics)} needs, value {value:.2f} of at most {bound:.2f}",
        ),
        Reached(
            "travel",
            route.minutes,
            route.least if proven else None,
            f"路上 {route.minutes} 分钟" + ("，同样匹配值不能更少" if proven else ""),
            f"{route.minutes} minutes on the way"
            + (", with that value no fewer are possible" if proven else ""),
        ),
    )


def _explained(day: _Day, seed: int, seconds: float) -> tuple[list[Explanation], tuple[Rule, ...]]:
    """Return why no route keeps the rules, with the edits that are enough, and the rules that these give up."""
    tour = day.tour
    clash = _clash(tour)
    broken = tuple(fewest_broken(tour, _ASKED, seed, seconds) or ())
    who = "、".join(day.said(one) for one in clash), ", ".join(day.said(one) for one in clash)
    less = "、".join(day.said(one) for one in broken), ", ".join(day.said(one) for one in broken)
    late = earliest_end(tour)
    zh = f"排不进同一天：{who[0]}；不再要求 {less[0]} 就排得出来"
    en = f"these do not fit into one day: {who[1]}; without {less[1]} there is a route"
    if late is not None:
        # Words only: edits of one plan are made together, and either change is enough.
        zh += f"，或把返回时间改到 {write_clock(late)}"
        en += f", and so there is one with an end at {write_clock(late)}"
    return [Explanation("visits_collide", zh, en, tuple(one.edit for one in broken))], broken


def _clash(tour: Tour) -> list[Rule]:
    """Return rules that collide, such that without any one of them the others do not. Raises TimeoutError."""
    clash = [one for one in tour.rules if one.kind in _ASKED]
    others = [one for one in tour.rules if one.kind not in _ASKED]
    for one in list(clash):
        without = [each for each in clash if each is not one]
        if not possible(replace(tour, rules=(*others, *without))):
            clash = without
    return clash


def _no_time(seconds: float) -> Explanation:
    return Explanation(
        "no_time",
        f"{seconds:.0f} 秒内没有找到路线，也没有证明没有；请给更多时间",
        f"in {seconds:.0f} s no route was found, nor that there is none; allow more time",
    )
