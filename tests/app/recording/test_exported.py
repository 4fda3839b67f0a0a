"""Networks out of programs that torch.export.save wrote."""

from __future__ import annotations

import hashlib
import json
import warnings
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from app.errors import Fault
from app.recording.models import Model, load_model
from app.recording.network import Network

SIDE = 16
PREPROCESSING = {"resize": SIDE, "crop": SIDE, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear"}
FREE = {0: Dim("batch")}
Save = Callable[..., Path]


class Net(nn.Module):
    """A small network of what is hard: named parts, in-place functions, a part that runs twice, a constant."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
        self.twice = nn.Conv2d(6, 6, 1)
        self.relu = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.relu(self.twice(self.relu(self.twice(x))))
        x = x + torch.tensor([0.5])
        return self.head(self.drop(x.mean((2, 3))))


class Of(nn.Module):
    """A function as a network."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *args: Any, **kwargs: Any) -> Tensor:
        return self.function(*args, **kwargs)


def export(path: Path, network: nn.Module, *inputs: Any, **options: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own use of what it deprecates
        program = torch.export.export(network, inputs or (torch.randn(2, 3, SIDE, SIDE),), **options)
        torch.export.save(program, path)
    return path


def load(path: Path, weights: str = "DEFAULT", **changes: object) -> Model:
    return load_model(path.name, weights, path.parent, PREPROCESSING | changes, allow_code=True)


@pytest.fixture
def network() -> Net:
    return Net().eval()


@pytest.fixture
def free(network: Net, tmp_path: Path) -> Path:
    return export(tmp_path / "free.pt2", network, dynamic_shapes=(FREE,))


def images(n: int) -> Tensor:
    return torch.randn(n, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def heard(network: nn.Module, name: str, x: Tensor) -> Tensor:
    """What a part of an ordinary network gives, the first time that it runs."""
    found: list[Tensor] = []
    handle = network.get_submodule(name).register_forward_hook(lambda _m, _i, output: found.append(output.clone()))
    with torch.inference_mode():
        network(x)
    handle.remove()
    return found[0]


def test_its_layers_give_what_they_gave_in_the_network_that_was_exported(network: Net, free: Path) -> None:
    """Through Network, which lays it out channels last and cuts the pass off behind the last layer."""
    model = load(free)
    assert (model.name, model.weights, model.batch, model.ran_code) == ("free.pt2", "DEFAULT", None, True)
    x = images(3)
    for layer in ("stem.0", "stem.1", "stem", "head"):
        found = Network(model, [layer]).run(x, {layer: Tensor.clone})[layer]
        assert torch.allclose(found.reshape(len(x), -1), heard(network, layer, x).reshape(len(x), -1), atol=1e-5), layer
    first = Network(model, ["twice#1"]).run(x, {"twice#1": Tensor.clone})["twice#1"]
    assert torch.allclose(first, heard(network, "twice", x), atol=1e-5)


def test_a_fixed_number_of_images_is_told(network: Net, tmp_path: Path) -> None:
    model = load(export(tmp_path / "fixed.pt2", network))
    assert model.batch == 2
    x = images(2)
    with torch.inference_mode():
        assert torch.allclose(model.module(x), network(x), atol=1e-5)
    assert Network(model, ["stem"]).shapes["stem"].channels == 6


def test_a_number_of_images_between_limits_is_fixed_to_one_between_them(network: Net, tmp_path: Path) -> None:
    path = export(tmp_path / "some.pt2", network, images(4), dynamic_shapes=({0: Dim("batch", min=3, max=8)},))
    assert load(path).batch == 4


def test_threads_share_it(network: Net, tmp_path: Path) -> None:
    """Also where the signature of a part that runs twice was preserved, for which torch counts the calls."""
    path = export(
        tmp_path / "kept.pt2", network, dynamic_shapes=(FREE,), preserve_module_call_signature=("twice", "relu")
    )
    shared = Network(load(path), ["twice#2"])
    batches = [images(1) + shift for shift in range(4)]

    def run(x: Tensor) -> Tensor:
        return shared.run(x, {"twice#2": Tensor.clone})["twice#2"]

    alone = [run(x) for x in batches]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(run, batches * 10))
    assert all(torch.equal(a, b) for a, b in zip(together, alone * 10, strict=True))


def test_its_constants_go_with_it_to_another_type(free: Path) -> None:
    moved = load(free).module.to(torch.float64)
    assert moved(images(1).double()).dtype == torch.float64
    assert all(tensor.dtype != torch.float32 for tensor in moved.buffers())


def test_the_hash_is_the_files(free: Path) -> None:
    assert load(free).weights_sha256 == hashlib.sha256(free.read_bytes()).hexdigest()


def test_loading_one_can_run_anything_and_so_must_be_allowed(free: Path, tmp_path: Path) -> None:
    """Torch evaluates the expressions for free sizes. If this fails, torch has mended that, and so can we."""
    hostile, ran = tmp_path / "hostile.pt2", tmp_path / "ran"
    code = f"__import__('pathlib').Path({str(ran)!r}).touch()"

    def altered(value: Any) -> Any:
        if isinstance(value, list):
            return [altered(item) for item in value]
        if isinstance(value, dict):
            return {key: code if key == "expr_str" else altered(item) for key, item in value.items()}
        return value

    with zipfile.ZipFile(free) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("models/model.json"):
                data = json.dumps(altered(json.loads(data))).encode()
            target.writestr(name.replace("free/", "hostile/"), data)
    with pytest.raises(Fault, match=r"Torch evaluates text out of hostile.pt2.*add --allow-code"):
        load_model("hostile.pt2", "DEFAULT", tmp_path, PREPROCESSING)
    assert not ran.exists()
    with pytest.raises(Fault, match=r"cannot be loaded by torch"):
        load(hostile)
    assert ran.exists()


def test_an_image_size_other_than_that_of_the_export_is_refused(network: Net, free: Path, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"for images of 16 x 16 pixels, and preprocessing.crop is 32"):
        load(free, crop=32, resize=32)
    sizes = {2: Dim("height"), 3: Dim("width")}
    path = export(tmp_path / "any.pt2", network, images(2), dynamic_shapes=(FREE | sizes,))
    assert Network(load(path, crop=32, resize=32), ["stem"]).shapes["stem"].height == 32


@pytest.mark.parametrize(
    "network",
    [
        Net(),
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)),
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.Dropout()),
        Of(lambda x: x + torch.rand_like(x)),
        Of(lambda x: nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.1)),
    ],
)
def test_one_that_was_exported_in_training_mode_is_refused(network: nn.Module, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"exported in training mode, or draws random numbers.*Call model.eval\(\)"):
        load(export(tmp_path / "training.pt2", network))


