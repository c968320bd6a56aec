"""Runs: the same bytes twice, frames kept over a stop, results shared between takes."""

from __future__ import annotations

import gc
import hashlib
import shutil
import weakref
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import CapacityError, MakerError, Stopped
from manyhands.core.extent import frame_extent
from manyhands.core.recipe import Recipe, Step
from manyhands.core.span import Span
from manyhands.media.exr import read_frame
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.run import schedule, take
from manyhands.run.graph import Graph
from manyhands.run.job import Footing, Job
from manyhands.run.schedule import Progress, Task, carry_out
from manyhands.run.take import run_drafts, run_take
from tests.plates import CAMERA, plate

FRAMES = 6
SMOKE = {"width_px": 60, "height_px": 44, "cells": 24, "before": 0.5, "flame": 1.0}


def quiet(progress: Progress) -> None:
    """Nobody looks."""


def recipe(**smoke: Any) -> Recipe:
    return Recipe(
        steps=(
            Step(name="motion", maker="track", version=1, inputs={"plate": "plate"}),
            Step(name="smoke", maker="smoke", version=1, params={**SMOKE, **smoke}, inputs={"plate": "plate"}),
            Step(
                name="laid",
                maker="place",
                version=1,
                params={"at": (48.0, 24.0), "foot": (0.25, 0.86), "grain": 0.004},
                inputs={"plate": "plate", "element": "smoke", "motion": "motion"},
            ),
            Step(name="look", maker="grade", version=1, params={"exposure": -0.5}, inputs={"plate": "laid"}),
        )
    )


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mp4"
    clip = plate(FRAMES)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path


def job(footage: Path, folder: Path, of: Recipe | None = None, seed: int = 1) -> Job:
    sha = hashlib.sha256(footage.read_bytes()).hexdigest()
    footing = Footing(footage, sha, "rec709", "24", 1001, CAMERA)
    span = Span(length=FRAMES, rate_fps=Fraction(24))
    return Job(folder=folder, plate=footing, span=span, recipe=of or recipe(), seed=seed)


def made(footage: Path, tmp_path: Path, name: str, **changes: Any) -> tuple[take.Made, Path]:
    folder = tmp_path / name
    result = run_take(job(footage, folder, **changes), folder / "takes", "t", timecodes={}, workers=0, report=quiet)
    return result, folder


@pytest.fixture(scope="module")
def first(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[take.Made, Path]:
    return made(footage, tmp_path_factory.mktemp("run"), "first")


def sums(folder: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("takes/t.*.exr"))]


def test_two_runs_with_one_seed_give_identical_bytes(
    footage: Path, first: tuple[take.Made, Path], tmp_path: Path
) -> None:
    again, folder = made(footage, tmp_path, "again")
    assert sums(folder) == sums(first[1])
    assert again.frames_sha256 == first[0].frames_sha256


def test_another_seed_gives_other_bytes(footage: Path, first: tuple[take.Made, Path], tmp_path: Path) -> None:
    other, _ = made(footage, tmp_path, "other", seed=2)
    assert other.frames_sha256 != first[0].frames_sha256


