"""The cross-encoder: reads a need's title and an achievement together, and says how probable each level is.

Nogueira & Cho, "Passage Re-ranking with BERT" (2019), on the bundled encoder, with sentence-transformers'
own trainer and cross-entropy loss. It sees what two vectors cannot, but must read every pair anew: 5 ms
a pair of titles on two cores. Trained for one corpus of judgements, it is kept beside the ranker.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Dense
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
from sentence_transformers.cross_encoder.losses import CrossEntropyLoss
from sentence_transformers.sentence_transformer.modules import Pooling

from corpora.errors import EncoderUnavailable
from corpora.files import replacing
from models.delta import apply_delta, save_delta, tuned_parameters
from models.encoders import Encoder, fast_bfloat16
from models.ordinal import LEVELS
from models.progress import train

#: (need's title, achievement's text, level 1–4)
Example = tuple[str, str, int]

FILE = "crossencoder"
_HEAD = "head.json"
RATE = 2e-4
_BATCH = 32
#: Batches whose pairs are sorted by length together, so that little is spent on padding.
_SORTED = 16
#: Characters of each side that are read.
_CHARACTERS = 120


class LevelCrossEncoder:
    """A cross-encoder over levels 1–4; `base` is the bundled encoder."""

    def __init__(self, base: Encoder) -> None:
        self._base = base
        encoder: Any = base.fresh_model()
        width = encoder.get_embedding_dimension()
        head = Dense(width, len(LEVELS), activation_function=torch.nn.Identity(), module_output_name="scores")
        self.model = CrossEncoder(
            modules=[encoder[0], Pooling(width, pooling_mode="mean"), head], device="cpu"
        )

    def fit(
        self, examples: Sequence[Example], epochs: float = 5, seed: int = 0, rate: float = RATE
    ) -> LevelCrossEncoder:
        """Learn from judged pairs; `rate` is the highest learning rate, the head's is ten times as high."""
        torch.manual_seed(seed)
        torch.nn.init.normal_(self._head.weight, std=0.02)
        torch.nn.init.zeros_(self._head.bias)
        tuned = list(tuned_parameters(self.model, frozen=0).values())
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        for parameter in [*tuned, *self._head.parameters()]:
            parameter.requires_grad = True
        asked, offered, levels = zip(*examples, strict=True)
        data = Dataset.from_dict(
            {"need": _short(asked), "achievement": _short(offered), "label": [level - 1 for level in levels]}
        )
        with tempfile.TemporaryDirectory() as folder:
            arguments = CrossEncoderTrainingArguments(
                output_dir=folder, num_train_epochs=epochs, per_device_train_batch_size=_BATCH, learning_rate=rate,
                learning_rate_mapping={r"\b2\.linear": 10 * rate}, warmup_steps=0.1, weight_decay=0.01,
                bf16=fast_bfloat16(), use_cpu=True, seed=seed, batch_sampler=_LikeLengths, save_strategy="no",
                logging_strategy="no", report_to=[],
            )  # fmt: skip
            trainer = CrossEncoderTrainer(
                model=self.model, args=arguments, train_dataset=data, loss=CrossEntropyLoss(self.model)
            )
            train(trainer, "交叉编码器 cross-encoder")
        self.model.eval()
        return self

    def predict_proba(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Return the probability of each level for pairs of need's title and achievement's text, shape (n, 4)."""
        if not pairs:
            return np.empty((0, len(LEVELS)))
        short = list(
            zip(_short([one for one, _ in pairs]), _short([other for _, other in pairs]), strict=True)
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
            said = self.model.predict(short, batch_size=64, apply_softmax=True, show_progress_bar=False)
        return np.asarray(said, float)

    def save(self, folder: Path) -> None:
        """Write what was learnt into a folder within `folder`: the changed layers' delta and the head."""
        save_delta(self.model, self._base.fresh_model(), folder / FILE)
        head = {name: value.tolist() for name, value in self._head.state_dict().items()}
        with replacing(folder / FILE / _HEAD) as stream:
            stream.write(json.dumps(head).encode())

    @classmethod
    def load(cls, folder: Path, base: Encoder) -> LevelCrossEncoder:
        """Read what `save` wrote. Raises EncoderUnavailable where it does not fit `base`."""
        found = cls(base)
        apply_delta(found.model, folder / FILE)
        path = folder / FILE / _HEAD
        try:
            head = json.loads(path.read_text())
            found._head.load_state_dict({name: torch.tensor(value) for name, value in head.items()})
        except (OSError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise EncoderUnavailable(
                f"交叉编码器 {path} 用不了（{error}）；请重新运行 matcher train",
                f"the cross-encoder {path} cannot be used ({error}); run `matcher train` again",
            ) from error
        found.model.eval()
        return found

    @property
    def _head(self) -> torch.nn.Linear:
        dense: Any = self.model[2]
        linear: torch.nn.Linear = dense.linear
        return linear


class _LikeLengths(DefaultBatchSampler):
    """Random batches of pairs of like length."""

    def __iter__(self) -> Iterator[list[int]]:
        lengths = np.asarray(
            [len(a) + len(b) for a, b in zip(self._data["need"], self._data["achievement"], strict=True)]
        )
        chance = np.random.default_rng([self.seed, self.epoch])
        order = chance.permutation(len(lengths))
        batches: list[list[int]] = []
        for start in range(0, len(order), self.batch_size * _SORTED):
            block = order[start : start + self.batch_size * _SORTED]
            block = block[np.argsort(lengths[block], kind="stable")]
            batches += [
                block[at : at + self.batch_size].tolist() for at in range(0, len(block), self.batch_size)
            ]
        for place in chance.permutation(len(batches)).tolist():
            yield batches[place]

    def __init__(self, dataset: Dataset, **options: Any) -> None:
        super().__init__(dataset, **options)
        self._data = dataset

    def __len__(self) -> int:
        return -(-len(self._data) // self.batch_size)


def _short(texts: Sequence[str]) -> list[str]:
    return [text[:_CHARACTERS] for text in texts]
