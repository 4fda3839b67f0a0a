"""Models by name, with their weights and the preprocessing that belongs to them.

There are three kinds: torchvision's classification models, a network that somebody's own function builds, and a
program that torch.export.save wrote. The last two can run code of whoever made them, and are loaded only where the
person has allowed that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from app.errors import Fault
from app.recording import exported, own_code
from app.recording.images import Preprocessing
from app.recording.preprocessing import settle
from app.recording.torchvision_ import torchvision
from app.recording.weights import fetch_state, file_sha256, is_weights_file, load_state, put_into, state_sha256

_TORCHVISION = "torchvision:"
_AS_IT_IS = "DEFAULT"
# These two were trained on another normalisation; torchvision's builder puts it right only where it loads the weights.
# Their auxiliary classifiers take part in training only: files have them or not, and they are left out.
_INCEPTION: Mapping[str, object] = {"transform_input": True, "init_weights": False, "aux_logits": False}


@dataclass(frozen=True, slots=True)
class Model:
    """A network ready to be recorded, in evaluation mode."""

    name: str
    module: nn.Module
    preprocessing: Preprocessing
    weights: str
    """The weights as they were asked for: an enum's member, a file's name, or DEFAULT where the model brings them."""
    weights_sha256: str
    """What the network is: SHA-256 over the names, shapes and values of all parameters and buffers; of a function's
    network, over its make and code as well; of an exported program, over the file."""
    batch: int | None = None
    """How many images the network takes at once, where it was exported for one number only."""
    ran_code: bool = False
    """Whether the model could be loaded only because running its code was allowed."""
    categories: tuple[str, ...] = ()
    """The names of the classes that its outputs stand for, where the weights enum knows them."""


def load_model(
    name: str,
    weights: str,
    folder: Path,
    preprocessing: Mapping[str, object] | None = None,
    *,
    allow_code: bool = False,
) -> Model:
    """A model with its weights and preprocessing.

    Args:
        name: `torchvision:NAME`; `python:package.module:function`, a function without arguments that returns a
            network, looked for in `folder` first; or the path of a `.pt2` file, relative to `folder`.
        weights: the path of a state dict (`.pth`, `.pt` or `.safetensors`), relative to `folder`; of torchvision's
            models also a member of the weights enum (`DEFAULT`, `IMAGENET1K_V1`). `DEFAULT` takes the other kinds as
            they come; a `.pt2` file has no other weights.
        folder: where relative paths start.
        preprocessing: fields of `Preprocessing` that replace the model's own. The last two kinds have none: all
            fields must be given.
        allow_code: whether a model may be loaded that can run code of whoever made it.

    Raises:
        Fault: there is no such model or weights, they do not fit, the preprocessing is not right or not complete, or
            the model can run code and that was not allowed.
    """
    given = preprocessing or {}
    if name.startswith(_TORCHVISION):
        return _torchvision(name, weights, folder, given)
    if name.startswith(own_code.PREFIX):
        _demand(allow_code, f"{name} runs somebody's Python code on this machine, which can do whatever you can do")
        return _own_code(name, weights, folder, given)
    if name.endswith(exported.SUFFIX):
        _demand(
            allow_code,
            f"Torch evaluates text out of {Path(name).name} while it loads it, so that a .pt2 file can be made to run"
            " any code on this machine",
        )
        return _exported(name, weights, folder, given)
    raise Fault(
        f"There is no model {name!r}. Write torchvision:NAME, python:package.module:function, or the path of a program"
        " that torch.export.save wrote (.pt2)."
    )


def load_architecture(name: str, folder: Path, crop: int | None = None, *, allow_code: bool = False) -> Model:
    """A model without weights of its own: enough to see its layers and their receptive fields.

    Args:
        name: as in `load_model`.
        folder: where relative paths start.
        crop: the side of the images in pixels; the model's own, or 224 where it has none, if not given.
        allow_code: as in `load_model`.

    Raises:
        Fault: as `load_model` does.
    """
    if not name.startswith(_TORCHVISION):
        side = crop or 224
        plain = {"resize": side, "crop": side, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear"}
        return load_model(name, _AS_IT_IS, folder, plain, allow_code=allow_code)
    builder = _known(name)
    given = {} if crop is None else {"crop": crop}
    preprocessing = settle(_preprocessing(torchvision.models.get_model_weights(builder).DEFAULT), given, name)
    return Model(name, _ready(_built(builder, preprocessing.crop)), preprocessing, "none", "")


def _demand(allow_code: bool, why: str) -> None:
    if not allow_code:
        raise Fault(f"{why}. If you trust whoever wrote it, add --allow-code.")


def _known(name: str) -> str:
    builder = name.removeprefix(_TORCHVISION)
    known = torchvision.models.list_models(torchvision.models)
    if builder not in known:
        raise Fault(f"There is no model {name!r}. Write torchvision:NAME, where NAME is one of: {', '.join(known)}.")
    return builder


def _torchvision(name: str, weights: str, folder: Path, given: Mapping[str, object]) -> Model:
    builder = _known(name)
    enum = torchvision.models.get_model_weights(builder)
    from_file = is_weights_file(weights)
    if not from_file and weights not in enum.__members__:
        raise Fault(
            f"{name} has no weights {weights!r}. There are: {', '.join(enum.__members__)}; or give the path of a"
            " state dict (.pth or .safetensors)."
        )
    member = enum.DEFAULT if from_file else enum[weights]
    preprocessing = settle(_preprocessing(member), given, name)
    state = load_state(folder / weights) if from_file else fetch_state(member)
    module = _built(builder, preprocessing.crop)
    # Only the file's name: where it lay is nobody's business, and the hash says which it was.
    shown = Path(weights).name
    what = f"The weights {shown} do not fit {name} for images of {preprocessing.crop} pixels"
    put_into(module, _renamed(builder, state), what)
    categories = tuple(member.meta.get("categories", ()))
    return Model(name, _ready(module), preprocessing, shown, state_sha256(module), categories=categories)


def _built(builder: str, crop: int) -> nn.Module:
    settings: Mapping[str, object] = {}
    if builder in ("googlenet", "inception_v3"):
        settings = _INCEPTION
    elif builder.startswith("vit_"):  # these two are built for one size of images
        settings = {"image_size": crop}
    elif builder.startswith("maxvit_"):
        settings = {"input_size": (crop, crop)}
    try:
        module: nn.Module = torchvision.models.get_model(builder, weights=None, **settings)
    except (AssertionError, ValueError) as error:
        first = next(iter(str(error).splitlines()), "")
        raise Fault(f"torchvision:{builder} takes no images of {crop} pixels (preprocessing.crop): {first}") from error
    return module


def _renamed(builder: str, state: dict[str, Any]) -> dict[str, Any]:
    """A state dict with the names that torchvision's present classes have, as its own builders rename them."""
    for key in list(state):
        if builder in ("googlenet", "inception_v3") and re.match(r"(module\.)?(aux1|aux2|AuxLogits)\.", key):
            del state[key]
        elif builder.startswith("densenet"):  # published as norm.1, now norm1
            state[re.sub(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)", r"\1\2", key)] = state.pop(key)
    return state


def _preprocessing(member: Any) -> Preprocessing:
    transforms = member.transforms()
    return Preprocessing(
        resize=transforms.resize_size[0],
        crop=transforms.crop_size[0],
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        interpolation=transforms.interpolation.value,
    )


def _own_code(name: str, weights: str, folder: Path, given: Mapping[str, object]) -> Model:
    if weights != _AS_IT_IS and not is_weights_file(weights):
        raise Fault(
            f"The weights of {name} are the path of a state dict (.pth or .safetensors), or DEFAULT for the network as"
            f" the function returns it, and not {weights!r}."
        )
    preprocessing = settle(None, given, name)
    module = own_code.call_function(name, folder)
    shown = Path(weights).name
    if weights != _AS_IT_IS:
        put_into(module, load_state(folder / weights), f"The weights {shown} do not fit {name}")
    sha256 = own_code.network_sha256(module)  # which also sees to it that all values are there
    return Model(name, _ready(module), preprocessing, shown, sha256, ran_code=True)


def _exported(name: str, weights: str, folder: Path, given: Mapping[str, object]) -> Model:
    if weights != _AS_IT_IS:
        raise Fault(f"{Path(name).name} brings its own weights: leave out weights = {weights!r}.")
    preprocessing = settle(None, given, Path(name).name)
    path = folder / name
    module, batch = exported.load_program(path, preprocessing.crop)
    # The graph matters as much as the tensors: the whole file is hashed.
    return Model(path.name, _ready(module), preprocessing, weights, file_sha256(path), batch, ran_code=True)


def _ready(module: nn.Module) -> nn.Module:
    return module.eval().requires_grad_(False)
