"""The integration map (创新链产业链深度对接融合图谱) as it is kept, shown and printed.

Every part is read back from its JSON, so that pages and papers are made of the map alone. A record is
counted once, on its first node: sums over nodes, lanes and counties agree with sums over records.
Records are named by "kind:id", nodes by "chain/node". Contacts have no place in it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpora.chains import Node
from corpora.vocabulary import Kind, OrganizationKind, Tier

VERSION = 1


class Lane(StrEnum):
    """A stage of the innovation chain (创新链阶段)."""

    RESEARCH = "research"
    DEVELOPMENT = "development"
    LAB = "lab"
    PILOT = "pilot"
    PRODUCTION = "production"


#: In the order of the innovation chain.
LANES: dict[Lane, tuple[str, str]] = {
    Lane.RESEARCH: ("基础研究", "basic research"),
    Lane.DEVELOPMENT: ("技术开发", "technology development"),
    Lane.LAB: ("样品样机", "lab sample"),
    Lane.PILOT: ("中试", "pilot"),
    Lane.PRODUCTION: ("产业化", "production"),
}


class VerdictKind(StrEnum):
    """What the map says of a node (裁定)."""

    FILL = "fill"
    UPGRADE = "upgrade"
    BUILD = "build"
    BALANCED = "balanced"
    THIN = "thin"


#: The most pressing first.
VERDICTS: dict[VerdictKind, tuple[str, str]] = {
    VerdictKind.FILL: ("补链", "fill"),
    VerdictKind.UPGRADE: ("升链", "upgrade"),
    VerdictKind.BUILD: ("建链", "build"),
    VerdictKind.BALANCED: ("平衡", "balanced"),
    VerdictKind.THIN: ("证据不足", "thin evidence"),
}
#: A verdict in one letter, where there is room for no more, and for who cannot tell its colour.
MARKS: dict[VerdictKind, tuple[str, str]] = {
    VerdictKind.FILL: ("补", "F"),
    VerdictKind.UPGRADE: ("升", "U"),
    VerdictKind.BUILD: ("建", "B"),
    VerdictKind.BALANCED: ("平", "="),
    VerdictKind.THIN: ("少", "?"),
}


class Part(BaseModel):
    """A part of the map."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spot(Part):
    """A node that a record stands on; `confidence` is 0–1, of a person's word 1."""

    node: str
    confidence: float


class Answer(Part):
    """An achievement that may answer a need: its level (1–4) and the probability of level 3 or 4."""

    achievement_id: str
    level: int
    probability: float
    #: Whether somebody judged the pair, so that the level is certain.
    judged: bool = False


class Placed(Part):
    """A record on the map. No spot: it is unplaced."""

    kind: Kind
    id: str
    title: str
    #: The institution or enterprise; of an organization "".
    owner: str = ""
    county: str = ""
    region: str = ""
    #: The day on which it came in.
    since: date
    #: Best first; it is counted on the first.
    spots: tuple[Spot, ...] = ()
    placed_by: Literal["model", "person"] = "model"
    lane: Lane | None = None
    #: What the lane is known from.
    lane_from: Literal["stage", "text", "kind", "person", ""] = ""
    #: Whether it is the city's own.
    is_local: bool = True
    organization_kind: OrganizationKind | None = None
    tier: Tier | None = None
    #: Of a need: whether an adequate match exists, and the best few answers, best first.
    met: bool | None = None
    answers: tuple[Answer, ...] = ()

    @cached_property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def node(self) -> str:
        """The node on which it is counted, "" where it is unplaced."""
        return self.spots[0].node if self.spots else ""