def test_training_mode_is_also_told_in_a_program_taken_apart(tmp_path: Path) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.InstanceNorm2d(4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for training in (True, False):
            program = torch.export.export(network.train(training), (images(2),)).run_decompositions()
            torch.export.save(program, tmp_path / f"{training}.pt2")
    with pytest.raises(Fault, match=r"exported in training mode"):
        load(tmp_path / "True.pt2")
    assert load(tmp_path / "False.pt2").batch == 2


def test_attention_in_evaluation_mode_is_no_randomness(tmp_path: Path) -> None:
    attention = Of(lambda x: nn.functional.scaled_dot_product_attention(x, x, x))
    assert load(export(tmp_path / "attention.pt2", attention)).batch == 2


@pytest.mark.parametrize(
    ("network", "inputs", "options"),
    [
        (Of(lambda x, y: x + y), (images(1), images(1)), {}),
        (Of(lambda x: x), (torch.zeros(1, 1, SIDE, SIDE),), {}),
        (Of(lambda x: x), (torch.zeros(1, 3, SIDE, SIDE, dtype=torch.uint8),), {}),
        (Of(lambda x: x), (torch.zeros(3, SIDE, SIDE),), {}),
        (Of(lambda xs: xs[0]), ([images(1)],), {}),
        (Of(lambda x, scale: x * scale), (images(1), 2.0), {}),
    ],
)
def test_what_takes_something_else_than_colour_images_is_refused(
    network: nn.Module, inputs: tuple[Any, ...], options: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(Fault, match=r"must take one tensor of float32, \(images, 3, height, width\)"):
        load(export(tmp_path / "other.pt2", network, *inputs, **options))


def test_what_is_no_program_is_told(free: Path, tmp_path: Path) -> None:
    (tmp_path / "words.pt2").write_text("no zip archive")
    (tmp_path / "cut.pt2").write_bytes(free.read_bytes()[:-2000])
    torch.save(Net().state_dict(), tmp_path / "state.pt2")
    for name in ("words", "cut", "state"):
        with pytest.raises(Fault, match=r"is no program that torch.export.save wrote, or it is damaged"):
            load(tmp_path / f"{name}.pt2")
    with pytest.raises(Fault, match=r"There is no file"):
        load(tmp_path / "nowhere.pt2")
    with pytest.raises(Fault, match=r"brings its own weights"):
        load(free, "w.pth")


def test_a_damaged_program_is_told_without_a_traceback(
    free: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(free) as source, zipfile.ZipFile(tmp_path / "damaged.pt2", "w") as target:
        for name in source.namelist():
            if "/weights/" not in name:
                target.writestr(name, source.read(name))
    with pytest.raises(Fault, match=r"cannot be loaded by torch .* Export it again with this version"):
        load(tmp_path / "damaged.pt2")
    assert capfd.readouterr() == ("", "")


def test_the_preprocessing_must_be_given(free: Path) -> None:
    with pytest.raises(Fault, match=r"Nothing says how images are prepared for free.pt2"):
        load_model(free.name, "DEFAULT", free.parent, allow_code=True)
