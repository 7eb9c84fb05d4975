"""The ranker: from named pair features to the probability of each level.

Two gradient-boosted ordinal models, for two situations. *Cold*: nobody has judged a pair of the need;
likeness is all there is. *Warm*: somebody has, and what was judged nearby is the better witness; what the
neighbours say by themselves and what the trees make of it are then averaged, for they err differently.
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from corpora.errors import BadRequest, StaleIndex
from corpora.files import replacing, trouble
from models.features import FEATURES
from models.neighbours import NEIGHBOURS, Neighbours
from models.ordinal import LEVELS, OrdinalBooster, from_above

#: The columns of a full table.
COLUMNS = (*FEATURES, *NEIGHBOURS)
#: In these more never means a lower level.
RISING = {"dense_title", "dense_text", "lexical", "judged_above_1", "judged_above_2", "judged_above_3"}
VERSION = 2
_MANIFEST, _COLD, _WARM, _NEIGHBOURS = "ranker.json", "cold.txt", "warm.txt", "neighbours.npz"
#: The similarities, and what one deviation of their sum adds to a score; on the public judgements, needs
#: never seen, 0.3 lifted recall@20 from 0.447 to 0.470 on two folds, and more than 0.03 did harm where
#: neighbours are known.
_LIKENESS = [COLUMNS.index(name) for name in ("dense_title", "dense_text", "lexical")]
_COLD_LIKENESS, _WARM_LIKENESS = 0.3, 0.03
#: What finding a pair of each level is worth, as nDCG counts it: 2^(level−1) − 1.
_GAINS = 2.0 ** (LEVELS - 1) - 1


class Ranker(BaseEstimator):  # type: ignore[misc]
    """Levels 1–4 from rows of COLUMNS; the neighbours' columns are nan or 0 where the need is new.

    Parameters
    ----------
    seed : of all that is drawn.

    Attributes
    ----------
    cold_ : OrdinalBooster over FEATURES.
    warm_ : OrdinalBooster over COLUMNS, or None where too little was judged to fit one.
    neighbours_ : the judged pairs that it was fitted to, or None where they are not kept (as shipped).
    manifest_ : what the fit was made from.

    """

    cold_: OrdinalBooster
    warm_: OrdinalBooster | None
    neighbours_: Neighbours | None
    manifest_: dict[str, Any]

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(
        self,
        cold: tuple[ArrayLike, ArrayLike],
        warm: tuple[ArrayLike, ArrayLike],
        start: Ranker | None = None,
    ) -> Self:
        """Fit to (X, levels) of both situations: X of shape (n, len(FEATURES)) and (m, len(COLUMNS)).

        With `start`, its trees stay and fewer grow after them. Raises BadRequest where there are too few
        levels or judgements; of warm ones too few only mean that none is fitted, or that of `start` stays.
        """
        old_warm = start.warm_ if start else None
        self.cold_ = OrdinalBooster(FEATURES, RISING & set(FEATURES), 60 if start else 150, self.seed).fit(
            *cold, start.cold_ if start else None
        )
        try:
            self.warm_ = OrdinalBooster(COLUMNS, RISING, 60 if old_warm else 200, self.seed).fit(
                *warm, old_warm
            )
        except BadRequest:
            self.warm_ = old_warm
        self.neighbours_ = None
        self.manifest_ = {}
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each level, shape (n, 4), rows summing to 1."""
        return self._by_situation(X, _probabilities, len(LEVELS))

    def contributions(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return what each of COLUMNS adds to the log-odds of a higher level, shape (n, len(COLUMNS))."""
        return self._by_situation(X, lambda model, table: model.contributions(table), len(COLUMNS))

    def decision_function(
        self, X: ArrayLike, probabilities: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return scores of shape (n,): higher is better, comparable between needs.

        The expected gain, and a little likeness: trees say the same of all that is very like, and in a
        corpus of thousands that is the whole head of the list. `probabilities`, where known, save the work.
        """
        table = np.asarray(X, float)
        said = self.predict_proba(table) if probabilities is None else probabilities
        share = np.where(self._is_warm(table), _WARM_LIKENESS, _COLD_LIKENESS)
        return np.asarray(worth(said) + share * table[:, _LIKENESS].sum(1))

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the level that minimises the expected absolute error (the median), shape (n,)."""
        return median_level(self.predict_proba(X))

    def _by_situation(self, X: ArrayLike, ask: Any, width: int) -> NDArray[np.float64]:
        check_is_fitted(self)
        table = np.asarray(X, float)
        found = np.zeros((len(table), width))
        warm = self._is_warm(table)
        if warm.any():
            found[warm] = ask(self.warm_, table[warm])
        if not warm.all():
            said = ask(self.cold_, table[~warm, : len(FEATURES)])
            found[~warm, : said.shape[1]] = said
        return found

    def _is_warm(self, table: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray((table[:, COLUMNS.index("need_judged")] > 0) & (self.warm_ is not None))

    def save(self, folder: Path) -> None:
        """Write the ranker into `folder`: a manifest, the two models as text, the judged neighbours."""
        check_is_fitted(self)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise trouble(folder, error) from error
        texts = {_COLD: self.cold_.as_text()} | ({_WARM: self.warm_.as_text()} if self.warm_ else {})
        if self.neighbours_ is not None:
            self.neighbours_.save(folder / _NEIGHBOURS)
        for name, text in texts.items():
            with replacing(folder / name) as stream:
                stream.write(text.encode())
        # Last, so that a folder with a manifest is whole.
        files = {name: _sha256(text) for name, text in texts.items()}
        if self.neighbours_ is not None:
            files[_NEIGHBOURS] = ""  # says itself where it is damaged
        content = {"version": VERSION, "columns": COLUMNS, "files": files, **self.manifest_}
        with replacing(folder / _MANIFEST) as stream:
            stream.write((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())

    @classmethod
    def load(cls, folder: Path | None = None) -> Ranker:
        """Read the ranker in `folder`, or the shipped one. Raises BadRequest where none fits."""
        where: Traversable = folder if folder else resources.files("models") / "artifacts"
        try:
            content = json.loads((where / _MANIFEST).read_text("utf-8"))
            if content.pop("version") != VERSION or tuple(content.pop("columns")) != COLUMNS:
                raise ValueError("another version")
            files = content.pop("files")
            ranker = cls()
            texts = {name: (where / name).read_text("utf-8") for name in files if name in (_COLD, _WARM)}
            for name, text in texts.items():
                # A wrong letter can end the process inside LightGBM: it is found here.
                if _sha256(text) != files[name]:
                    raise ValueError(f"{name} is damaged")
            ranker.cold_ = OrdinalBooster.from_text(texts[_COLD], FEATURES)
            ranker.warm_ = OrdinalBooster.from_text(texts[_WARM], COLUMNS) if _WARM in texts else None
            ranker.neighbours_ = (
                Neighbours.load(folder / _NEIGHBOURS) if folder and _NEIGHBOURS in files else None
            )
            ranker.manifest_ = content
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StaleIndex) as error:
            raise BadRequest(
                f"{where} 不是可用的排序模型（{error}）；请用 matcher train 生成，或不带 --model 用自带的",
                f"{where} is no ranker of this version ({error}); make one with `matcher train`, or leave out "
                "--model to use the shipped one",
            ) from error
        return ranker


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _probabilities(model: OrdinalBooster, table: NDArray[np.float64]) -> NDArray[np.float64]:
    said = model.predict_proba(table)
    if table.shape[1] == len(FEATURES):
        return said
    first = COLUMNS.index("judged_above_1")
    return (said + from_above(table[:, first : first + len(LEVELS) - 1])) / 2


def worth(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the expected gain of each row of `probabilities`, shape (n, 4) → (n,): what sorts within a need."""
    return probabilities @ _GAINS


def median_level(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the median level of each row of `probabilities`, shape (n, 4) → (n,)."""
    # The first level at which at least half of the probability is reached.
    return np.asarray(LEVELS[np.argmax(probabilities.cumsum(1) >= 0.5 - 1e-12, axis=1)])
