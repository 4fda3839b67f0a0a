"""The list names every layer that a unit can be chosen from, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest
from torch import Tensor, nn

from app.errors import Fault
from app.recording.images import Preprocessing
from app.recording.layer_list import LayerRow, layers_table, list_layers
from app.recording.models import Model
from app.recording.network import Network
from app.recording.torchvision_ import torchvision

PLAIN = Preprocessing(64, 64, (0.5, 0.4, 0.3), (0.2, 0.2, 0.3), "bilinear")


def model_of(module: nn.Module, side: int = 64) -> Model:
    preprocessing = dataclasses.replace(PLAIN, resize=side, crop=side)
    return Model("it", module.eval().requires_grad_(False), preprocessing, "random", "")


def rows_of(module: nn.Module, side: int = 64) -> dict[str, LayerRow]:
    rows = list_layers(model_of(module, side), lambda done, total: None)
    assert len({row.name for row in rows}) == len(rows)
    return {row.name: row for row in rows}


def test_a_network_of_convolutions() -> None:
    rows = rows_of(torchvision.models.resnet18(weights=None))
    assert rows["conv1"] == LayerRow("conv1", "Conv2d", (64, 32, 32), "nchw", (2, 2), (7, 7))
    assert rows["layer1"] == LayerRow("layer1", "Sequential", (64, 16, 16), "nchw", (4, 4), (43, 43))
    assert rows["fc"] == LayerRow("fc", "Linear", (1000,), "vector", None, None)
    assert rows["layer4.1.conv2"].field is None  # 435 pixels: cut in any image of this size or twice that
    assert rows["layer4.1.conv2"].stride == (32, 32)
    # One module that runs twice in each block.
    assert rows["layer1.0.relu#1"].field == (19, 19)
    assert rows["layer1.0.relu#2"].field == (27, 27)
    assert "layer1.0.relu" not in rows


def test_each_layer_can_be_asked_for_by_the_name_it_is_listed_by() -> None:
    model = model_of(torchvision.models.squeezenet1_1(weights=None))
    rows = list_layers(model, lambda done, total: None)
    network = Network(model, [row.name for row in rows[::6]])
    for row in rows[::6]:
        shape = network.shapes[row.name]
        assert (row.layout, row.shape) == (shape.layout, (shape.channels, shape.height, shape.width))


def test_tokens() -> None:
    rows = rows_of(torchvision.models.VisionTransformer(32, 8, 1, 2, 12, 24, num_classes=5), 32)
    assert rows["conv_proj"].field == (8, 8)
    assert rows["encoder.ln"] == LayerRow("encoder.ln", "LayerNorm", (17, 12), "tokens", None, None)


class Odd(nn.Module):
    """Gives what cannot be laid out, and runs some layers never."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.unused, self.oblong = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3), nn.AvgPool2d((1, 2))
        self.counts = Counts()

    def forward(self, images: Tensor) -> Tensor:
        seen = self.seen(images)
        self.counts(self.oblong(seen))
        return seen.mean((2, 3))


class Counts(nn.Module):
    def forward(self, images: Tensor) -> Tensor:
        return (images > 0).sum()


def test_what_cannot_be_a_unit_is_left_out() -> None:
    assert list(rows_of(Odd(), 20)) == ["seen"]


def test_the_model_is_left_as_it_was() -> None:
    module = torchvision.models.squeezenet1_1(weights=None)
    rows_of(module)
    assert not any(layer._forward_hooks for layer in module.modules())


def test_progress_is_told_to_its_end() -> None:
    told: list[tuple[int, int]] = []
    list_layers(model_of(nn.Sequential(nn.Conv2d(3, 4, 3)), 40), lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (80, 80)


def test_a_size_that_the_network_does_not_take_is_told() -> None:
    with pytest.raises(Fault, match="does not take images of 2 pixels"):
        rows_of(torchvision.models.squeezenet1_1(weights=None), 2)


def test_the_table_lines_up() -> None:
    rows = [
        LayerRow("conv1", "Conv2d", (64, 112, 112), "nchw", (2, 2), (7, 7)),
        LayerRow("oblong", "AvgPool2d", (64, 56, 28), "nchw", (4, 8), (7, 9)),
        LayerRow("fc", "Linear", (1000,), "vector", None, None),
    ]
    assert layers_table(rows).splitlines() == [
        "layer   kind       gives           layout  stride (px)  receptive field (px)",
        "conv1   Conv2d     64 x 112 x 112  nchw    2            7 x 7",
        "oblong  AvgPool2d  64 x 56 x 28    nchw    4 x 8        7 x 9",
        "fc      Linear     1000            vector               whole image",
    ]