@pytest.mark.slow
def test_spawned_workers_give_the_bytes_that_one_process_gives(
    footage: Path, first: tuple[take.Made, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "spawned"
    result = run_take(job(footage, folder), folder / "takes", "t", timecodes={}, workers=2, report=quiet)
    assert result.frames_sha256 == first[0].frames_sha256
    assert result.frames == first[0].frames


def test_the_extent_of_the_stored_frames_is_the_one_that_was_told(first: tuple[take.Made, Path]) -> None:
    result, folder = first
    for told in result.frames:
        frame = read_frame(folder / "takes" / f"t.{told.frame:04d}.exr")
        assert frame_extent(frame, told.frame) == told
        assert frame.faults(within=1e-3) == []


def test_hands_come_back_with_camera_procedure_and_alterations(first: tuple[take.Made, Path]) -> None:
    assert [hand.id for hand in first[0].hands] == [
        CAMERA.id,
        "procedure:smoke:1",
        "procedure:place:1",
        "procedure:grade:1",
    ]
    last = first[0].frames[-1]
    assert last.origin_ppm["procedure:smoke:1"] > 1000
    assert last.altered_ppm["procedure:grade:1"] > 200_000


def test_a_stopped_run_goes_on_from_its_frames(footage: Path, first: tuple[take.Made, Path], tmp_path: Path) -> None:
    folder = tmp_path / "stopped"

    def stop_after(count: int) -> Any:
        def report(progress: Progress) -> None:
            if progress.done == count:
                raise Stopped("stopped.")

        return report

    for count in (2, 9, 3):
        with pytest.raises(Stopped):
            run_take(job(footage, folder), folder / "takes", "t", timecodes={}, workers=0, report=stop_after(count))
    kept = {path: path.stat().st_mtime_ns for path in (folder / "takes").glob("t.*.exr")}
    result = run_take(job(footage, folder), folder / "takes", "t", timecodes={}, workers=0, report=quiet)
    assert result.frames_sha256 == first[0].frames_sha256
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())
    assert not list((folder / "scratch").glob("*"))


def test_a_change_to_the_last_step_takes_the_element_from_the_cache(
    footage: Path, first: tuple[take.Made, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    shutil.copytree(first[1], folder)
    brighter = recipe()
    brighter = brighter.but(steps=(*brighter.steps[:-1], brighter.steps[-1].but(params={"exposure": 0.5})))
    seen: list[str] = []
    run_take(
        job(footage, folder, brighter), folder / "takes/second", "t", timecodes={}, workers=0,
        report=lambda progress: seen.append(progress.kind),
    )  # fmt: skip
    assert set(seen) == {"frames"}


def test_a_draft_is_small_and_keeps_nothing_under_the_takes(footage: Path, tmp_path: Path) -> None:
    small = replace(job(footage, tmp_path), scale=0.5)
    draft = run_drafts([small], every=2, workers=0, report=quiet)[0]
    assert draft.pictures.shape == (3, 32, 48, 3)
    assert draft.numbers == (1001, 1003, 1005)
    assert not (tmp_path / "takes").exists()


def test_a_full_disk_is_refused_before_work(footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(take.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(CapacityError, match="GB free"):
        made(footage, tmp_path, "full")


def test_a_maker_that_fails_is_named_by_its_step(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from manyhands.kit import volume

    def broken(*args: Any, **more: Any) -> None:
        raise ZeroDivisionError("no light")

    monkeypatch.setattr(volume, "draw", broken)
    with pytest.raises(MakerError, match=r"step smoke \(smoke\): it failed with ZeroDivisionError: no light"):
        made(footage, tmp_path, "broken")


def late(seconds: float) -> float:
    return seconds


def test_tasks_wait_for_what_they_need() -> None:
    order: list[str] = []

    def note(name: str) -> str:
        order.append(name)
        return name

    tasks = [
        Task("c", "x", note, ("c",), frozenset({"a", "b"})),
        Task("b", "x", note, ("b",), frozenset({"a"})),
        Task("a", "x", note, ("a",)),
    ]
    assert carry_out(tasks, workers=0, report=quiet) == {"a": "a", "b": "b", "c": "c"}
    assert order == ["a", "b", "c"]


def test_the_time_left_is_said_only_after_each_worker_was_timed_twice() -> None:
    clock = schedule._Clock([Task(n, "frames", late, (0.0,), seconds=1.0) for n in range(10)], workers=2)
    clock.took["frames"] = [9.0, 9.0]  # each worker's first also loads and compiles
    assert clock.left(clock.tasks) is None
    clock.took["frames"] += [0.5, 0.5]
    assert clock.left(clock.tasks[4:]) == pytest.approx(6 * 0.5 / 2)


def test_a_worker_holds_no_frame_that_nobody_asks_for_again(footage: Path, tmp_path: Path) -> None:
    """Every step's last frames, kept, would be most of a worker's memory."""
    steps = Recipe(
        steps=(
            Step(name="dark", maker="grade", version=1, params={"exposure": -0.5}, inputs={"plate": "plate"}),
            Step(name="look", maker="grade", version=1, params={"exposure": 0.5}, inputs={"plate": "dark"}),
        )
    )
    graph = Graph(job(footage, tmp_path, of=steps), lambda done, of: None)
    kept = {name: weakref.ref(graph.clip(name).frame(1001).rgba) for name in ("plate", "dark", "look")}
    gc.collect()
    assert {name for name, ref in kept.items() if ref() is not None} == {"plate"}  # shown beside the result
    graph.clip("plate").frame(1002)
    assert kept["plate"]() is None


def test_a_result_of_another_size_and_time_than_the_plate_is_made_and_drafted(footage: Path, tmp_path: Path) -> None:
    steps = (
        Step(name="motion", maker="track", version=1, inputs={"plate": "plate"}),
        Step(name="calm", maker="stabilise", version=1, inputs={"plate": "plate", "motion": "motion"}),
        Step(name="large", maker="upscale", version=1, params={"frames": 1}, inputs={"plate": "calm"}),
        Step(name="slow", maker="retime", version=1, params={"speed": 0.5}, inputs={"plate": "large"}),
    )
    result, folder = made(footage, tmp_path, "large", of=Recipe(steps=steps))
    clip = plate(FRAMES)
    assert (result.width, result.height) == (2 * clip.width, 2 * clip.height)
    assert result.span.length == 2 * FRAMES - 1
    frame = read_frame(folder / "takes" / "t.1004.exr")
    assert (frame.width, frame.height) == (result.width, result.height)
    small = replace(job(footage, tmp_path / "draft", of=Recipe(steps=steps)), scale=0.5)
    (draft,) = run_drafts([small], every=3, workers=0, report=quiet)
    assert draft.pictures.shape[1:3] == (clip.height, clip.width)
    assert draft.plates.shape[1:3] == (clip.height // 2, clip.width // 2)
