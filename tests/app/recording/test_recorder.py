"""What is recorded is what the network computes: for every architecture, every kind of unit, any batch, any threads."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from recording_fakes import MEAN, STD, FakeSource, noise, random_model, recorder_of

from app.errors import Fault
from app.recording.batch_size import choose_batch
from app.recording.images import Preprocessing, decode, fit
from app.recording.models import Model
from app.recording.network import OUTPUT, Network
from app.recording.recorder import Outcome
from app.recording.units import WHOLE, At, Unit, check_unit, takes


def plain_forward(model: Model, layer: str, source: FakeSource) -> torch.Tensor:
    """The outputs of a whole forward pass with a plain hook, in the model's own layout, one image after the other."""
    seen: list[torch.Tensor] = []
    module = dict(model.module.named_modules())[layer]
    handle = module.register_forward_hook(
        lambda m, i, out: seen.append((out[0] if isinstance(out, tuple) else out).clone())
    )
    for name in source.names:
        image = torch.from_numpy(fit(decode(source.read(name)), model.preprocessing).copy()).permute(2, 0, 1) / 255
        mean, std = torch.tensor(MEAN)[:, None, None], torch.tensor(STD)[:, None, None]
        with torch.no_grad():
            model.module(((image - mean) / std)[None])
    handle.remove()
    return torch.cat(seen)


LAYERS = [
    # each is followed by something that works in place, where the architecture has such a thing
    ("squeezenet1_1", "features.7.expand3x3", "nchw"),
    ("resnet18", "layer2.0.bn1", "nchw"),
    ("mobilenet_v2", "features.4.conv.0.1", "nchw"),
    ("googlenet", "inception3b.branch2.1.bn", "nchw"),
    ("densenet121", "features.denseblock1.denselayer3.conv2", "nchw"),
    ("vit_b_16", "encoder.layers.encoder_layer_2.mlp", "tokens"),
    ("vit_b_16", "encoder.layers.encoder_layer_1.self_attention", "tokens"),
    ("swin_t", "features.1.1", "nhwc"),
    ("convnext_tiny", "features.1.1.block.3", "nhwc"),
]


