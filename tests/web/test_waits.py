"""Tries outlive a restart: they are kept in a small file, which may be broken and may not be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manyhands.core.errors import WaitError
from manyhands.web.waits import FORGOTTEN_S, Rule, Waits

RULE = Rule(free=3, longest_s=60)
WHO = "in 192.0.2.7 person-a"


class Clock:
    at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


def tried(path: Path, clock: Clock, times: int = 3) -> Waits:
    waits = Waits(clock, path)
    for _ in range(times):
        waits.count((WHO, RULE))
    return waits


def test_a_restart_forgets_no_try(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    tried(path, clock)
    again = Waits(clock, path)
    with pytest.raises(WaitError) as told:
        again.count((WHO, RULE))
    assert told.value.about["seconds"] == 2
    clock.at += 2
    again.count((WHO, RULE))
    with pytest.raises(WaitError) as told:
        Waits(clock, path).count((WHO, RULE))
    assert told.value.about["seconds"] == 4


def test_who_was_right_is_forgiven_after_a_restart_too(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    tried(path, clock).forgive(WHO)
    tried(path, clock, 2).take_back(WHO)
    tried(path, clock, 2)
    with pytest.raises(WaitError):
        Waits(clock, path).count((WHO, RULE))


def test_the_file_says_neither_who_nor_from_where_and_is_its_person_s_alone(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    tried(path, clock)
    assert "192.0.2.7" not in path.read_text()
    assert "person-a" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["waits.json"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[1]",
        "null",
        '{"a": 3}',
        '{"a": [1e999, 0]}',
        '{"a": ["x", 0]}',
        '{"a": [3, NaN]}',
        "[" * 100_000,
        "\0",
    ],
    ids=range(10),
)
def test_a_broken_file_holds_nothing_and_is_written_anew(tmp_path: Path, broken: str) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    path.write_text(broken)
    tried(path, clock)
    with pytest.raises(WaitError):
        Waits(clock, path).count((WHO, RULE))


def test_what_is_whole_in_a_file_is_kept(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    tried(path, clock)
    path.write_text(json.dumps({**json.loads(path.read_text()), "b": None}))
    with pytest.raises(WaitError):
        Waits(clock, path).count((WHO, RULE))


def test_a_clock_that_was_set_back_locks_nobody_out(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    tried(path, clock, 9 - 6)
    clock.at -= 30 * 86_400
    again = Waits(clock, path)
    with pytest.raises(WaitError) as told:
        again.count((WHO, RULE))
    assert told.value.about["seconds"] == 2


def test_what_is_over_is_not_kept(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "waits.json"
    waits = tried(path, clock)
    clock.at += FORGOTTEN_S + 1
    waits.count(("another", RULE))
    assert len(json.loads(path.read_text())) == 1


def test_where_nothing_can_be_written_tries_count_all_the_same(tmp_path: Path) -> None:
    clock = Clock()
    (tmp_path / "no").write_text("a file, no folder")
    waits = tried(tmp_path / "no" / "waits.json", clock)
    with pytest.raises(WaitError):
        waits.count((WHO, RULE))
