"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # whichever tests are run, and whatever screen there is


@pytest.fixture(scope="session")
def squeezenet_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state dict of squeezenet1_1 with random weights: enough for everything but beauty."""
    import torch

    from app.recording.torchvision_ import torchvision

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "squeezenet.pth"
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(), path)
    return path


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of twelve colourful noise photographs of different sizes, with texture at several scales."""
    import numpy as np
    from PIL import Image

    folder = tmp_path_factory.mktemp("photographs")
    rng = np.random.default_rng(1)
    for number in range(12):
        coarse = Image.fromarray(rng.integers(0, 256, (9, 11, 3), dtype=np.uint8))
        size = (120 + 13 * number, 100 + 7 * number)
        coarse.resize(size, Image.Resampling.BICUBIC).save(folder / f"photograph-{number:02}.png")
    return folder
