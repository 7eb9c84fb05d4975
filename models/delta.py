"""Deltas: what fine-tuning changed in an encoder, small enough to be kept in git.

Only layers of the transformer are ever tuned, not the word embeddings. What changed is kept against the
bundled encoder's own weights, eight bits a number with one scale a row: of six layers ten megabytes,
instead of the 470 of a whole encoder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpora.errors import EncoderUnavailable
from corpora.files import trouble

FILE = "encoder_delta.safetensors"
#: Of the bundled encoder's twelve layers, those that stay as they are.
FROZEN = 6
_SCALE = ".scale"


def tuned_parameters(model: Any, frozen: int = FROZEN) -> dict[str, Any]:
    """Return the parameters that fine-tuning may change, by name: those of all but the `frozen` lowest layers.

    `model` is a SentenceTransformer or CrossEncoder whose first module is the transformer.
    """
    layers = model[0].model.encoder.layer
    return {
        f"{number}.{name}": value
        for number in range(frozen, len(layers))
        for name, value in layers[number].named_parameters()
    }


def save_delta(tuned: Any, base: Any, folder: Path) -> None:
    """Write into `folder` what turns `base` into `tuned`, rounded to eight bits. Raises DataFolderTrouble."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    before, tensors = tuned_parameters(base, frozen=0), {}
    for name, value in tuned_parameters(tuned, frozen=0).items():
        if torch.equal(value, before[name]):
            continue
        change = (value.detach() - before[name].detach()).float()
        scale = change.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127
        tensors[name] = (change / scale).round().to(torch.int8)
        tensors[name + _SCALE] = scale
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(tensors, folder / FILE)
    except (OSError, SafetensorError) as error:
        raise trouble(folder / FILE, error if isinstance(error, OSError) else OSError(str(error))) from error


def apply_delta(model: Any, folder: Path) -> None:
    """Change `model`, the bundled encoder, by the delta in `folder`. Raises EncoderUnavailable where it does not fit."""
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / FILE, "pt") as saved, torch.no_grad():
            parameters, changes = tuned_parameters(model, frozen=0), {}
            for name in saved.keys():  # noqa: SIM118 - no mapping
                if name.endswith(_SCALE):
                    continue
                change = saved.get_tensor(name).float() * saved.get_tensor(name + _SCALE)
                if change.shape != parameters[name].shape:
                    raise ValueError(f"{name}: {[*change.shape]}, not {[*parameters[name].shape]}")
                changes[name] = change
            # All or nothing.
            for name, change in changes.items():
                parameters[name] += change
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        raise EncoderUnavailable(
            f"编码器增量 {folder / FILE} 用不了（{error}）；请重新运行 matcher train",
            f"the encoder delta {folder / FILE} cannot be used ({error}); run `matcher train` again",
        ) from error
