"""A network out of a `.pt2` file: a program that torch.export.save wrote, with its named submodules."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_structure

from app.errors import Fault
from app.recording.weights import PROGRAM_LISTING, holds

SUFFIX = ".pt2"
_LISTINGS = (PROGRAM_LISTING, "serialized_exported_program.json")
"""Where the program is listed in the archive, now and up to torch 2.7."""
_ANY_NUMBER = 1_000_000
"""A batch that may be larger than this may be of any size."""
_SWITCHES = ("train", "training", "dropout_p")
"""Arguments of torch's operators that turn their behaviour in training on."""


def load_program(path: Path, crop: int) -> tuple[nn.Module, int | None]:
    """The network in a `.pt2` file, and how many images it takes at once where it takes one number only.

    This can run code: torch evaluates text out of the file. The network is a tree of modules by the names that they
    had, which stand for calls in the program; one that ran several times is there once for each different call, as
    `name`, `name@1`, ...

    Args:
        path: the file.
        crop: side of the images that the network will be shown, in pixels.

    Raises:
        Fault: there is no such file, this version of torch cannot load it, it takes something else than images of
            this size, or it was exported in training mode.
    """
    if not path.is_file():
        raise Fault(f"There is no file {path}.")
    if not any(holds(path, listing) for listing in _LISTINGS):
        raise Fault(f"{path} is no program that torch.export.save wrote, or it is damaged.")
    try:
        with _quiet():
            program = torch.export.load(path)
            # Unflattening would give modules with a preserved signature a counter that all threads share.
            for entry in program.module_call_graph[1:]:
                entry.signature = None
            network: nn.Module = torch.export.unflatten(program)
    except Exception as error:  # whatever a damaged or hostile file makes of the loader
        first = next(iter(str(error).splitlines()), "").rstrip(". ")
        raise Fault(
            f"{path} cannot be loaded by torch {torch.__version__} ({type(error).__name__}: {first}). Export it again"
            " with this version."
        ) from error
    batch = _batch(path.name, program, crop)
    _check_evaluation(path.name, program)
    _keep_constants(network)
    return network, batch


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch logs (a traceback for a damaged file) and warns of (its own use of what it deprecates)."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _batch(name: str, program: Any, crop: int) -> int | None:
    """How many images the program takes, None for any number; checks that it takes images of `crop` pixels."""
    shape = _input_shape(program)
    if shape is None:
        raise Fault(f"{name} must take one tensor of float32, (images, 3, height, width), and nothing else.")
    count, _, *sides = shape
    fixed = [side for side in sides if isinstance(side, int)]
    if any(side != crop for side in fixed):
        size = " x ".join(str(side) if isinstance(side, int) else "any" for side in sides)
        raise Fault(
            f"{name} was exported for images of {size} pixels, and preprocessing.crop is {crop}: they must be the same."
        )
    if isinstance(count, int):
        return count
    limits = program.range_constraints.get(count.node.expr)
    # Torch says 2 where it has not looked at 0 and 1, and takes them.
    if limits is not None and limits.lower <= 2 and limits.upper > _ANY_NUMBER:
        return None
    return int(count.node.hint)  # the number of its example images is among those that it takes


def _input_shape(program: Any) -> tuple[Any, ...] | None:
    """The shape of what the program takes, if that is one batch of colour images; symbols where it is free."""
    if program.module_call_graph[0].signature.in_spec != tree_structure(((0,), {})):
        return None
    (name,) = program.graph_signature.user_inputs
    value = next(node.meta.get("val") for node in program.graph.nodes if node.name == name)
    if not isinstance(value, torch.Tensor) or value.dtype != torch.float32:
        return None
    return tuple(value.shape) if value.ndim == 4 and value.shape[1] == 3 else None


def _check_evaluation(name: str, program: Any) -> None:
    """Whether a module is in training is written into an exported program, and cannot be changed any more."""
    graphs = [part for part in program.graph_module.modules() if isinstance(part, torch.fx.GraphModule)]
    trained = [node.name for graph in graphs for node in graph.graph.nodes if _in_training(node)]
    trained += program.graph_signature.buffers_to_mutate.values()
    if trained:
        raise Fault(
            f"{name} was exported in training mode, or draws random numbers ({trained[0]}): what it gives for an image"
            " would not depend on that image alone. Call model.eval() and export it again."
        )


def _in_training(node: torch.fx.Node) -> bool:
    if not isinstance(node.target, torch._ops.OpOverload):
        return False
    if node.target is torch.ops.aten._native_batch_norm_legit.no_stats:  # instance normalisation, taken apart
        return False
    arguments = node.target._schema.arguments
    given = dict(zip((argument.name for argument in arguments), node.args, strict=False)) | node.kwargs
    switches = [given.get(a.name, a.default_value) for a in arguments if a.name in _SWITCHES]
    return any(switches) if switches else torch.Tag.nondeterministic_seeded in node.target.tags


def _keep_constants(network: nn.Module) -> None:
    """Make the program's constants buffers, so that they follow the network to another device."""
    for module in network.modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, torch.Tensor):
                delattr(module, name)
                module.register_buffer(name, value, persistent=False)
