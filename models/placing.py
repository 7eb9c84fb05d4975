"""What a text has in common with the choices that it could be placed on, as named features.

Choices are nodes of chains, each told by a few texts about it; fields outside all chains, which compete with
the nodes; and *nothing*, with which a text has nothing in common. No feature says which node it is, so that one
that was never seen is placed on at once. Examples are texts that somebody put on a choice: likeness to them is
among the features, which is how a correction teaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from models.cache import Vectors
from models.ngrams import BUCKETS, NgramWeights, buckets, count
from models.text import fold

#: Of a text and a choice. Cosines are counted in deviations above what the text has with all choices.
FEATURES = (
    "dense_description",
    "dense_words",
    "dense_whole",
    "lexical_words",
    "lexical_whole",
    "keywords",
    "example",
    "chain_example",
    "is_part",
    "is_outside",
    "is_nothing",
)
#: In these more never means that a choice is less probable.
RISING = tuple(name for name in FEATURES if not name.startswith("is_"))
#: Their columns.
(
    _DESCRIPTION,
    _WORDS,
    _ALL,
    _LEXICAL_WORDS,
    _LEXICAL_ALL,
    _KEYWORDS,
    _EXAMPLE,
    _CHAIN,
    _PART,
    _OUTSIDE,
    _NOTHING,
) = range(11)
Table = NDArray[np.float64]
#: Deviations of the two cosines between unrelated texts (models.features has the same, as priors).
_DENSE, _LEXICAL = 0.0114, 0.0163
#: Deviations up to which shared n-grams count in full; beyond, by their logarithm.
_KNEE = 10.0
#: Deviations up to which likeness to an example says nothing: chosen, as the rest here, on labelled texts.
_UNLIKE = 3.0
#: A keyword stands in a text where all its pairs of characters do.
_WHOLE = 0.999


@dataclass(frozen=True)
class Texts:
    """n texts: unit vectors of shape (n, d), n-gram counts of shape (n, BUCKETS)."""

    vectors: Vectors
    counts: csr_matrix

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def take(self, rows: Sequence[int] | NDArray[np.int64] | slice) -> Texts:
        return Texts(self.vectors[rows], csr_matrix(self.counts[rows]))

    def joined(self, other: Texts) -> Texts:
        """Return these texts and the others."""
        if not len(self) or not len(other):
            return self if len(self) else other
        return Texts(
            np.vstack([self.vectors, other.vectors]), csr_matrix(vstack([self.counts, other.counts]))
        )


@dataclass(frozen=True)
class Told:
    """What is told of a choice; `group` is its chain ("" of a field outside), `parent` its place in the list."""

    name: str
    description: str = ""
    words: tuple[str, ...] = ()
    group: str = ""
    parent: int | None = None

    @property
    def views(self) -> tuple[str, str, str]:
        """Its description, its words, and all of it with its name; what is missing is told by the rest."""
        words = "、".join(self.words)
        whole = "\n".join(part for part in (self.name, self.description, words) if part)
        return self.description or whole, words or whole, whole


@dataclass(frozen=True)
class Examples:
    """m texts that stand on choices: `choices` are their places in the list, `names` tell whose text it is.

    A text that stands on two choices comes twice.
    """

    texts: Texts
    choices: NDArray[np.int64]
    names: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.choices)

    def joined(self, other: Examples) -> Examples:
        """Return these examples and the others."""
        return Examples(
            self.texts.joined(other.texts),
            np.concatenate([self.choices, other.choices]),
            np.concatenate([self.names, other.names]),
        )


class Choices:
    """The choices as the features see them: those told, and after them *nothing*.

    `vectors` are those of their views, shape (len(told), 3, d); `weights` say how rare n-grams are. `usual` are
    vectors of texts of all sorts, shape (m, d): what a choice has in common with any text counts by half, for
    there are names that all is like (the hubs of Radovanović et al., JMLR 11, 2010).
    """

    def __init__(self, told: Sequence[Told], vectors: Vectors, weights: NgramWeights, usual: Vectors) -> None:
        self.told = tuple(told)
        self.weights = weights
        self._views = [vectors[:, view].astype(float) for view in range(3)]
        self._hubs = [_apart(usual.astype(float) @ view.T).mean(0) / 2 for view in self._views]
        words, wholes = (count([one.views[view] for one in told]) for view in (1, 2))
        self._words, self._wholes = weights.weigh(words).T.tocsr(), weights.weigh(wholes).T.tocsr()
        self._keywords, self._home = self._keyword_table()
        # Fields outside are groups of one.
        names = [one.group or f"\x00{place}" for place, one in enumerate(told)]
        self._groups = [np.flatnonzero(np.asarray(names) == name) for name in dict.fromkeys(names)]

    @property
    def nothing(self) -> int:
        """The place of *nothing*."""
        return len(self.told)

    def __len__(self) -> int:
        return len(self.told) + 1

    def features(
        self, texts: Texts, examples: Examples | None = None, own: NDArray[np.str_] | None = None
    ) -> Table:
        """Return the features of n texts, shape (n, len(self), len(FEATURES)).

        Where `own` names the texts, examples of the same name are left out of each.
        """
        table = np.zeros((len(texts), len(self), len(FEATURES)))
        told = table[:, : self.nothing]
        # In double precision, what is said of a text does not depend on those that are looked at with it.
        given = texts.vectors.astype(float)
        for column, vectors, hubs in zip((_DESCRIPTION, _WORDS, _ALL), self._views, self._hubs, strict=True):
            told[..., column] = (_apart(given @ vectors.T) - hubs) / _DENSE
        weighed = self.weights.weigh(texts.counts)
        for column, weights in ((_LEXICAL_WORDS, self._words), (_LEXICAL_ALL, self._wholes)):
            told[..., column] = _bent((weighed @ weights).toarray() / _LEXICAL)
        told[..., _KEYWORDS] = np.log1p(self._found(texts.counts))
        if examples is not None and len(examples):
            self._against(examples, given, own, table)
        told[..., _PART] = [one.parent is not None for one in self.told]
        told[..., _OUTSIDE] = [not one.group for one in self.told]
        table[:, self.nothing, _NOTHING] = 1
        return table

    def _keyword_table(self) -> tuple[csr_matrix, csr_matrix]:
        """Return the share that each n-gram has in each keyword, and what each keyword tells of each choice."""
        keywords: dict[str, list[int]] = {}
        for place, one in enumerate(self.told):
            for word in dict.fromkeys(fold(word) for word in one.words):
                if len(word) > 1:
                    keywords.setdefault(word, []).append(place)
        cut = {word: list(dict.fromkeys(map("".join, pairwise(word)))) for word in keywords}
        distinct = list(dict.fromkeys(pair for pairs in cut.values() for pair in pairs))
        known = buckets(distinct) if distinct else np.zeros(0, np.int32)
        bucket = dict(zip(distinct, known.tolist(), strict=True))
        rarity = dict(zip(distinct, self.weights.idf(known).tolist(), strict=True))
        rows, columns, shares, homes, worth = [], [], [], [], []
        for row, (word, places) in enumerate(keywords.items()):
            # Two pairs may fall into one bucket.
            found = list({bucket[pair] for pair in cut[word]})
            rows += [row] * len(found)
            columns += found
            shares += [1 / len(found)] * len(found)
            homes += [(row, place) for place in places]
            # A word of several choices, or of common pairs, tells less.
            value = sum(rarity[pair] for pair in cut[word]) / len(cut[word]) / len(places)
            worth += [value] * len(places)
        size = len(keywords)
        table = csr_matrix((np.asarray(shares, np.float32), (rows, columns)), shape=(size, BUCKETS))
        home_rows, home_places = ([pair[side] for pair in homes] for side in (0, 1))
        home = csr_matrix(
            (np.asarray(worth, np.float32), (home_rows, home_places)), shape=(size, len(self.told))
        )
        return table.T.tocsr(), home

    def _found(self, counts: csr_matrix) -> Table:
        """Return what the keywords that stand in the texts tell of each choice, shape (n, len(told))."""
        present = counts.copy()
        present.data = np.ones_like(present.data)
        shares = csr_matrix(present @ self._keywords)
        shares.data = (shares.data >= _WHOLE).astype(np.float32)
        return np.asarray((shares @ self._home).toarray(), float)

    def _against(self, examples: Examples, given: Table, own: NDArray[np.str_] | None, table: Table) -> None:
        """Fill in likeness to the nearest example of each choice, and of its chain."""
        cosines = given @ examples.texts.vectors.T.astype(float)
        # Few examples do not tell what a text has in common with any text.
        usual = np.hstack([cosines, given @ self._views[-1].T]).mean(1, keepdims=True)
        beyond = np.maximum((cosines - usual) / _DENSE - _UNLIKE, 0)
        if own is not None:
            beyond[own[:, None] == examples.names[None, :]] = 0
        for place in np.unique(examples.choices):
            table[:, place, _EXAMPLE] = beyond[:, examples.choices == place].max(1)
        for group in self._groups:
            table[:, group, _CHAIN] = table[:, group, _EXAMPLE].max(1, keepdims=True)


def _apart(cosines: Table) -> Table:
    """Return cosines (n, m) above what each row has in the mean."""
    return np.asarray(cosines - cosines.mean(1, keepdims=True))


def _bent(scores: Table) -> Table:
    """Return deviations with their long tail bent: thirty of them are little surer than ten."""
    beyond = np.maximum(scores - _KNEE, 0)
    return np.asarray(scores + np.log1p(beyond) - beyond)
