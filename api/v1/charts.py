"""The shapes of the integration map."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.v1.shapes import Given, Page
from api.v1.values import Id, Number, Said, Short
from corpora.vocabulary import Kind
from matcher.chainmap.correcting import MOST_NODES
from matcher.chainmap.integration import Action, Answer, Gap, Lane, NodeReport, Numbers, Placed, VerdictKind

Part = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class NodePath(BaseModel):
    chain: Part = Field(description="产业链的编号 / id of a chain", examples=["nuts"])
    node: Part = Field(description="环节的编号 / id of a node", examples=["foods"])


class PagesQuery(Given):
    page: Annotated[int, Field(ge=1, le=100_000), Number] = 1
    per_page: Annotated[int, Field(ge=1, le=100), Number] = 20


class ChainQuery(PagesQuery):
    chain: Annotated[str, Field(max_length=40)] = Field(
        default="", description="只要这条产业链的 / of this chain only"
    )


class NodesQuery(ChainQuery):
    verdict: VerdictKind | None = Field(default=None, description="只要这种裁定的 / of this verdict only")


class NodePage(Page):
    items: list[NodeReport]


class GapPage(Page):
    items: list[Gap]


class ActionPage(Page):
    items: list[Action]


class PlacedAnswer(Answer):
    """An achievement that may answer a need."""


class PlacedShape(Placed):
    """A record on the map."""

    answers: tuple[PlacedAnswer, ...] = ()


class NodeInFull(BaseModel):
    """A node with the records that are counted on it and its parts."""

    report: NodeReport
    unmet: list[PlacedShape]
    met: list[PlacedShape]
    achievements: list[PlacedShape]
    organizations: list[PlacedShape]
    gap: Gap | None


class MapShape(BaseModel):
    """The whole map, as map.json has it."""

    model_config = {"extra": "allow"}

    version: int
    date: str
    revision: int
    numbers: Numbers


class OverrideGiven(Given):
    """A person's verdict on a node, in the place of the rules'."""

    verdict: VerdictKind | None = Field(
        description="裁定；null：恢复为规则的裁定 / the verdict; null: leave it to the rules again"
    )
    reason: Said = Field(description="理由；人人可见 / why; everybody sees it")


class PlacementGiven(Given):
    """A person's word on where a record belongs."""

    kind: Kind
    id: Annotated[Id, Field(examples=["n-nuts-01"])]
    nodes: Annotated[list[Annotated[str, Field(max_length=81)]], Field(max_length=MOST_NODES)] | None = Field(
        default=None,
        description="“链/环节”，第一个计数；[]：不属于任何环节；null：由程序判断 / 'chain/node', the first counts; "
        "[]: on none; null: left to the program",
        examples=[["nuts/foods"]],
    )
    lane: Lane | None = Field(
        default=None, description="创新链阶段；null：由程序判断 / the lane; null: left to the program"
    )
    reason: Short = ""


class Placing(BaseModel):
    """Where a record stands by a person's word."""

    kind: Kind
    id: str
    nodes: list[str] | None
    lane: Lane | None


class Decided(BaseModel):
    """What a person decided of a node."""

    node: str
    verdict: VerdictKind | None
