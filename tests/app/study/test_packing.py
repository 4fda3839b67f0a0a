"""A rater's file holds their trials and nothing that would give a blind one away."""

from __future__ import annotations

import getpass
import json
import locale
import socket
import sqlite3
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import FakeClock, label_everything, new_study, png, some_answer, which_one_study

from app.errors import Fault
from app.session import Session
from app.study.file import ORDER_SEED, StudyFile
from app.study.handing_out import hand_out, pack_again, reassign
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import HeatMap, Known, NewStudy

REVEALING = Protocol(conditions=Conditions(0.5, 0.25, 0.25))


def hidden_study(new: NewStudy, **changes: object) -> NewStudy:
    """A study with all that there may be to hide, each value telling."""
    stimuli = tuple(
        replace(
            s,
            activation=s.activation + 0.000_123_4,
            inclusion_probability=0.123_456_7,
            heat=HeatMap(1, 2, (s.activation, 0.25)),
        )
        for s in new.stimuli
    )
    known = (
        Known("k1", "catch", 1, png(901), ("edge",), "secret-why"),
        Known("k2", "practice", 1, png(902), ("edge",), "told afterwards"),
    )
    facts = {"model": "secret-model", "show": "crop", "seed": 424_242}
    info = replace(new.info, seed=424_242, claim="secret-claim", facts=facts)
    return replace(new, info=info, stimuli=stimuli, known=known if not new.pairs else (), **changes)  # type: ignore[arg-type]


def packed(folder: Path, new: NewStudy, names: tuple[str, ...] = ("r1",)) -> tuple[Path, list[Path]]:
    path = folder / "secret-study.jury"
    StudyFile.create(path, new)
    with StudyFile.open(path) as study:
        out = hand_out(study, names, folder / "out", lambda done, total: None)
    return path, [one.path for one in out]


@pytest.mark.parametrize("protocol", [Protocol(), REVEALING], ids=["blind", "revealing"])
@pytest.mark.parametrize("pairs", [False, True], ids=["categorize", "which one"])
def test_no_hidden_value_stands_in_the_bytes(tmp_path: Path, protocol: Protocol, pairs: bool) -> None:
    new = hidden_study(which_one_study(12) if pairs else new_study(12), protocol=protocol)
    study, (file,) = packed(tmp_path, new)
    with StudyFile.open(study) as home, StudyFile.open(file, writable=False) as theirs:
        (rater,) = home.raters()
        told = {s for trial in theirs.trials(rater) if trial.condition != "blind" for s in trial.stimuli}
        key = home.key(rater)
    data = file.read_bytes()
    assert key is not None
    assert key in data  # this is how a value that is there would be found
    for stimulus in new.stimuli:
        is_there = struct.pack(">d", stimulus.activation) in data
        assert is_there == (stimulus.id in told)
        assert stimulus.source.encode() not in data
    secrets = ["secret-", "features.1", "424242", str(rater.seed), "edges"]
    for secret in secrets:
        assert secret.encode() not in data, secret
    for number in (424_242, rater.seed):
        assert struct.pack(">i" if number < 2**31 else ">q", number) not in data
    assert struct.pack(">d", 0.123_456_7) not in data
    assert struct.pack("<f", 0.25) in data or not told


def test_only_the_raters_own_trials_and_images_are_there(tmp_path: Path) -> None:
    new = replace(new_study(12), protocol=Protocol(raters_per_stimulus=2))
    _, files = packed(tmp_path, new, ("r1", "r2", "r3"))
    held: dict[str, int] = {}
    for file in files:
        with StudyFile.open(file) as theirs:
            (rater,) = theirs.raters()
            assert rater == theirs.issued_to()
            own = {stimulus for trial in theirs.trials(rater) for stimulus in trial.stimuli}
            ids = [id_ for (id_,) in theirs.connection.execute("SELECT id FROM stimulus")]
            assert set(ids) == own
            assert len(own) == 8
            for one in own:
                held[one] = held.get(one, 0) + 1
            images = theirs.connection.execute("SELECT count(*) FROM image").fetchone()[0]
            assert images == len(own) + 6  # and the references
    assert set(held.values()) == {2}


def test_a_catch_trial_looks_like_any_other(tmp_path: Path) -> None:
    study, (file,) = packed(
        tmp_path, hidden_study(new_study(12), protocol=Protocol(exclusion=Exclusion(catch_accuracy=0.75)))
    )
    with StudyFile.open(study) as home, StudyFile.open(file) as theirs:
        (rater,) = home.raters()
        ours, packed_trials = home.trials(rater), theirs.trials(rater)
        assert [trial.kind for trial in ours].count("catch") == 1
        assert {trial.kind for trial in packed_trials} == {"main", "practice"}
        assert [trial.id for trial in ours] == [trial.id for trial in packed_trials]
        assert not theirs.catches()
        assert theirs.protocol().exclusion == Exclusion()


def test_a_session_goes_through_the_file_with_practice_and_revealed_trials(tmp_path: Path) -> None:
    _, (file,) = packed(tmp_path, hidden_study(new_study(12), protocol=REVEALING))
    with StudyFile.open(file) as theirs:
        rater = theirs.issued_to()
        assert rater is not None
        session: Session = label_everything(theirs, rater, FakeClock(), RaterLog(theirs, rater))
        assert session.screen.step == "done"
        for trial in theirs.trials(rater):
            if trial.condition != "blind":
                assert all(shown.heat is not None for shown in theirs.reveal(trial))