@pytest.mark.parametrize(("name", "layer", "layout"), LAYERS)
def test_every_kind_of_unit_is_that_of_a_full_forward_pass(name: str, layer: str, layout: str) -> None:
    model, source = random_model(name), noise(3)
    plain = plain_forward(model, layer, source).numpy()
    logits = plain_forward(model, OUTPUT, source).numpy()
    if layout == "nhwc":
        plain = plain.transpose(0, 3, 1, 2)
    if layout == "tokens":  # 16 patches in rows of 4 behind the class token
        plain = plain[:, 1:].transpose(0, 2, 1).reshape(3, -1, 4, 4)
    n, channels, height, width = plain.shape
    direction = np.random.default_rng(1).normal(size=channels).astype(np.float32)
    along = np.einsum("c,nchw->nhw", direction.astype(float), plain.astype(float))
    kinds: list[At] = ["grid", "every", "centre", "maximum", "mean"]
    units = [Unit(f"channel {at}", layer, 5, None, at) for at in kinds]
    units += [Unit(f"direction {at}", layer, None, direction, at) for at in kinds]
    units += [Unit("logit", OUTPUT, 7, None, "grid")]
    found = {
        (unit.name, outcome.index): readings
        for outcome in recorder_of(model, units, source).outcomes(range(n))
        for unit, readings in zip(units, outcome.readings, strict=True)
    }
    for what, values in (("channel", plain[:, 5]), ("direction", along)):
        scale = {"rtol": 1e-5, "atol": 1e-5 * float(np.abs(values).max())}
        for image in range(n):
            flat = values[image].ravel()
            for at in ("grid", "every"):
                readings = found[f"{what} {at}", image]
                assert sorted(readings.places.tolist()) == list(range(height * width))
                np.testing.assert_allclose(readings.values, flat[readings.places], **scale)
            centre = found[f"{what} centre", image]
            assert centre.places.tolist() == [height // 2 * width + width // 2]
            np.testing.assert_allclose(centre.values, flat[centre.places], **scale)
            most = found[f"{what} maximum", image]
            np.testing.assert_allclose(most.values, [flat.max()], **scale)
            np.testing.assert_allclose(flat[most.places], [flat.max()], **scale)
            mean = found[f"{what} mean", image]
            assert mean.places.tolist() == [WHOLE]
            np.testing.assert_allclose(mean.values, [flat.mean()], **scale)
    for image in range(n):
        assert found["logit", image].places.tolist() == [WHOLE]
        np.testing.assert_allclose(found["logit", image].values, [logits[image, 7]], rtol=1e-5, atol=1e-5)


def bits(outcomes: list[Outcome]) -> list[tuple[object, ...]]:
    return [
        (
            outcome.index,
            outcome.sha256,
            outcome.skipped,
            [(r.places.tolist(), r.values.tobytes()) for r in outcome.readings],
        )
        for outcome in outcomes
    ]


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1"])
def test_neither_the_batch_nor_the_threads_change_a_bit(name: str) -> None:
    """SqueezeNet's kernels add in another order for another batch; then the batch is not used."""
    model, source = random_model(name), noise(11)
    layer = {"resnet18": "layer2", "squeezenet1_1": "features.7"}[name]
    units = [Unit("a", layer, 3, None, "grid"), Unit("b", layer, 4, None, "maximum")]
    plain = bits(list(recorder_of(model, units, source, batch=1, threads=1).outcomes(range(11))))
    network = Network(model, [layer])
    for wanted, threads in ((2, 1), (3, 2), (8, 3)):
        batch = choose_batch(network, takes(units), wanted)
        assert batch in (1, wanted)
        assert bits(list(recorder_of(model, units, source, batch, threads).outcomes(range(11)))) == plain


def test_what_cannot_be_read_is_skipped_with_its_reason_and_keeps_its_place() -> None:
    source = noise(5)
    source.images["001.png"] = b"no image"
    del source.images["003.png"]
    recorder = recorder_of(random_model("squeezenet1_1"), [Unit("a", "features.3", 0, None, "mean")], source, batch=2)
    outcomes = list(recorder.outcomes(range(5)))
    assert [outcome.index for outcome in outcomes] == [0, 1, 2, 3, 4]
    assert [outcome.skipped for outcome in outcomes] == [None, "not an image", None, "gone", None]
    assert [len(outcome.readings) for outcome in outcomes] == [1, 0, 1, 0, 1]


def test_values_that_are_no_numbers_are_told_with_the_image() -> None:
    model = random_model("squeezenet1_1")
    torch.nn.init.constant_(model.module.get_parameter("features.0.bias"), torch.nan)
    recorder = recorder_of(model, [Unit("a", "features.3", 0, None, "mean")], noise(2))
    with pytest.raises(Fault, match=r"The unit a gives values that are no numbers on 000\.png"):
        list(recorder.outcomes(range(2)))


def test_a_layer_that_runs_twice_is_asked_for_by_number() -> None:
    """In a residual block of ResNet one rectifier runs behind either convolution."""
    model, source = random_model("resnet18"), noise(2)
    with pytest.raises(Fault, match=r"layer1\.0\.relu runs 2 times in a pass: write layer1\.0\.relu#1"):
        Network(model, ["layer1.0.relu"])
    with pytest.raises(Fault, match=r"there is no layer1\.0\.relu#3"):
        Network(model, ["layer1.0.relu#3"])
    both = plain_forward(model, "layer1.0.relu", source)  # first and second run of each image in turn
    for call in (1, 2):
        unit = Unit("a", f"layer1.0.relu#{call}", 2, None, "every")
        for outcome in recorder_of(model, [unit], source).outcomes(range(2)):
            expected = both[2 * outcome.index + call - 1, 2].numpy().ravel()
            np.testing.assert_allclose(outcome.readings[0].values, expected, rtol=1e-5, atol=1e-6)


def test_a_layer_before_another_is_copied_before_what_follows_changes_it_in_place() -> None:
    model, source = random_model("resnet18"), noise(1)
    units = [Unit("before", "layer1.0.bn1", 2, None, "every"), Unit("deep", "layer3", 2, None, "mean")]
    found = next(recorder_of(model, units, source).outcomes([0])).readings[0].values
    assert found.min() < 0


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Unit("a", "features.3", 128, None, "grid"), "features.3 has channels 0 to 127: there is no channel 128"),
        (Unit("a", OUTPUT, 1000, None, "grid"), "The model's output has channels 0 to 999"),
        (Unit("a", "features.3", None, np.ones(3, np.float32), "grid"), r"shape \(3,\).*must be \(128,\)"),
    ],
)
def test_a_unit_that_the_layer_has_not_is_told(unit: Unit, words: str) -> None:
    network = Network(random_model("squeezenet1_1"), [unit.layer])
    with pytest.raises(Fault, match=words):
        check_unit(unit, network.shapes[unit.layer])


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("feature.4", r"no layer 'feature\.4'.*Did you mean features\.4.*features\.12\.expand3x3"),
        ("features.4#x", "which time"),
    ],
)
def test_an_unknown_layer_lists_the_layers_there_are(layer: str, words: str) -> None:
    with pytest.raises(Fault, match=words):
        Network(random_model("squeezenet1_1"), [layer])


class Exact(torch.nn.Module):
    """A network that was exported for four images at a time, and no other number."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 8, 3)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        assert len(images) == 4, "four images"
        found: torch.Tensor = self.conv(images)
        return found


def test_a_network_of_fixed_batch_gets_it_filled_up() -> None:
    torch.manual_seed(0)
    module = Exact().eval().requires_grad_(False)
    model = Model("exact", module, Preprocessing(64, 64, MEAN, STD, "bilinear"), "", "", batch=4)
    source = noise(6)
    units = [Unit("a", "conv", 3, None, "mean")]
    found = [o.readings[0].values[0] for o in recorder_of(model, units, source, batch=3).outcomes(range(6))]
    pixels = np.stack([fit(decode(source.read(name)), model.preprocessing) for name in source.names])
    mean, std = torch.tensor(MEAN)[:, None, None], torch.tensor(STD)[:, None, None]
    images = (torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255 - mean) / std
    expected = module.conv(images)[:, 3].mean(dim=(1, 2)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


class Viewing(torch.nn.Module):
    """Flattens with `view`, as much research code does: impossible when channels lie last."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 8, stride=8)
        self.head = torch.nn.Linear(4 * 8 * 8, 5)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.conv(images)
        found: torch.Tensor = self.head(features.view(len(images), -1))
        return found


def test_a_network_that_cannot_do_with_channels_last_runs_as_it_was_written() -> None:
    torch.manual_seed(0)
    model = Model("v", Viewing().eval().requires_grad_(False), Preprocessing(64, 64, MEAN, STD, "bilinear"), "", "")
    source = noise(2)
    logits = plain_forward(model, OUTPUT, source).numpy()
    units = [Unit("a", OUTPUT, 2, None, "grid")]
    found = [outcome.readings[0].values[0] for outcome in recorder_of(model, units, source).outcomes(range(2))]
    np.testing.assert_allclose(found, logits[:, 2], rtol=1e-5, atol=1e-6)
