"""What is recorded is what the network computes, and the crop is all that it was computed from."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from app.errors import Fault
from app.recording.grid import Grid
from app.recording.images import Preprocessing
from app.recording.layers import Fields, Layer
from app.recording.models import Model, load_model
from app.recording.torchvision_ import torchvision

PLAIN = Preprocessing(96, 96, (0.5, 0.4, 0.3), (0.2, 0.2, 0.3), "bilinear")


def random_model(name: str) -> Model:
    torch.manual_seed(0)
    module = torchvision.models.get_model(name, weights=None).eval().requires_grad_(False)
    return Model(name, module, PLAIN, "random", "")


@pytest.fixture(scope="module")
def squeezenet(squeezenet_weights: Path) -> Model:
    model = load_model("torchvision:squeezenet1_1", str(squeezenet_weights), Path())
    return dataclasses.replace(model, preprocessing=PLAIN)


def noise(count: int, side: int = 96) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("squeezenet1_1", "features.7.expand3x3"),
        ("resnet18", "layer2.0.bn1"),
        ("mobilenet_v2", "features.4.conv.0.1"),
    ],
)
def test_recorded_values_are_those_of_a_full_forward_pass(name: str, layer: str) -> None:
    """Each of these layers is followed by an activation function that works in place."""
    model, pixels, seen = random_model(name), noise(2), []
    module = dict(model.module.named_modules())[layer]
    handle = module.register_forward_hook(lambda m, i, output: seen.append(output.clone()))
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    mean, std = torch.tensor(PLAIN.mean), torch.tensor(PLAIN.std)
    model.module((images - mean[:, None, None]) / std[:, None, None])
    handle.remove()
    found = Layer(model, layer)(pixels)
    assert (found < 0).any()
    torch.testing.assert_close(found, seen[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "layer", "size", "stride", "first"),
    [
        # By hand: a layer of kernel k widens the field by (k - 1) times the stride so far.
        ("squeezenet1_1", "features.0", 3, 2, (0, 3)),  # 3x3, stride 2, no padding
        ("squeezenet1_1", "features.2", 7, 4, (0, 7)),  # + pooling 3x3: 3 + 2 * 2
        ("squeezenet1_1", "features.4", 23, 4, (0, 15)),  # + two 3x3 with padding 1: 7 + 8 + 8
        ("resnet18", "conv1", 7, 2, (0, 4)),  # 7x7, stride 2, padding 3: rows -3 to 3
        ("resnet18", "layer1", 43, 4, (0, 22)),  # 7 + 2 * 2 (pooling) + 4 * 2 * 4; centred on row 0
        ("mobilenet_v2", "features.4.conv.0.1", 19, 4, (0, 10)),  # 3 + 2 * 2 + 2 * 2 + 2 * 4
    ],
)
def test_receptive_fields_are_those_computed_by_hand(
    name: str, layer: str, size: int, stride: int, first: tuple[int, int]
) -> None:
    fields = Layer(random_model(name), layer).receptive_fields(silent)
    assert fields.size == (size, size)
    assert (fields.top[0], fields.bottom[0]) == first
    whole = np.flatnonzero(fields.bottom - fields.top == size)
    assert set(np.diff(fields.top[whole])) == {stride}
    assert np.array_equal(fields.top, fields.left)
    assert np.array_equal(fields.bottom, fields.right)


def test_pixels_outside_the_crop_change_nothing_and_pixels_inside_do(squeezenet: Model) -> None:
    layer = Layer(squeezenet, "features.4")
    fields = layer.receptive_fields(silent)
    rows, columns = Grid(fields).positions(3, "ab" * 32)
    row, column = int(rows[1]), int(columns[-1])
    top, bottom, left, right = fields.box(row, column)
    pixels = noise(1)
    other = 255 - pixels
    other[0, top:bottom, left:right] = pixels[0, top:bottom, left:right]
    was, outside = layer(pixels)[0, :, row, column], layer(other)[0, :, row, column]
    torch.testing.assert_close(was, outside, rtol=1e-5, atol=1e-6)
    for y, x in ((top, left), (bottom - 1, right - 1)):
        touched = pixels.copy()
        touched[0, y, x] = 255 - touched[0, y, x]
        assert not torch.equal(layer(touched)[0, :, row, column], was)


def test_fields_on_the_grid_neither_overlap_nor_reach_into_the_padding(squeezenet: Model) -> None:
    fields = Layer(squeezenet, "features.4").receptive_fields(silent)
    seen = set()
    for image in ("00" * 32, "7f" * 32, "ff" * 32):
        rows, columns = Grid(fields).positions(5, image)
        covered = np.zeros((96, 96), dtype=int)
        for row, column in zip(rows, columns, strict=True):
            top, bottom, left, right = fields.box(row, column)
            assert (bottom - top, right - left) == fields.size
            covered[top:bottom, left:right] += 1
        assert covered.max() == 1
        seen.add((rows[0], columns[0]))
    assert len(seen) > 1  # the offset differs from photograph to photograph


def test_a_layer_whose_fields_are_all_cut_is_refused() -> None:
    cut = Fields(np.array([0, 0]), np.array([96, 96]), np.array([0, 0]), np.array([96, 96]), (None, None))
    with pytest.raises(Fault, match="as large as the image"):
        Grid(cut)


def of_size(model: Model, side: int) -> Model:
    return dataclasses.replace(model, preprocessing=dataclasses.replace(PLAIN, resize=side, crop=side))


def test_fields_that_are_all_cut_do_not_pass_for_whole() -> None:
    """At 216 pixels the field of this layer, 211 wide, fits between no two positions: the widest seen is 209."""
    layer = Layer(of_size(random_model("resnet18"), 216), "layer3.1.bn2")
    fields = layer.receptive_fields(silent)
    assert fields.size == (211, 211)
    assert (fields.bottom - fields.top).max() == 209
    with pytest.raises(Fault, match="211 x 211"):
        Grid(fields)


def test_a_field_with_holes_is_whole_only_with_all_its_taps() -> None:
    dilated = torch.nn.Conv2d(3, 1, 3, stride=32, padding=45, dilation=45).requires_grad_(False)
    model = of_size(Model("dilated", torch.nn.Sequential(dilated), PLAIN, "", ""), 100)
    fields = Layer(model, "0").receptive_fields(silent)
    assert fields.size == (91, 91)
    with pytest.raises(Fault, match="91 x 91"):
        Grid(fields)


def test_a_field_that_is_longer_than_wide() -> None:
    oblong = torch.nn.Conv2d(3, 1, (7, 3), padding=(3, 1)).requires_grad_(False)
    model = of_size(Model("oblong", torch.nn.Sequential(oblong), PLAIN, "", ""), 40)
    fields = Layer(model, "0").receptive_fields(silent)
    assert fields.size == (7, 3)
    assert Grid(fields).step == (7, 3)


def test_a_layer_that_mixes_all_positions_is_refused() -> None:
    fields = Layer(of_size(random_model("efficientnet_b0"), 64), "features.2.0.block.2").receptive_fields(silent)
    assert fields.size == (None, None)
    with pytest.raises(Fault, match="as large as the image"):
        Grid(fields)


def test_a_size_that_the_network_does_not_take_is_told() -> None:
    with pytest.raises(Fault, match="does not take images of 2 pixels"):
        Layer(of_size(random_model("squeezenet1_1"), 2), "features.12").receptive_fields(silent)


def test_an_unknown_layer_lists_the_layers_there_are(squeezenet: Model) -> None:
    with pytest.raises(Fault, match=r"no layer 'feature\.4'.*Did you mean features\.4.*features\.12\.expand3x3"):
        Layer(squeezenet, "feature.4")


def test_a_layer_without_positions_is_told(squeezenet: Model) -> None:
    with pytest.raises(Fault, match="not channels at positions"):
        Layer(random_model("resnet18"), "fc")(noise(1))
