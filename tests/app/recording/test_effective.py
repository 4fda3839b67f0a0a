"""The effective field is the shortest crop that holds a share of what moves the unit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from app.errors import Fault
from app.recording.effective import effective_fields
from app.recording.fields import Fields
from app.recording.images import Preprocessing
from app.recording.models import Model
from app.recording.network import Network
from app.recording.theoretical import theoretical_fields
from app.recording.torchvision_ import torchvision

PLAIN = Preprocessing(40, 40, (0.5, 0.4, 0.3), (0.2, 0.2, 0.3), "bilinear")


def model_of(module: nn.Module, side: int = 40) -> Model:
    preprocessing = dataclasses.replace(PLAIN, resize=side, crop=side)
    return Model("it", module.eval().requires_grad_(False), preprocessing, "random", "")


def noise(count: int, side: int = 40) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def only(channel: int, channels: int) -> np.ndarray:
    return np.eye(channels, dtype=np.float32)[channel]


def convolution(rows: list[float], columns: list[float], stride: int = 1) -> nn.Conv2d:
    """Channel 0 weighs the pixels around it so; channel 1 sees the pixel in the middle alone."""
    layer = nn.Conv2d(3, 2, (len(rows), len(columns)), stride, (len(rows) // 2, len(columns) // 2))
    layer.weight.data.zero_()
    layer.weight.data[0] = torch.tensor(rows)[:, None] * torch.tensor(columns)
    layer.weight.data[1, :, len(rows) // 2, len(columns) // 2] = 1
    return layer


def effective(layer: nn.Module, weights: np.ndarray, share: float) -> Fields:
    network = Network(model_of(nn.Sequential(layer)), ["0"])
    fields = theoretical_fields(network, ["0"])["0"]
    return effective_fields(network, "0", weights, noise(2), fields, share)


@pytest.mark.parametrize(
    ("rows", "share", "first", "stop"),
    [
        # The first and one past the last line, from the unit's own; by hand.
        ([1, 1, 1, 1, 1], 0.95, -2, 3),
        ([1, 1, 1, 1, 1], 0.55, -2, 1),  # three of five, and of those alike the first
        ([0, 1, 8, 1, 0], 0.80, 0, 1),
        ([0, 1, 8, 1, 0], 0.95, -1, 2),
        ([0, 1, -8, 1, 0], 0.95, -1, 2),  # what lowers it counts as well
        ([0, 0, 0, 1, 9], 0.90, 2, 3),  # skewed
        ([0, 0, 1, 0, 0], 1.00, 0, 1),
    ],
)
def test_the_field_is_the_one_computed_by_hand(rows: list[float], share: float, first: int, stop: int) -> None:
    fields = effective(convolution(rows, [0, 1, 0], stride=2), only(0, 2), share)
    assert fields.size == (stop - first, 1)
    assert fields.stride == (2, 2)
    assert fields.box(5, 7) == (10 + first, 10 + stop, 14, 15)
    assert fields.box(0, 0) == (max(first, 0), max(stop, 0), 0, 1)  # clipped to the image
    assert fields.bottom.max() <= 40


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(any),
    st.floats(0.05, 0.99),
)
def test_no_shorter_interval_holds_as_much(rows: list[int], share: float) -> None:
    size = effective(convolution([float(weight) for weight in rows], [1.0]), only(0, 2), share).size[0]
    assert size is not None
    enough, tolerance = share * sum(rows), 1e-5 * sum(rows)
    held = {length: max(sum(rows[i : i + length]) for i in range(8 - length)) for length in range(8)}
    assert held[size] >= enough - tolerance
    assert held[size - 1] <= enough + tolerance


def test_a_direction_sees_what_its_channels_see() -> None:
    layer = convolution([1, 1, 1, 1, 1], [1, 1, 1])
    assert effective(layer, only(0, 2), 0.95).size == (5, 3)
    assert effective(layer, only(1, 2), 0.95).size == (1, 1)
    assert effective(layer, np.array([1, 1000], dtype=np.float32), 0.95).size == (1, 1)
    assert effective(layer, np.array([-1, 1e-6], dtype=np.float32), 0.95).size == (5, 3)


def test_a_unit_that_nothing_moves_is_told() -> None:
    with pytest.raises(Fault, match=r"none of the 2 images .* the unit of 0 .* Use the measured field"):
        effective(convolution([1], [1]), np.zeros(2, dtype=np.float32), 0.95)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("squeezenet1_1", "features.7.expand3x3"),
        ("resnet18", "layer3.0.bn1"),
        ("mobilenet_v2", "features.4.conv.0.1"),
        ("googlenet", "inception3a.branch2.1.bn"),
        ("densenet121", "features.denseblock2.denselayer1.norm2"),
        ("swin_t", "features.3.0"),
        ("convnext_tiny", "features.3.0"),
        ("efficientnet_b0", "features.3"),
    ],
)
def test_it_lies_within_the_field_that_could_matter(name: str, layer: str) -> None:
    """In all these networks, functions that work in place come before the layer, behind it, or both."""
    torch.manual_seed(0)
    built = torchvision.models.get_model(name, weights=None, **({"init_weights": False} if name == "googlenet" else {}))
    network = Network(model_of(built, 96), [layer])
    whole = theoretical_fields(network, [layer])[layer]
    shape = network.shapes[layer]
    fields = effective_fields(network, layer, only(3, shape.channels), noise(2, 96), whole)
    row = shape.height // 2
    top, bottom, left, right = fields.box(row, row)
    outer = whole.box(row, row)
    assert outer[0] <= top < bottom <= outer[1]
    assert outer[2] <= left < right <= outer[3]
    assert all((fields.bottom - fields.top) <= (fields.size[0] or 0))


def test_tokens_share_the_image_evenly() -> None:
    torch.manual_seed(0)
    transformer = torchvision.models.VisionTransformer(32, 8, 1, 2, 12, 24, num_classes=5)
    network = Network(model_of(transformer, 32), ["encoder.dropout", "encoder.ln"])
    computed = theoretical_fields(network, ["encoder.dropout", "encoder.ln"])
    tokens = effective_fields(
        network, "encoder.dropout", only(0, 12), noise(1, 32), computed["encoder.dropout"], share=1.0
    )
    assert [tokens.box(row, 0) for row in range(4)] == [(8 * row, 8 * row + 8, 0, 8) for row in range(4)]
    mixed = effective_fields(network, "encoder.ln", only(2, 12), noise(1, 32), computed["encoder.ln"], share=1.0)
    assert mixed.size == (32, 32)
    assert [mixed.box(row, 2) for row in range(4)] == [(0, 16, 0, 32), (0, 24, 0, 32), (0, 32, 0, 32), (8, 32, 0, 32)]


def test_parameters_that_learn_are_left_alone() -> None:
    layer = convolution([1, 1, 1], [1])
    network = Network(model_of(nn.Sequential(layer)), ["0"])
    layer.requires_grad_(True)
    effective_fields(network, "0", only(0, 2), noise(1), theoretical_fields(network, ["0"])["0"])
    assert layer.weight.grad is None
