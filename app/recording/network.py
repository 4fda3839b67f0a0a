"""A model made ready to run: its named layers, laid out as channels at positions, and no further than needed.

The outputs of layers are handed to the caller inside the forward pass, so that a function which works in place behind
a layer cannot change what is recorded, as long as the caller copies what it needs there and then.
"""

from __future__ import annotations

import difflib
import math
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.errors import Fault
from app.recording.models import Model

Layout = Literal["nchw", "nhwc", "tokens", "vector"]
Take = Callable[[Tensor], Tensor]
"""What to keep of a layer's output, (n, channels, height, width): a copy, or something computed from it."""

OUTPUT = ""
"""The name of the model's own output, as a layer: torch's name for the whole module."""
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
REFUSALS = (RuntimeError, AssertionError, ValueError, TypeError, IndexError)
"""What a network may raise on images of a size that it does not take."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a layer gives for one image: `channels` at `height` x `width` positions; a vector has one position."""

    layout: Layout
    channels: int
    height: int
    width: int

    def arrange(self, output: Tensor) -> Tensor:
        """The output of this layer, on images of any size, as a view of shape (n, channels, height, width).

        Tokens are laid out in a square; those before them that stand for no place (a class token) are left out.
        """
        if self.layout == "vector":
            return output[:, :, None, None]
        if self.layout == "nhwc":
            return output.permute(0, 3, 1, 2)
        if self.layout == "tokens":
            side = math.isqrt(output.shape[1])
            places = output[:, output.shape[1] - side * side :]
            return places.reshape(len(places), side, side, -1).permute(0, 3, 1, 2)
        return output


class _Reached(Exception):  # noqa: N818 - ends the forward pass once the last layer was heard
    pass


class _Pass(threading.local):
    """The forward pass that one thread is in: what it still waits for, and how often each module ran."""

    takes: dict[str, Callable[[object], None]] | None = None
    calls: dict[str, int]