class Numbers(Part):
    """What is counted of a node, a chain, or all, in the city or a county. Achievements count wherever they are from."""

    needs: int = 0
    met: int = 0
    unmet: int = 0
    achievements: int = 0
    #: Achievements of the city's own institutions, and those from the pilot lane on.
    local_achievements: int = 0
    ready: int = 0
    #: Enterprises, and the chain leaders (链主) among them.
    firms: int = 0
    leaders: int = 0
    #: Of a part of a node: enterprises that stand on the whole, and may do this part of it too.
    wider_firms: int = 0
    #: Enterprises on the nodes that this one supplies.
    dependants: int = 0
    #: Platforms, pilot bases, transfer agencies, funds and parks.
    elements: int = 0
    #: Emerging topics near it.
    topics: int = 0

    @property
    def suppliers(self) -> int:
        """Enterprises that those downstream can turn to."""
        return self.firms + self.wider_firms

    @property
    def records(self) -> int:
        return self.needs + self.achievements + self.firms + self.elements


#: What each number is called that a rule can compare, in the order of presentation.
NUMBERS: dict[str, tuple[str, str]] = {
    "needs": ("技术需求", "needs"),
    "met": ("已有答案", "met"),
    "unmet": ("无人能答", "unmet"),
    "achievements": ("科技成果", "achievements"),
    "local_achievements": ("本市成果", "local achievements"),
    "ready": ("本市中试以上成果", "ready local achievements"),
    "firms": ("本地企业", "local firms"),
    "leaders": ("链主企业", "chain leaders"),
    "wider_firms": ("上级环节的企业", "firms of the whole node"),
    "suppliers": ("能供应的企业", "firms that can supply"),
    "dependants": ("下游企业", "firms downstream"),
    "elements": ("创新要素", "elements"),
    "topics": ("新兴方向", "emerging topics"),
    "records": ("记录", "records"),
}


class LaneNumbers(Part):
    """What stands in one lane of a node."""

    needs: int = 0
    achievements: int = 0
    organizations: int = 0


class Overridden(Part):
    """A person's verdict in the place of the rules', with what the rules said."""

    verdict: VerdictKind
    reason: str
    who: str
    #: As the store has it.
    at: str


class Verdict(Part):
    """What the map says of a node, and why."""

    verdict: VerdictKind
    #: The id of the rule that held, as rules.yaml has it; what the rules say stands here even where it is overridden.
    rule: str
    by_rule: VerdictKind
    zh: str
    en: str
    numbers: dict[str, float] = {}
    date: date
    #: Keys of the records behind it, the weightiest first, at most a few dozen.
    records: tuple[str, ...] = ()
    overridden: Overridden | None = None


class Scope(Part):
    """A node as one county sees it: its own needs and firms, supply from everywhere."""

    numbers: Numbers
    verdict: VerdictKind
    rule: str


class NodeReport(Part):
    """A node with what is counted on it, its sub-nodes' included."""

    key: str
    chain: str
    node: Node
    numbers: Numbers
    #: By lane; "" is what has none.
    lanes: dict[str, LaneNumbers] = {}
    verdict: Verdict
    #: By county, for those that have something on it.
    counties: dict[str, Scope] = {}


class Missing(Part):
    """What is missing between two lanes of the innovation chain, and the nearest organizations that could be it."""

    kind: OrganizationKind
    after: Lane
    before: Lane
    zh: str
    en: str
    #: Keys of organizations, nearest first.
    nearest: tuple[str, ...] = ()


class Filler(Part):
    """Who could fill a gap: an achievement with its institution, or an organization."""

    key: str
    zh: str
    en: str
    #: The probability that it would, 0–1.
    probability: float = 0.0


class Gap(Part):
    """A node whose verdict calls for something, or needs on it that nothing answers."""

    node: str
    #: By which gaps are ordered, the worst first; what it is made of is told in zh and en.
    weight: float
    zh: str
    en: str
    #: Ids of unmet needs, the most pressing first.
    needs: tuple[str, ...] = ()
    fillers: tuple[Filler, ...] = ()
    missing: tuple[Missing, ...] = ()


class Helper(Part):
    """Somebody who answers a chain leader's need: a small firm or a team with an achievement."""

    key: str
    need_id: str
    zh: str
    en: str
    probability: float


