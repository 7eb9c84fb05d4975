"""One progress bar for all trainers, on terminals alone, and nothing else printed."""

from __future__ import annotations

from typing import Any

from tqdm import tqdm
from transformers import PrinterCallback, ProgressCallback, TrainerCallback


class _Bar(TrainerCallback):
    def __init__(self, title: str) -> None:
        self._title = title

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._bar = tqdm(total=state.max_steps, desc=self._title, unit="步", disable=None)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._bar.update()

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._bar.close()


def train(trainer: Any, title: str) -> None:
    """Run a sentence-transformers trainer under our own bar."""
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    trainer.add_callback(_Bar(title))
    trainer.train()
