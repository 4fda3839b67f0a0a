"""How far each of torch's operations reaches: what its output depends on, from what its inputs depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from app.recording.spans import Span, Window, gather, join, mix, move, nothing, union


@dataclass(frozen=True, slots=True)
class Call:
    """A function, method or operator of torch, what it was handed and what it gave."""

    function: Callable[..., Any]
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    outputs: Sequence[Tensor]
    span: Callable[[Tensor], Span]
    """What an input depends on: its rows, or its columns."""

    @property
    def name(self) -> str:
        """Without the underscores of `__add__` and `relu_`, and what follows in `conv2d.default`."""
        return getattr(self.function, "__name__", str(self.function)).partition(".")[0].strip("_")

    @property
    def inputs(self) -> list[Tensor]:
        """All tensors that it was handed."""
        return list(tensors_in((self.args, self.kwargs)))

    @property
    def input(self) -> Tensor:
        """The tensor that it was handed first."""
        return self.inputs[0]

    def argument(self, place: int, name: str, default: Any = None) -> Any:
        """What was handed at this place, or by this name."""
        return self.args[place] if place < len(self.args) else self.kwargs.get(name, default)


Reach = Callable[[Call], Span | list[Span]]
"""From a call to the spans of its outputs, one if they are all the same."""


def tensors_in(values: object) -> Iterator[Tensor]:
    """The tensors among the arguments, or the outputs, of a function."""
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, Mapping):
        yield from tensors_in(tuple(values.values()))
    elif isinstance(values, (tuple, list)):
        for value in values:
            yield from tensors_in(value)


def everything(call: Call) -> list[Span]:
    """Each number depends on all that any input depends on, wherever it lies."""
    spans = [call.span(tensor) for tensor in call.inputs]
    mixed = [mix(span, range(-span.start.ndim, 0), reduced=True) for span in spans]
    return [union([span.of_rank(output.ndim) for span in mixed]) for output in call.outputs]


def _elementwise(call: Call) -> Span:
    return union([call.span(tensor) for tensor in call.inputs])


def _independent(call: Call) -> Span:
    return nothing(call.outputs[0].ndim)


def _moved(call: Call) -> list[Span]:
    # Spans do not lie in memory as the numbers do, so that they may have to be copied.
    function = Tensor.reshape if call.name == "view" else call.function
    return move(call.span(call.input), call.input.shape, lambda part: function(part, *call.args[1:], **call.kwargs))


def _mixing_all(call: Call) -> Span:
    return mix(call.span(call.input), range(-call.input.ndim, 0), reduced=False)


def _softmax(call: Call) -> Span:
    return mix(call.span(call.input), _from_last([call.argument(1, "dim")], call.input.ndim), reduced=False)


def _normalize(call: Call) -> Span:
    return mix(call.span(call.input), _from_last([call.argument(2, "dim", 1)], call.input.ndim), reduced=False)


def _layer_norm(call: Call) -> Span:
    return mix(call.span(call.input), range(-len(call.argument(1, "normalized_shape")), 0), reduced=False)


def _linear(call: Call) -> Span:
    return mix(call.span(call.input), [-1], reduced=True)


def _matmul(call: Call) -> Span:
    one, other = call.inputs
    return union([mix(call.span(one), [-1], reduced=True), mix(call.span(other), [-2], reduced=True)])


def _reduced(call: Call) -> list[Span]:
    ndim, dim = call.input.ndim, call.argument(1, "dim")
    dims = _from_last(range(ndim) if dim is None else [dim] if isinstance(dim, int) else dim, ndim)
    mixed = mix(call.span(call.input), dims, reduced=True)
    shape = [1 if i - ndim in dims else length for i, length in enumerate(call.input.shape)]
    return move(mixed, shape, lambda part: part.squeeze(dims) if call.outputs[0].ndim < ndim else part)


def _joined(call: Call) -> Span:
    (dim,) = _from_last([call.argument(1, "dim", 0)], call.outputs[0].ndim)
    return join([call.span(tensor) for tensor in call.inputs], dim, [tensor.shape[dim] for tensor in call.inputs])


def _from_last(dims: Sequence[int], ndim: int) -> list[int]:
    return [dim % ndim - ndim for dim in dims]


def _padded(call: Call) -> Span:
    span, borders = call.span(call.input), list(call.argument(1, "pad"))
    mode = call.argument(2, "mode", "constant")
    if mode != "constant":
        return move(span, call.input.shape, lambda part: functional.pad(part, borders, mode))[0]
    for i, before in enumerate(borders[::2]):
        span = Window(1, 1, before).over(span, -1 - i, call.outputs[0].shape[-1 - i])
    return span


def _convolution(call: Call) -> Span:
    kernel = call.argument(1, "weight").shape[-2:]
    padding, dilation = call.argument(4, "padding", 0), _pair(call.argument(5, "dilation", 1))
    if isinstance(padding, str):
        same = padding == "same"
        padding = [same * (size - 1) * apart // 2 for size, apart in zip(kernel, dilation, strict=True)]
    channels_mixed = mix(call.span(call.input), [-3], reduced=True)
    return _windowed(channels_mixed, call, kernel, call.argument(3, "stride", 1), padding, dilation)


def _max_pooling(call: Call) -> Span:
    kernel = call.argument(1, "kernel_size")
    stride, padding, dilation = (
        call.argument(2, "stride"),
        call.argument(3, "padding", 0),
        call.argument(4, "dilation", 1),
    )
    return _windowed(call.span(call.input), call, kernel, stride or kernel, padding, dilation)


def _average_pooling(call: Call) -> Span:
    kernel = call.argument(1, "kernel_size")
    stride, padding = call.argument(2, "stride"), call.argument(3, "padding", 0)
    return _windowed(call.span(call.input), call, kernel, stride or kernel, padding, 1)


def _windowed(span: Span, call: Call, *sizes: int | Sequence[int]) -> Span:
    """Behind windows of these sizes, strides, paddings and dilations, in rows and columns."""
    for dim, (size, stride, padding, dilation) in zip((-2, -1), zip(*map(_pair, sizes), strict=True), strict=True):
        span = Window(size, stride, padding, dilation).over(span, dim, call.outputs[0].shape[dim])
    return span


def _pair(size: int | Sequence[int]) -> Sequence[int]:
    return (size, size) if isinstance(size, int) else (size[0], size[-1])


def _adaptive_pooling(call: Call) -> Span:
    span = call.span(call.input)
    for dim in (-2, -1):
        before, after = call.input.shape[dim], call.outputs[0].shape[dim]
        if before > after == 1:
            span = mix(span, [dim], reduced=True)
        elif before % after == 0:
            span = Window(before // after, before // after).over(span, dim, after)
        else:
            # Windows of uneven lengths: the positions lie on no grid any more.
            place = torch.arange(after)[:, None]
            taps = place * before // after + torch.arange(before)
            span = replace(gather(span, dim, torch.where(taps * after < (place + 1) * before, taps, -1)), regular=None)
    return span


ELEMENTWISE = """
    abs add alpha_dropout batch_norm bfloat16 celu clamp clone contiguous detach div double dropout dropout2d elu exp
    feature_dropout float gelu half hardsigmoid hardswish hardtanh iadd imul isub itruediv leaky_relu lerp
    local_response_norm log logsigmoid masked_fill maximum minimum mish mul neg pow prelu radd relu relu6 rmul rrelu
    rsqrt rsub rtruediv selu sigmoid silu softplus softsign sqrt square sub tanh to truediv where