def rows(file: Path) -> list[tuple[object, ...]]:
    """Every row of a packed file, but for what is drawn at random for each file: ids of trials, the key, the rater."""
    with sqlite3.connect(file) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found: list[tuple[object, ...]] = []
        for table in sorted(set(tables) - {"trial", "rater", "issue", "study", "_sqlite_migrations"}):
            found += [(table, *row) for row in connection.execute(f"SELECT rowid, * FROM {table}")]
        found += connection.execute(
            'SELECT position, stimulus, other, condition, "references", block FROM trial'
        ).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("pairs", [False, True], ids=["categorize", "which one"])
def test_the_file_is_the_same_whatever_the_activations_are(tmp_path: Path, pairs: bool) -> None:
    """So nothing in it, in whatever order, can tell more of them than the pictures themselves do."""
    new = which_one_study(12) if pairs else new_study(12)
    values = [(s.activation, s.stratum, s.source, s.box) for s in new.stimuli]
    dealt = [
        replace(s, activation=a, stratum=t, source=source, box=box)
        for s, (a, t, source, box) in zip(new.stimuli, values[5:] + values[:5], strict=True)
    ]
    value = {s.id: s.activation for s in dealt}
    turned = tuple(
        replace(
            p, first=max(p.first, p.second, key=value.__getitem__), second=min(p.first, p.second, key=value.__getitem__)
        )
        for p in new.pairs
    )
    found = []
    for name, one in (("as it is", new), ("dealt out anew", replace(new, stimuli=tuple(dealt), pairs=turned))):
        path = tmp_path / f"{name}.jury"
        StudyFile.create(path, one)
        with StudyFile.open(path) as study:
            with study.writing() as connection:
                rater = study.insert_rater(connection, "r1", seed=5)
                connection.execute("INSERT INTO issue VALUES (?, zeroblob(32), 0)", (rater.id,))
            found.append(rows(pack_again(study, "r1", tmp_path / name).path))
    assert found[0] == found[1]


def test_what_somebody_did_not_get_to_do_goes_to_somebody_else(tmp_path: Path) -> None:
    study, _ = packed(tmp_path, replace(new_study(12), protocol=Protocol(raters_per_stimulus=1)), ("r1",))
    with StudyFile.open(study) as home:
        (gone,) = home.raters()
        log = RaterLog(home, gone)
        session = Session(home.trials(gone), home.rubric(), log, clock=FakeClock())
        session.go_on()
        for _ in range(5):
            session.painted()
            assert session.screen.trial is not None
            session.answer(some_answer(home.rubric(), session.screen.trial))
        new = reassign(home, "r1", "r9", tmp_path / "more", lambda done, total: None)
        assert new.trials == 7
        done = {judgement.stimulus for judgement in home.judgements()}
        assert done.isdisjoint({s for trial in home.trials(new.rater) for s in trial.stimuli})
        with pytest.raises(Fault, match="no rater called nobody"):
            reassign(home, "nobody", "r10", tmp_path / "more", lambda done, total: None)
        with pytest.raises(Fault, match="has its 1 raters already"):
            hand_out(home, ("r11",), tmp_path / "more", lambda done, total: None)


def test_nothing_is_written_where_a_name_or_a_file_is_taken(tmp_path: Path) -> None:
    study, _ = packed(tmp_path, new_study(6), ("r1",))
    with StudyFile.open(study) as home:
        for names, out, why in (
            (("r2", "r1"), tmp_path / "b", "called r1"),
            (("r2", ""), tmp_path / "c", "1 to 60 letters"),
            (("r1",), tmp_path / "out", "exists already"),
        ):
            with pytest.raises(Fault, match=why):
                hand_out(home, names, out, lambda done, total: None)
        assert [rater.pseudonym for rater in home.raters()] == ["r1"]
    assert not (tmp_path / "b").exists()


def test_the_units_name_and_facts_stay_at_home(tmp_path: Path) -> None:
    _, (file,) = packed(tmp_path, new_study(6, units=2))
    with StudyFile.open(file) as theirs:
        assert [(unit.name, unit.facts) for unit in theirs.units()] == [("unit 1", {}), ("unit 2", {})]
        assert json.loads(theirs.connection.execute("SELECT facts FROM study").fetchone()[0]) == {}


def test_nothing_says_who_made_it_or_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No user, host, folder or locale, in the study or in a rater's file.

    Names of our own making: a folder or a user that is really called "main" or "image" would be found in any study.
    """
    folder = tmp_path / "Zwiebelfisch"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME", "HOSTNAME"):
        monkeypatch.setenv(variable, "Quastenflosser")
    monkeypatch.setattr(socket, "gethostname", lambda: "Schnabeltier")
    study, (file,) = packed(folder, new_study(6))
    traces = ["Zwiebelfisch", getpass.getuser(), socket.gethostname(), str(Path.home()), locale.setlocale(0)]
    assert traces[1:3] == ["Quastenflosser", "Schnabeltier"]
    for path in (study, file):
        data = path.read_bytes().lower()
        assert not [trace for trace in traces if len(trace) > 3 and trace.lower().encode() in data]


def test_a_balanced_order_follows_from_no_seed_that_can_be_guessed(tmp_path: Path) -> None:
    """With the seed of the order whoever has the file would see which trials are catch trials."""
    new, orders = new_study(12), []
    for number in (1, 2):
        info = replace(new.info, seed=0, facts={ORDER_SEED: number * 10**12})
        one = replace(new, info=info, protocol=Protocol(order="balanced"))
        (tmp_path / str(number)).mkdir()
        _, (file,) = packed(tmp_path / str(number), one)
        with StudyFile.open(file) as theirs:
            (rater,) = theirs.raters()
            orders.append([trial.stimulus for trial in theirs.trials(rater)])
        assert ORDER_SEED.encode() not in file.read_bytes()
    assert sorted(map(str, orders[0])) == sorted(map(str, orders[1]))
    assert orders[0] != orders[1]