class Collaboration(Part):
    """A chain leader (链主) with who answers its needs (大中小企业融通)."""

    #: Key of the leader.
    leader: str
    chain: str
    needs: tuple[str, ...] = ()
    helpers: tuple[Helper, ...] = ()


class ActionKind(StrEnum):
    SEND_NEEDS = "send_needs"
    SHOW_SUPPLY = "show_supply"
    ROADSHOW = "roadshow"
    SEEK = "seek"
    PILOT = "pilot"
    FUND = "fund"


#: What an action is called in a few words.
ACTIONS: dict[ActionKind, tuple[str, str]] = {
    ActionKind.SEND_NEEDS: ("送需求", "send needs"),
    ActionKind.SHOW_SUPPLY: ("推成果", "show supply"),
    ActionKind.ROADSHOW: ("办路演", "hold a roadshow"),
    ActionKind.SEEK: ("对外找", "seek outside"),
    ActionKind.PILOT: ("请中试", "ask a pilot base"),
    ActionKind.FUND: ("请基金", "ask a fund"),
}


class Action(Part):
    """What to do next for a chain, with whom, and what it would close."""

    chain: str
    kind: ActionKind
    #: Needs that it would bring nearer to an answer; actions are ordered by it within a chain.
    weight: float
    zh: str
    en: str
    nodes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    achievements: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    #: A roadshow's SPEC that can be planned as it is, as YAML; "" for other actions.
    spec: str = ""


class Topic(Part):
    """Unplaced records that are about one thing (新兴方向), named by their own terms."""

    id: str
    zh: str
    terms: tuple[str, ...]
    #: Keys of its records, the most typical first.
    records: tuple[str, ...]
    #: The node that it is least far from.
    near: str = ""


class ChainReport(Part):
    """A chain with its nodes in the order of its definition."""

    id: str
    zh: str
    en: str
    description: str = ""
    sources: tuple[str, ...] = ()
    nodes: tuple[NodeReport, ...]
    numbers: Numbers
    #: How many top-level nodes have each verdict.
    verdicts: dict[str, int] = {}


class RuleText(Part):
    """A rule by which verdicts are given, as rules.yaml has it."""

    id: str
    verdict: VerdictKind
    #: Conditions that must all hold.
    when: tuple[str, ...]
    #: Why, with numbers in braces.
    zh: str
    en: str


class IntegrationMap(Part):
    """The whole map."""

    version: int = VERSION
    title_zh: str = "创新链产业链深度对接融合图谱"
    title_en: str = "Integration map of the innovation chain and the industry chains"
    date: date
    #: The store's revision that it was built from.
    revision: int = 0
    #: From this probability of level 3 or 4 on an answer is adequate.
    adequate: float = 0.6
    #: The rules that its verdicts are by, the first that holds decides.
    rules: tuple[RuleText, ...] = ()
    #: With most records first.
    chains: tuple[ChainReport, ...] = ()
    #: Sorted by kind and id.
    records: tuple[Placed, ...] = ()
    #: What is counted in all, placed or not.
    numbers: Numbers = Numbers()
    unplaced: Numbers = Numbers()
    counties: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    #: The worst first.
    gaps: tuple[Gap, ...] = ()
    #: By chain, the weightiest first.
    actions: tuple[Action, ...] = ()
    collaborations: tuple[Collaboration, ...] = ()
    #: What a reader should know, (zh, en).
    notes: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Placed]:
        return {one.key: one for one in self.records}

    @cached_property
    def nodes(self) -> dict[str, NodeReport]:
        """Every node's report by its key."""
        return {one.key: one for chain in self.chains for one in chain.nodes}

    @cached_property
    def on_node(self) -> dict[str, list[Placed]]:
        """The records that are counted on each node itself, not on its sub-nodes."""
        found: dict[str, list[Placed]] = {key: [] for key in self.nodes}
        for one in self.records:
            if one.node in found:
                found[one.node].append(one)
        return found