"""
MOVING = """
    chunk expand flatten flip getitem movedim moveaxis narrow permute pixel_unshuffle repeat reshape roll select split
    squeeze swapaxes swapdims tensor_split transpose unbind unflatten unsqueeze view
"""
INDEPENDENT = """
    empty_like full_like new_empty new_full new_ones new_zeros ones_like rand_like randn_like zero zeros_like
"""
REACHES: Mapping[str, Reach] = {
    **dict.fromkeys(ELEMENTWISE.split(), _elementwise),
    **dict.fromkeys(MOVING.split(), _moved),
    **dict.fromkeys(INDEPENDENT.split(), _independent),
    **dict.fromkeys(("amax", "amin", "logsumexp", "mean", "sum"), _reduced),
    **dict.fromkeys(("group_norm", "instance_norm"), _mixing_all),
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    **dict.fromkeys(("multi_head_attention_forward", "scaled_dot_product_attention"), everything),
    **dict.fromkeys(("matmul", "bmm"), _matmul),
    **dict.fromkeys(("cat", "concat"), _joined),
    **dict.fromkeys(("adaptive_avg_pool2d", "adaptive_max_pool2d"), _adaptive_pooling),
    "avg_pool2d": _average_pooling,
    "max_pool2d": _max_pooling,
    "conv2d": _convolution,
    "linear": _linear,
    "layer_norm": _layer_norm,
    "normalize": _normalize,
    "pad": _padded,
}
"""By the names of torch's functions, methods and operators."""