class Network:
    """A model that gives the outputs of some of its layers. Threads may share it.

    A layer that runs several times in a pass is asked for as `name#1`, `name#2`, ...

    Raises:
        Fault: the model has no such layer, it takes no part in the forward pass or has no channels at positions, or
            the model does not take images of the size of its preprocessing.
    """

    def __init__(self, model: Model, layers: Sequence[str], *, device: str = "cpu", dtype: str = "float32") -> None:
        self.model = model
        self.device = torch.device(device)
        self.dtype = DTYPES[dtype]
        if self.device.type == "cuda":  # float32 is to be float32, and the same kernels are to be taken every time
            torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
            torch.backends.cudnn.benchmark = False
        self._module = model.module.to(self.device, self.dtype)
        self._format = self._fastest_format()
        self._pass = _Pass()
        self._modules = dict(self._module.named_modules())
        for name in {self._split(layer)[0] for layer in layers}:
            self._modules[name].register_forward_hook(self._hook(name))
        self.shapes: Mapping[str, Shape] = {layer: self._shape(layer) for layer in dict.fromkeys(layers)}

    def _fastest_format(self) -> torch.memory_format:
        """Channels last, which halves the time of many convolutions, unless the network cannot do with it.

        Some networks reshape what a convolution gives by `view`, which is possible in one order only.
        """
        for order in (torch.channels_last, torch.contiguous_format):
            self._module.to(memory_format=order)  # type: ignore[call-overload]
            refusal = self._refusal(order)
            if refusal is None:
                return order
        reason = next(iter(str(refusal).splitlines()), type(refusal).__name__)
        side = self.model.preprocessing.crop
        raise Fault(f"{self.model.name} does not take images of {side} pixels: {reason}") from refusal

    def _refusal(self, order: torch.memory_format) -> Exception | None:
        """What the network raises on images of its size, if anything."""
        side = self.model.preprocessing.crop
        images = torch.zeros(self.model.batch or 1, 3, side, side, dtype=self.dtype, device=self.device)
        try:
            with torch.inference_mode():
                self._module(images.contiguous(memory_format=order))
        except REFUSALS as error:
            return error
        return None

    def _split(self, layer: str) -> tuple[str, int | None]:
        """(module's name, which of its calls), the latter None where it was not said."""
        name, _, call = layer.partition("#")
        if name not in self._modules:
            known = [name for name in self._modules if name]
            near = difflib.get_close_matches(name, known, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise Fault(f"{self.model.name} has no layer {name!r}.{hint} Its layers: {', '.join(known)}.")
        if call and not (call.isdecimal() and int(call) >= 1):
            raise Fault(f"{layer!r}: behind # stands which time that the layer runs in a pass is meant, from 1.")
        return name, int(call) if call else None

    def _hook(self, name: str) -> Callable[[nn.Module, Any, Any], None]:
        def heard(_module: nn.Module, _inputs: object, output: object) -> None:
            here = self._pass
            if here.takes is None:
                return
            here.calls[name] = here.calls.get(name, 0) + 1
            for layer in (f"{name}#{here.calls[name]}", name):
                if take := here.takes.pop(layer, None):
                    take(output)
            if not here.takes:
                raise _Reached

        return heard

    @contextmanager
    def in_single_precision(self) -> Iterator[None]:
        """In 32-bit floats for a while, if it takes them: the weights come through that unchanged.

        A network of somebody's own may make its images half precision itself, and then does not.

        No other thread may use it at the beginning and at the end.
        """
        dtype = self.dtype
        try:
            self._become(torch.float32)
            if dtype != torch.float32 and self._refusal(self._format) is not None:
                self._become(dtype)
            yield
        finally:
            self._become(dtype)

    def _become(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self._module.to(dtype)

    def prepare(self, pixels: NDArray[np.uint8]) -> Tensor:
        """What the network sees of (n, height, width, 3) pixels: scaled to 0..1, less the mean, over the deviation."""
        preprocessing = self.model.preprocessing
        images = (
            torch.from_numpy(pixels if pixels.flags.writeable else pixels.copy())
            .to(self.device)
            .permute(0, 3, 1, 2)
            .float()
            / 255
        )
        mean, std = (
            torch.tensor(values, device=self.device).reshape(1, 3, 1, 1)
            for values in (preprocessing.mean, preprocessing.std)
        )
        return ((images - mean) / std).to(self.dtype, memory_format=self._format)

    def run(self, images: Tensor, takes: Mapping[str, Take]) -> dict[str, Tensor]:
        """What `takes` keep of the layers' outputs for (n, 3, height, width) images; the pass ends at the last layer.

        Without gradients, unless `images` asks for them. Whatever the network raises on images of a size that it does
        not take comes through.
        """
        fixed = self.model.batch
        if fixed is None or len(images) == fixed:
            return self._run(images, takes)
        parts = []
        for some in torch.tensor_split(images, tuple(range(fixed, len(images), fixed))):
            # A network that was exported with a fixed number of images gets exactly so many.
            filled = torch.cat([some, some[-1:].expand(fixed - len(some), -1, -1, -1)])
            parts.append({layer: kept[: len(some)] for layer, kept in self._run(filled, takes).items()})
        return {layer: torch.cat([part[layer] for part in parts]) for layer in takes}

    def _run(self, images: Tensor, takes: Mapping[str, Take]) -> dict[str, Tensor]:
        kept: dict[str, Tensor] = {}

        def keep(layer: str, take: Take) -> Callable[[object], None]:
            def kept_of(output: object) -> None:
                kept[layer] = take(self.shapes[layer].arrange(_tensor(output)))

            return kept_of

        self._forward(images, {layer: keep(layer, take) for layer, take in takes.items()})
        return kept

    def _forward(self, images: Tensor, takes: dict[str, Callable[[object], None]]) -> None:
        here = self._pass
        here.takes, here.calls = takes, {}
        try:
            with torch.inference_mode(not images.requires_grad):
                self._module(images)
        except _Reached:
            pass
        finally:
            here.takes = None

    def _shape(self, layer: str) -> Shape:
        name, call = self._split(layer)
        outputs = self._outputs(name, self.model.preprocessing.crop)
        if not outputs:
            raise Fault(f"The layer {name} takes no part in the forward pass of {self.model.name}.")
        if call is None and len(outputs) > 1:
            raise Fault(
                f"The layer {name} runs {len(outputs)} times in a pass: write {name}#1 for the first,"
                f" up to {name}#{len(outputs)}."
            )
        if call is not None and call > len(outputs):
            raise Fault(f"The layer {name} runs {len(outputs)} times in a pass: there is no {layer}.")
        return self._laid_out(layer, outputs[(call or 1) - 1])

    def _outputs(self, name: str, side: int) -> list[tuple[int, ...]]:
        """The shape of the module's output each time that it runs in one whole forward pass; () for no tensor."""
        found: list[tuple[int, ...]] = []

        def note(_module: nn.Module, _inputs: object, output: object) -> None:
            tensor = _tensor(output)
            found.append(tuple(tensor.shape) if isinstance(tensor, Tensor) and tensor.is_floating_point() else ())

        handle = self._modules[name].register_forward_hook(note)
        try:
            with torch.inference_mode():
                self._module(torch.zeros(self.model.batch or 1, 3, side, side, dtype=self.dtype, device=self.device))
        finally:
            handle.remove()
        return found

    def _laid_out(self, layer: str, shape: tuple[int, ...]) -> Shape:
        if len(shape) == 2:
            return Shape("vector", shape[1], 1, 1)
        if len(shape) == 3 and shape[1] > 0:
            side = math.isqrt(shape[1])
            return Shape("tokens", shape[2], side, side)
        if len(shape) == 4:
            spatial = self._spatial(layer, shape)
            if spatial == (2, 3):
                return Shape("nchw", shape[1], shape[2], shape[3])
            if spatial == (1, 2):
                return Shape("nhwc", shape[3], shape[1], shape[2])
        what = f"an output of shape {shape}" if shape else "something else than numbers in a tensor"
        raise Fault(
            f"The layer {layer} gives {what}: no channels at positions, which are (n, channels, height, width),"
            " (n, height, width, channels), (n, tokens, channels) or (n, channels). Choose a layer beside it."
        )

    def _spatial(self, layer: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Which axes of a layer's output are positions: two that are as long as one another on a square image.

        Where all three are, those that grow with the image.
        """
        alike = [axes for axes in ((2, 3), (1, 2)) if shape[axes[0]] == shape[axes[1]]]
        if len(alike) < 2:
            return alike[0] if alike else ()
        name, call = self._split(layer)
        try:
            larger = self._outputs(name, 2 * self.model.preprocessing.crop)[(call or 1) - 1]
        except REFUSALS:
            return ()
        return tuple(axis for axis in (1, 2, 3) if larger[axis] != shape[axis])


def _tensor(output: object) -> Any:
    """The tensor in a module's output: the first of several (attention gives its weights as well)."""
    if isinstance(output, (tuple, list, dict)):
        parts = output.values() if isinstance(output, dict) else output
        return next((part for part in map(_tensor, parts) if isinstance(part, Tensor)), None)
    return output


@contextmanager
def one_core(device: torch.device) -> Iterator[None]:
    """On a CPU, let the network run on one core: another number of threads may add in another order."""
    threads = torch.get_num_threads()
    if device.type == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def pick_device(name: str) -> str:
    """The device that a study asks for; `auto` is an accelerator where there is one, each worker its own.

    Raises:
        Fault: there is no such device on this machine.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name == "cuda" and torch.cuda.device_count():
        name = f"cuda:{int(os.environ.get('LOCAL_RANK', '0')) % torch.cuda.device_count()}"
    try:
        torch.zeros(1, device=name)
    except REFUSALS as error:
        raise Fault(f"There is no device {name!r} here: {str(error).splitlines()[0]}") from error
    return name
