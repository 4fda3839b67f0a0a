"""A crop is all that an activation was computed from, whether that was measured or computed from the layers' sizes."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from app.errors import Fault
from app.recording.fields import Fields, measured_fields
from app.recording.grid import Grid
from app.recording.images import Preprocessing
from app.recording.models import Model
from app.recording.network import Network
from app.recording.theoretical import theoretical_fields
from app.recording.torchvision_ import torchvision

PLAIN = Preprocessing(96, 96, (0.5, 0.4, 0.3), (0.2, 0.2, 0.3), "bilinear")
Kind = Callable[[Network, Sequence[str]], dict[str, Fields]]


def measured(network: Network, layers: Sequence[str]) -> dict[str, Fields]:
    told: list[tuple[int, int]] = []
    fields = measured_fields(network, layers, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    return fields


KINDS = pytest.mark.parametrize("kind", [measured, theoretical_fields])


def model_of(module: nn.Module, side: int = 96) -> Model:
    preprocessing = dataclasses.replace(PLAIN, resize=side, crop=side)
    return Model("it", module.eval().requires_grad_(False), preprocessing, "random", "")


def random_model(name: str, side: int = 96) -> Model:
    torch.manual_seed(0)
    settings = {"init_weights": False, "transform_input": True} if name == "googlenet" else {}
    if name == "vgg11":  # its classifier would take seconds to make
        layers = torchvision.models.vgg.make_layers(torchvision.models.vgg.cfgs["A"])
        return model_of(nn.Sequential(OrderedDict(features=layers)), side)
    return model_of(torchvision.models.get_model(name, weights=None, **settings), side)


def noise(count: int, side: int = 96) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def fields_of(kind: Kind, model: Model, layer: str) -> Fields:
    return kind(Network(model, [layer]), [layer])[layer]


def assert_same(found: Fields, expected: Fields) -> None:
    for side in ("top", "bottom", "left", "right"):
        np.testing.assert_array_equal(getattr(found, side), getattr(expected, side))


@KINDS
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
def test_fields_are_those_computed_by_hand(
    kind: Kind, name: str, layer: str, size: int, stride: int, first: tuple[int, int]
) -> None:
    fields = fields_of(kind, random_model(name), layer)
    assert fields.size == (size, size)
    assert fields.stride == (stride, stride)
    assert (fields.top[0], fields.bottom[0]) == first
    whole = np.flatnonzero(fields.bottom - fields.top == size)
    assert set(np.diff(fields.top[whole])) == {stride}
    assert np.array_equal(fields.top, fields.left)
    assert np.array_equal(fields.bottom, fields.right)


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("squeezenet1_1", ["features.3.expand3x3", "features.5", "features.7", "features.12", "classifier.3"]),
        ("resnet18", ["maxpool", "layer1", "layer2.0.downsample", "layer3.1.relu#2", "layer4", "avgpool", "fc"]),
        ("mobilenet_v2", ["features.1", "features.4.conv.0.1", "features.7", "features.18", "classifier"]),
        ("googlenet", ["conv1", "maxpool1", "maxpool2", "inception3a.branch4", "inception3b", "maxpool4", "dropout"]),
        ("densenet121", ["features.pool0", "features.denseblock1", "features.transition1", "features.denseblock4"]),
        ("vgg11", ["features.2", "features.9", "features.15"]),
        ("alexnet", ["features.2", "features.12", "avgpool", "classifier.1"]),
        ("convnext_tiny", ["features.0", "features.1.0.block.2", "features.1.1", "features.2"]),
        ("swin_t", ["features.0", "features.1.0", "features.1.1.attn", "features.2", "features.3.0"]),
        ("efficientnet_b0", ["features.0", "features.1.0.block.0", "features.1.0.block.1", "features.3", "avgpool"]),
        ("shufflenet_v2_x0_5", ["maxpool", "stage2.0", "stage2.2.branch2", "stage3"]),
    ],
)
def test_measured_and_computed_fields_are_the_same_to_the_pixel(name: str, layers: list[str]) -> None:
    """Borders included: neither method knows of the other."""
    network = Network(random_model(name), layers)
    by_nan, by_sizes = measured(network, layers), theoretical_fields(network, layers)
    for layer in layers:
        assert_same(by_nan[layer], by_sizes[layer])
        for seen, computed in zip(by_nan[layer].size, by_sizes[layer].size, strict=True):
            # A field may be too large to be measured; one in windowed attention too irregular to be computed.
            assert seen == computed or seen is None or name == "swin_t"
        for seen, computed in zip(by_nan[layer].stride, by_sizes[layer].stride, strict=True):
            assert seen == computed or seen is None


class Branches(nn.Module):
    """Two branches of different reach that are added."""

    def __init__(self, one: nn.Module, other: nn.Module) -> None:
        super().__init__()
        self.one, self.other = one, other

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.one(images)
        out += self.other(images)
        return out


def small_convolution(kernel: int, stride: int, padding: int, dilation: int) -> nn.Conv2d:
    return nn.Conv2d(3, 3, kernel, stride=stride, padding=padding, dilation=dilation)


CONVOLUTION = st.builds(
    small_convolution,
    kernel=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
)
POOLING = st.builds(
    nn.MaxPool2d,
    kernel_size=st.integers(2, 3),
    stride=st.integers(1, 2),
    padding=st.integers(0, 1),
    ceil_mode=st.booleans(),
)
SAME = st.builds(
    lambda kernels: Branches(*(nn.Conv2d(3, 3, 2 * kernel + 1, padding=kernel) for kernel in kernels)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(CONVOLUTION, POOLING, SAME), min_size=1, max_size=4), st.integers(30, 40))
def test_any_stack_of_layers_has_the_same_fields_either_way(layers: list[nn.Module], side: int) -> None:
    try:
        network = Network(model_of(nn.Sequential(*layers), side), [""])
    except Fault:
        reject()  # nothing is left of the image, or as many positions as channels
    by_nan, by_sizes = measured(network, [""])[""], theoretical_fields(network, [""])[""]
    assert_same(by_nan, by_sizes)
    assert by_nan.size in (by_sizes.size, (None, None))
    assert by_nan.stride in (by_sizes.stride, (None, None))


def test_lines_that_the_network_leaves_out_do_not_pass_for_the_end_of_a_field() -> None:
    """In an image of 202 pixels, twice the side, the last line of all is seen by no position of this layer."""
    fields = fields_of(measured, random_model("squeezenet1_1", 101), "features.12")
    assert fields.size == (None, None)  # 207 pixels


@KINDS
def test_pixels_outside_the_crop_change_nothing_and_pixels_inside_do(kind: Kind) -> None:
    network = Network(random_model("squeezenet1_1"), ["features.4"])
    fields = kind(network, ["features.4"])["features.4"]
    rows, columns = Grid(fields).positions(3, "ab" * 32)
    row, column = int(rows[1]), int(columns[-1])
    top, bottom, left, right = fields.box(row, column)

    def activation(pixels: np.ndarray) -> Tensor:
        return network.run(network.prepare(pixels), {"features.4": lambda output: output[0, :, row, column].clone()})[
            "features.4"
        ]

    pixels = noise(1)
    other = 255 - pixels
    other[0, top:bottom, left:right] = pixels[0, top:bottom, left:right]
    was = activation(pixels)
    torch.testing.assert_close(was, activation(other), rtol=1e-5, atol=1e-6)
    for y, x in ((top, left), (bottom - 1, right - 1)):
        touched = pixels.copy()
        touched[0, y, x] = 255 - touched[0, y, x]
        assert not torch.equal(activation(touched), was)


def test_fields_on_the_grid_neither_overlap_nor_reach_into_the_padding() -> None:
    fields = fields_of(measured, random_model("squeezenet1_1"), "features.4")
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


@KINDS
def test_fields_that_are_all_cut_do_not_pass_for_whole(kind: Kind) -> None:
    """At 216 pixels the field of this layer, 211 wide, fits between no two positions: the widest seen is 209."""
    fields = fields_of(kind, random_model("resnet18", 216), "layer3.1.bn2")
    assert fields.size == (211, 211)
    assert (fields.bottom - fields.top).max() == 209
    with pytest.raises(Fault, match="211 x 211"):
        Grid(fields)


@KINDS
def test_a_field_with_holes_is_whole_only_with_all_its_taps(kind: Kind) -> None:
    dilated = nn.Conv2d(3, 1, 3, stride=32, padding=45, dilation=45)
    fields = fields_of(kind, model_of(nn.Sequential(dilated), 100), "0")
    assert fields.size == (91, 91)
    with pytest.raises(Fault, match="91 x 91"):
        Grid(fields)


@KINDS
def test_a_field_that_is_longer_than_wide(kind: Kind) -> None:
    oblong = nn.Conv2d(3, 1, (7, 3), padding=(3, 1))
    fields = fields_of(kind, model_of(nn.Sequential(oblong), 40), "0")
    assert fields.size == (7, 3)
    assert Grid(fields).step == (7, 3)


@KINDS
def test_a_layer_that_mixes_all_positions_is_refused(kind: Kind) -> None:
    fields = fields_of(kind, random_model("efficientnet_b0", 64), "features.2.0.block.2")
    assert fields.size == (None, None)
    with pytest.raises(Fault, match="as large as the image"):
        Grid(fields)


def test_a_layer_that_is_pooled_to_a_fixed_size_is_not_measured_in_a_larger_image() -> None:
    """There its windows would be larger, and so would the field."""
    layers = nn.Conv2d(3, 4, 1), nn.AdaptiveAvgPool2d(3), nn.AdaptiveAvgPool2d(2)
    fields = fields_of(measured, model_of(nn.Sequential(*layers[:2]), 40), "1")
    assert list(fields.bottom - fields.top) == [14, 14, 14]
    assert fields.size == (14, 14)
    assert fields_of(measured, model_of(nn.Sequential(layers[0], layers[2]), 40), "1").size == (None, None)


@KINDS
def test_tokens_and_vectors_have_fields_too(kind: Kind) -> None:
    torch.manual_seed(0)
    transformer = torchvision.models.VisionTransformer(32, 8, 1, 2, 12, 24, num_classes=5)
    layers = ["conv_proj", "encoder.dropout", "encoder.ln", "heads"]
    fields = kind(Network(model_of(transformer, 32), layers), layers)
    for layer in ("conv_proj", "encoder.dropout"):
        assert list(fields[layer].top) == [0, 8, 16, 24]
        assert list(fields[layer].right) == [8, 16, 24, 32]
        assert fields[layer].size == (8, 8)  # the network takes no larger image to see it in
    assert list(fields["encoder.ln"].bottom - fields["encoder.ln"].top) == [32] * 4
    assert fields["heads"].box(0, 0) == (0, 32, 0, 32)
    assert fields["heads"].size == fields["encoder.ln"].size == (None, None)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_fields_do_not_depend_on_the_precision(dtype: str) -> None:
    network = Network(random_model("squeezenet1_1", 64), ["features.4"], dtype=dtype)
    assert measured(network, ["features.4"])["features.4"].size == (23, 23)
    assert theoretical_fields(network, ["features.4"])["features.4"].size == (23, 23)


def test_a_network_that_works_in_half_precision_by_itself_is_measured_in_it() -> None:
    class Halved(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, images: Tensor) -> Tensor:
            out: Tensor = self.layer(images.bfloat16())
            return out

    network = Network(model_of(Halved(), 24), ["layer"], dtype="bfloat16")
    before = {name: tensor.clone() for name, tensor in network.model.module.state_dict().items()}
    fields = measured(network, ["layer"])["layer"]
    top, bottom, left, right = fields.box(12, 12)
    assert top <= 11 < 14 <= bottom  # never smaller than it is; larger where the processor goes tile by tile
    assert left <= 11 < 14 <= right
    after = network.model.module.state_dict()
    assert all(
        torch.equal(after[name], tensor) and after[name].dtype == tensor.dtype for name, tensor in before.items()
    )


@KINDS
def test_a_network_that_takes_a_fixed_number_of_images_is_given_so_many(kind: Kind) -> None:
    class Three(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Conv2d(3, 2, 3, padding=1)

        def forward(self, images: Tensor) -> Tensor:
            assert images.shape == (3, 3, 24, 24)
            out: Tensor = self.layer(images)
            return out

    model = dataclasses.replace(model_of(Three(), 24), batch=3)
    assert fields_of(kind, model, "layer").size == (3, 3)


def test_a_deep_field_is_computed_where_no_image_shows_it() -> None:
    fields = fields_of(theoretical_fields, random_model("resnet18", 64), "layer4")
    assert fields.size == (435, 435)
    assert fields.stride == (32, 32)


class Turned(nn.Module):
    """Its second layer is computed by an operation that is not known; its third from what that gives."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = nn.Conv2d(3, 3, 3), nn.Upsample(scale_factor=2), nn.Conv2d(3, 3, 3)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.third(self.second(self.first(images)))
        return out


def test_an_unknown_operation_is_named_where_a_field_depends_on_it() -> None:
    model = model_of(Turned(), 32)
    assert fields_of(theoretical_fields, model, "first").size == (3, 3)
    for layer in ("second", "third"):
        with pytest.raises(Fault, match=rf"field of {layer} .*'interpolate' reaches is not known.*measured field"):
            fields_of(theoretical_fields, model, layer)
    assert fields_of(measured, model, "third").size is not None


class Overwriting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Identity()

    def forward(self, images: Tensor) -> Tensor:
        canvas = images.new_zeros(images.shape)
        canvas[:, :, 1:] = images[:, :, :-1]
        out: Tensor = self.layer(canvas.relu())
        return out


def test_writing_into_a_tensor_is_not_lost_on_the_computed_field() -> None:
    with pytest.raises(Fault, match="setitem"):
        fields_of(theoretical_fields, model_of(Overwriting(), 16), "layer")
