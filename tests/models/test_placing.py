"""Features of a text and a node, on texts made for it."""

from __future__ import annotations

import numpy as np
import pytest

from models.encoders import Encoder
from models.ngrams import NgramWeights, count
from models.placing import FEATURES, RISING, Choices, Examples, Texts, Told

TOLD = (
    Told("果壳利用", "核桃壳和杏壳制活性炭与吸附材料。", ("果壳活性炭", "炭化"), "nuts"),
    Told("木本油脂", "核桃油的冷榨、精制和稳定。", ("核桃油", "冷榨"), "nuts"),
    Told("光伏组件", "光伏组件的封装、焊带和接线盒。", ("光伏组件", "接线盒"), "energy"),
    Told("双玻组件", "双面玻璃封装的光伏组件。", ("双玻", "层压"), "energy", parent=2),
    Told("体育", words=("运动员", "赛事")),
)
SAID = ("核桃壳炭化制高碘值活性炭", "双玻组件层压气泡", "县级运动会赛事编排", "核桃油冷榨饼粕")
AT = {name: column for column, name in enumerate(FEATURES)}


def texts(encoder: Encoder, *said: str) -> Texts:
    return Texts(encoder.encode(said, "document"), count(said))


@pytest.fixture(scope="module")
def choices(bundled: Encoder) -> Choices:
    vectors = bundled.encode([view for one in TOLD for view in one.views], "query")
    weights = NgramWeights()
    weights.learn(count([one.views[-1] for one in TOLD]))
    return Choices(TOLD, vectors.reshape(len(TOLD), 3, -1), weights, bundled.encode(SAID, "document"))


def test_a_text_is_most_like_the_node_that_it_is_about(choices: Choices, bundled: Encoder) -> None:
    table = choices.features(texts(bundled, *SAID))
    assert table.shape == (4, 6, len(FEATURES))
    for name in ("dense_whole", "lexical_whole", "keywords"):
        assert table[:, :5, AT[name]].argmax(1).tolist() == [0, 3, 4, 1]


def test_a_keyword_counts_where_it_stands_whole_and_most_where_it_is_one_nodes_own(
    choices: Choices, bundled: Encoder
) -> None:
    whole, torn, none = choices.features(texts(bundled, "冷榨工艺", "冷藏与压榨", "冷却"))[
        :, 1, AT["keywords"]
    ]
    assert whole > 0
    assert torn == none == 0
    shared = (Told("甲", words=("冷榨",), group="a"), Told("乙", words=("冷榨", "精制"), group="b"))
    vectors = bundled.encode([view for one in shared for view in one.views], "query").reshape(2, 3, -1)
    both = Choices(shared, vectors, choices.weights, bundled.encode(SAID, "document"))
    assert (both.features(texts(bundled, "冷榨工艺"))[0, :2, AT["keywords"]] < whole).all()


def test_what_a_choice_is_stands_in_the_table(choices: Choices, bundled: Encoder) -> None:
    row = choices.features(texts(bundled, SAID[0]))[0]
    assert row[:, AT["is_part"]].tolist() == [0, 0, 0, 1, 0, 0]
    assert row[:, AT["is_outside"]].tolist() == [0, 0, 0, 0, 1, 0]
    assert row[:, AT["is_nothing"]].tolist() == [0, 0, 0, 0, 0, 1]
    assert not row[choices.nothing, [AT[name] for name in RISING]].any()


def test_examples_speak_for_their_node_and_its_chain(choices: Choices, bundled: Encoder) -> None:
    known = Examples(texts(bundled, "组件层压后的气泡"), np.asarray([2]), np.asarray(["one"]))
    plain, told = (choices.features(texts(bundled, SAID[1]), seen)[0] for seen in (None, known))
    changed = {(int(place), FEATURES[column]) for place, column in np.argwhere(plain != told)}
    # Both nodes of the chain are nearer by it, the node itself by more.
    assert changed == {(2, "example"), (2, "chain_example"), (3, "chain_example")}
    assert told[2, AT["example"]] == told[3, AT["chain_example"]] > 0


def test_an_example_does_not_speak_for_itself(choices: Choices, bundled: Encoder) -> None:
    known = Examples(texts(bundled, *SAID[:2]), np.asarray([0, 3]), np.asarray(["a", "b"]))
    own = choices.features(texts(bundled, *SAID[:2]), known, np.asarray(["a", "b"]))
    strange = choices.features(texts(bundled, *SAID[:2]), known)
    assert own[0, 0, AT["example"]] == 0 < strange[0, 0, AT["example"]]


def test_what_is_said_of_a_text_does_not_depend_on_those_beside_it(
    choices: Choices, bundled: Encoder
) -> None:
    many = [f"{one}{number}" for number in range(50) for one in SAID]
    known = Examples(texts(bundled, *SAID), np.asarray([0, 3, 4, 1]), np.asarray(list("abcd")))
    together = choices.features(texts(bundled, *many), known)
    alone = np.concatenate([choices.features(texts(bundled, one), known) for one in many])
    assert together == pytest.approx(alone, abs=1e-9)


def test_nothing_to_place_is_an_empty_table(choices: Choices, bundled: Encoder) -> None:
    empty = texts(bundled, SAID[0]).take([])
    assert choices.features(empty).shape == (0, 6, len(FEATURES))
    assert len(empty.joined(texts(bundled, SAID[0]))) == len(texts(bundled, SAID[0]).joined(empty)) == 1
