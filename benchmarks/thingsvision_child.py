"""Images to features with thingsvision, timed. benchmarks/recording.py runs this in an environment that has it.

    PYTHON benchmarks/thingsvision_child.py MODEL LAYER FOLDER BATCH [WORKERS]

The way of thingsvision's README, and the fastest that it documents: its extractor at its own preprocessing (short side
256, middle 224, ImageNet's means), flattened activations as a NumPy array, kept in memory and not saved, on the CPU
with torch's own number of threads. Batches come from its `ImageDataset` through its `DataLoader`, which has no worker
processes; with WORKERS, through torch's `DataLoader` with so many, as its README shows for custom data pipelines.

The last word on stdout is the seconds from the first file to the last feature. Imports, building the model and one
batch to warm up are not among them.
"""

from __future__ import annotations

import runpy
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

# One mending of torchvision for both environments. It is run as a file, because the package `app` is not in this one;
# the name keeps what it defines alive.
MENDED = runpy.run_path(str(Path(__file__).parents[1] / "app" / "recording" / "torchvision_.py"))


def batches(dataset: Any, batch: int, workers: int) -> Iterable[torch.Tensor]:
    """The images of a thingsvision dataset in batches of B x 3 x 224 x 224."""
    if workers:
        return torch.utils.data.DataLoader(dataset, batch, num_workers=workers)
    from thingsvision.utils.data import DataLoader

    found: Iterable[torch.Tensor] = DataLoader(dataset=dataset, batch_size=batch, backend="pt")
    return found


def extract(model: str, layer: str, folder: Path, batch: int, workers: int) -> tuple[float, np.ndarray]:
    """Seconds taken, and the features of the images in order of their names: N x (channels * height * width)."""
    from thingsvision import get_extractor
    from thingsvision.utils.data import ImageDataset

    torch.manual_seed(0)  # the random weights that benchmarks/recording.py has
    extractor = get_extractor(model_name=model, source="torchvision", device="cpu", pretrained=False)

    def dataset(names: list[str]) -> Any:
        return ImageDataset(
            root=str(folder),
            out_path=out,  # it insists on writing the names of the images somewhere
            backend=extractor.get_backend(),
            transforms=extractor.get_transformations(resize_dim=256, crop_dim=224),
            file_names=names,
        )

    def features(names: list[str], workers: int) -> np.ndarray:
        found: np.ndarray = extractor.extract_features(
            batches=batches(dataset(names), batch, workers),
            module_name=layer,
            flatten_acts=True,
            output_type="ndarray",
        )
        return found

    names = sorted(path.name for path in folder.iterdir())
    with tempfile.TemporaryDirectory() as out:
        features(names[:batch], 0)
        start = time.perf_counter()
        found = features(names, workers)
        return time.perf_counter() - start, found


def main(model: str, layer: str, folder: str, batch: str, workers: str = "0") -> None:
    seconds, _ = extract(model, layer, Path(folder), int(batch), int(workers))
    print(seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
