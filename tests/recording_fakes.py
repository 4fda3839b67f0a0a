"""Networks with random weights and images in memory, for the tests of recording."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from app.recording.fields import Fields
from app.recording.images import Preprocessing, Unreadable
from app.recording.models import Model
from app.recording.network import Network
from app.recording.recorder import Recorder
from app.recording.torchvision_ import torchvision
from app.recording.units import Places, Unit

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.2, 0.3)


class FakeSource:
    """Images in memory. A name that is not there cannot be read."""

    description = "a fake"

    def __init__(self, images: dict[str, bytes], names: Sequence[str] | None = None) -> None:
        self.images = images
        self.names = sorted(images) if names is None else names

    def read(self, name: str) -> bytes:
        if name not in self.images:
            raise Unreadable("gone")
        return self.images[name]


def noise(count: int, side: int = 64) -> FakeSource:
    images = {}
    for number in range(count):
        coarse = np.random.default_rng(number).integers(0, 256, (9, 9, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(coarse).resize((side + number % 3, side), Image.Resampling.BICUBIC).save(buffer, "PNG")
        images[f"{number:03}.png"] = buffer.getvalue()
    return FakeSource(images)


def random_model(name: str, side: int = 64) -> Model:
    torch.manual_seed(0)
    settings = {"init_weights": False} if name == "googlenet" else {}
    settings |= {"image_size": side} if name.startswith("vit") else {}
    module = torchvision.models.get_model(name, weights=None, **settings).eval().requires_grad_(False)
    return Model(name, module, Preprocessing(side, side, MEAN, STD, "bilinear"), "random", "")


def everywhere(network: Network, layer: str) -> Fields:
    """Fields of two pixels that no border cuts, as far apart as the positions: every position is on the grid."""
    shape = network.shapes[layer]
    rows, columns = np.arange(shape.height) * 2, np.arange(shape.width) * 2
    return Fields(rows, rows + 2, columns, columns + 2, (2, 2))


def recorder_of(model: Model, units: Sequence[Unit], source: FakeSource, batch: int = 1, threads: int = 2) -> Recorder:
    network = Network(model, [unit.layer for unit in units])
    places = [Places(unit, network.shapes[unit.layer], everywhere(network, unit.layer), seed=3) for unit in units]
    return Recorder(network, units, places, source, batch=batch, threads=threads)
