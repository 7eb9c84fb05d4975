"""The texts that ship with their nodes."""

from __future__ import annotations

from importlib import resources

from corpora.chains import chains
from matcher.chainmap.placement.examples import as_lines, digest, placed, shipped, texts_of
from matcher.chainmap.placement.placing import node_keys
from models.encoders import Encoder
from tests.bench.placing import examples


def test_what_ships_is_the_labelled_set() -> None:
    # ``python -m tests.bench.placing`` ships it anew.
    assert list(shipped()) == examples()


def test_it_is_kept_as_it_is_read() -> None:
    kept = (resources.files("models") / "artifacts" / "placed.jsonl").read_text("utf-8")
    assert as_lines(shipped()) == kept
    assert len({one.name for one in shipped()}) == len(shipped())


def test_nodes_that_are_not_there_are_left_out(bundled: Encoder) -> None:
    nodes = node_keys({"nuts": chains()["nuts"]})
    places = {node: place for place, node in enumerate(nodes)}
    some = [one for one in shipped() if one.id.split("-")[1] in ("nuts", "energy")]
    found = placed(some, texts_of(some, bundled), places, 99)
    expected = sorted((one.name, places[node]) for one in some for node in one.nodes if node in places)
    strangers = [(one.name, 99) for one in some if not one.nodes]
    assert sorted(zip(found.names.tolist(), found.choices.tolist(), strict=True)) == sorted(
        [*expected, *strangers]
    )
    assert len(found.texts) == len(found)


def test_texts_keep_their_order_and_their_role(bundled: Encoder) -> None:
    some = shipped()[:3] + shipped()[-3:]
    texts = texts_of(some, bundled)
    for row, one in enumerate(some):
        role = "query" if one.kind == "need" else "document"
        assert (texts.vectors[row] == bundled.encode([one.text], role)[0]).all()


def test_the_digest_follows_the_text(bundled: Encoder) -> None:
    one, other = (
        placed([each], texts_of([each], bundled), dict.fromkeys(each.nodes, 0), 1) for each in shipped()[:2]
    )
    assert digest(one) == digest(one) != digest(other)
