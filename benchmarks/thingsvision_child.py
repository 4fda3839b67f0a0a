"""Images to features with thingsvision, timed. benchmarks/recording.py runs this in an environment that has it.

    PYTHON benchmarks/thingsvision_child.py MODEL LAYER FOLDER BATCH [WORKERS]

Both ways are those of thingsvision's README: its extractor with its own preprocessing (short side 256, middle 224,
ImageNet's means) on the CPU, with torch's own number of threads, flattened features kept in memory and not saved.
Without WORKERS its `ImageDataset` and `DataLoader`, which read in the process that extracts. With WORKERS the
pipeline of one's own: torch's `DataLoader` with so many worker processes on the same dataset.

The last word on stdout is the seconds from the first file to the last feature. Imports, building the model and one
forward pass to warm up are not among them.
"""

from __future__ import annotations

import runpy
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

# One mending of torchvision for both environments. It is run as a file, because the package `app` is not in this one;
# the name keeps what it defines alive.
MENDED = runpy.run_path(str(Path(__file__).parents[1] / "app" / "recording" / "torchvision_.py"))


def with_its_loader(extractor: Any, layer: str, dataset: Any, batch: int) -> list[np.ndarray]:
    from thingsvision.utils.data import DataLoader

    batches = DataLoader(dataset=dataset, batch_size=batch, backend=extractor.get_backend())
    return [extractor.extract_features(batches=batches, module_name=layer, flatten_acts=True, output_type="ndarray")]


def with_workers(extractor: Any, layer: str, dataset: Any, batch: int, workers: int) -> list[np.ndarray]:
    batches = torch.utils.data.DataLoader(dataset, batch, num_workers=workers)
    with extractor.batch_extraction(layer, output_type="ndarray") as open_extractor:
        return [open_extractor.extract_batch(batch=images, flatten_acts=True) for images in batches]


def extract(model: str, layer: str, folder: Path, batch: int, workers: int) -> tuple[float, list[np.ndarray]]:
    """Seconds taken, and in order of the images' names arrays of features, n x (channels * height * width)."""
    from thingsvision import get_extractor
    from thingsvision.utils.data import ImageDataset

    torch.manual_seed(0)  # for the random weights that benchmarks/recording.py has
    extractor = get_extractor(model_name=model, source="torchvision", device="cpu", pretrained=False)
    transforms = extractor.get_transformations(resize_dim=256, crop_dim=224)
    with torch.no_grad():
        extractor.model(torch.zeros(batch, 3, 224, 224))
    with tempfile.TemporaryDirectory() as out:  # the dataset writes its images' names there
        start = time.perf_counter()
        dataset = ImageDataset(root=str(folder), out_path=out, backend=extractor.get_backend(), transforms=transforms)
        if workers:
            features = with_workers(extractor, layer, dataset, batch, workers)
        else:
            features = with_its_loader(extractor, layer, dataset, batch)
        return time.perf_counter() - start, features


def main(model: str, layer: str, folder: str, batch: str, workers: str = "0") -> None:
    seconds, _ = extract(model, layer, Path(folder), int(batch), int(workers))
    print(seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
