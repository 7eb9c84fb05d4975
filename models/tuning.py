"""Fine-tuning an encoder on judgements.

A bi-encoder, trained with sentence-transformers' own trainer and CoSENT loss (Su, "CoSENT: consistent
sentence embedding", 2022): of any two judged pairs in a batch, the one judged higher shall be nearer.
Word embeddings and the lower half of the layers stay as they are, so that an epoch over 7,000 pairs
takes minutes on two cores, and the change is small enough to be shipped (see models/delta.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import CoSENTLoss
from torch import Tensor

from models.delta import tuned_parameters
from models.encoders import Encoder, fast_bfloat16
from models.progress import train

#: (need's title, need's text, achievement's text, level 1–4)
Example = tuple[str, str, str, int]

RATE = 5e-5
#: Whole needs to a batch, so that each need's text is encoded once for all its pairs.
_NEEDS = 8
_PAIRS_OF_A_NEED = 40
#: Characters of a text that are learnt from: the first ones say what it is about, and cost grows with them.
_CHARACTERS = 200
_CHUNK = 64


def fine_tune(
    encoder: Encoder, examples: Sequence[Example], epochs: float = 2, seed: int = 0, rate: float = RATE
) -> SentenceTransformer:
    """Return a copy of the encoder's model, tuned on the examples; `rate` is the highest learning rate."""
    torch.manual_seed(seed)
    model = encoder.fresh_model()
    # Else the trainer looks for examples to show, under a progress bar of its own.
    model.model_card_data.widget = [{}]
    tuned = tuned_parameters(model)
    for parameter in model.parameters():
        parameter.requires_grad = False
    for parameter in tuned.values():
        parameter.requires_grad = True
    columns = dict(zip(("title", "text", "achievement", "score"), zip(*examples, strict=True), strict=True))
    for name in ("text", "achievement"):
        columns[name] = tuple(text[:_CHARACTERS] for text in columns[name])
    data = Dataset.from_dict(columns | {"score": [float(level) for level in columns["score"]]})
    query, document = (str(model.prompts[role]) for role in ("query", "document"))
    with tempfile.TemporaryDirectory() as folder:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=folder, num_train_epochs=epochs, learning_rate=rate, warmup_steps=0.1, weight_decay=0.01,
            bf16=fast_bfloat16(), use_cpu=True, seed=seed, batch_sampler=_WholeNeeds, save_strategy="no",
            logging_strategy="no", report_to=[], prompts={"title": query, "text": query, "achievement": document},
        )  # fmt: skip
        trainer = SentenceTransformerTrainer(
            model=model, args=arguments, train_dataset=data, loss=_NeedsLoss(model)
        )
        train(trainer, "编码器 encoder")
    return model.eval()


class _WholeNeeds(DefaultBatchSampler):
    """Batches of whole needs, in a new order every epoch."""

    def __init__(self, dataset: Dataset, **options: Any) -> None:
        super().__init__(dataset, **options)
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(dataset["text"]):
            rows.setdefault(text, []).append(row)
        self._needs = list(rows.values())

    def __iter__(self) -> Iterator[list[int]]:
        chance = torch.Generator().manual_seed(self.seed + self.epoch)
        order = torch.randperm(len(self._needs), generator=chance).tolist()
        for start in range(0, len(order), _NEEDS):
            batch: list[int] = []
            for need in order[start : start + _NEEDS]:
                rows = self._needs[need]
                batch += [
                    rows[i] for i in torch.randperm(len(rows), generator=chance)[:_PAIRS_OF_A_NEED].tolist()
                ]
            yield batch

    def __len__(self) -> int:
        return -(-len(self._needs) // _NEEDS)


class _NeedsLoss(CoSENTLoss):
    """CoSENT of the titles with the achievements, and of the texts with them; a repeated text is encoded once."""

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        titles, texts, achievements = (self._embed(features) for features in sentence_features)
        by_title, by_text = (
            self.compute_loss_from_embeddings([asked, achievements], labels) for asked in (titles, texts)
        )
        return torch.as_tensor(by_title + by_text)

    def _embed(self, features: dict[str, Tensor]) -> Tensor:
        ids, mask = features["input_ids"], features["attention_mask"]
        distinct, places = torch.unique(ids, dim=0, return_inverse=True)
        lengths = torch.zeros(len(distinct), dtype=torch.long).scatter_(0, places, mask.sum(1))
        # By length, so that little is spent on padding.
        order = lengths.argsort()
        parts = []
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            longest = int(lengths[rows].max())
            inputs = {
                "input_ids": distinct[rows, :longest],
                "attention_mask": (torch.arange(longest) < lengths[rows, None]).long(),
            }
            parts.append(self.model(inputs)["sentence_embedding"])
        return torch.cat(parts)[order.argsort()][places]
