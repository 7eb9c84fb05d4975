"""A model: the ranker with the encoder that it was fitted for and, where one was trained, the cross-encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpora.errors import BadRequest
from matcher.matches import Scored
from matcher.recommend import Recommender
from matcher.settings import Settings
from models import delta
from models.encoders import DEFAULT, Encoder
from models.indexes import Indexes
from models.neighbours import Neighbours
from models.ranker import Ranker, median_level, worth
from models.sides import Document

if TYPE_CHECKING:
    from models.crossencoder import LevelCrossEncoder

#: The cross-encoder's share of a blended probability. On the public judgements its errors and the
#: ranker's differ enough that either alone is worse; see the ablation table in the README.
SHARE = 0.3
_CROSS_FOLDER = "crossencoder"


class Model:
    """What `matcher train` wrote into `folder`, or the shipped ranker.

    `encoder` names another encoder than the model's own. Raises BadRequest where the folder holds no
    model, or keeps judged pairs that another encoder saw.
    """

    def __init__(self, folder: Path | None, settings: Settings, encoder: str | None = None) -> None:
        self.folder = folder
        self.ranker = Ranker.load(folder)
        tuned = folder is not None and (folder / delta.FILE).is_file()
        self.encoder = Encoder(encoder or (str(folder) if tuned else settings.encoder), settings.cache)
        self._cache = settings.cache
        made_for = self.ranker.manifest_.get("encoder")
        if self.ranker.neighbours_ is not None and made_for != self.encoder.fingerprint:
            raise BadRequest(
                f"模型 {folder} 是用编码器 {made_for} 训练的，与 {self.encoder.name} 不配；请用 --encoder 给出训练时的编码器，或重新训练",
                f"the model {folder} was trained with the encoder {made_for}, not {self.encoder.name}; name "
                "that one with --encoder, or train anew",
            )

    @cached_property
    def cross(self) -> LevelCrossEncoder | None:
        """The cross-encoder, loaded when first asked for; None where none was trained."""
        if self.folder is None or not (self.folder / _CROSS_FOLDER).is_dir():
            return None
        from models.crossencoder import LevelCrossEncoder

        return LevelCrossEncoder.load(self.folder, Encoder(DEFAULT, self._cache))

    def recommender(
        self, indexes: Indexes, adequate_probability: float, neighbours: Neighbours | None = None
    ) -> Recommender:
        reread = self.reread if self.cross is not None else None
        return Recommender(indexes, self.ranker, adequate_probability, neighbours, reread)

    def reread(
        self,
        scored: Sequence[Scored],
        needs: Mapping[str, Document],
        achievements: Mapping[str, Document],
        share: float = SHARE,
    ) -> list[Scored]:
        """Return the predictions blended with what the cross-encoder says, in order; without one, as they are.

        `share` is the cross-encoder's, 0–1.
        """
        if self.cross is None or not scored:
            return list(scored)
        read = self.cross.predict_proba(
            [(needs[one.need_id].title, achievements[one.achievement_id].text) for one in scored]
        )
        said = np.asarray([one.probabilities for one in scored])
        mixed = (1 - share) * said + share * read
        scores = np.asarray([one.score for one in scored]) + worth(mixed) - worth(said)
        return [
            replace(one, level=int(level), probabilities=tuple(row), score=float(score))
            for one, level, row, score in zip(
                scored, median_level(mixed), mixed.tolist(), scores, strict=True
            )
        ]
