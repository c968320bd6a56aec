"""Passes in a run: on the disk as in memory, by two workers as by one, and gone on with after a stop."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from manyhands.core.errors import Stopped
from manyhands.core.noun import canonical
from manyhands.core.recipe import Recipe, Step
from manyhands.core.span import Span
from manyhands.core.track import standing
from manyhands.media.exr import read_frame
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.run import work
from manyhands.run.findings import findings
from manyhands.run.graph import Graph, track_path
from manyhands.run.job import Footing, Job
from manyhands.run.schedule import Progress
from manyhands.run.shelf import account_of, shelf_of
from manyhands.run.take import frame_file, run_drafts, run_take
from tests.plates import CAMERA, plate

FRAMES = 8
DRAWN = "polygon 1001: 40,20 58,20 58,50 40,50; 1008: 60,20 78,20 78,50 60,50"


def quiet(progress: Progress) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mov"
    clip = plate(FRAMES, drift=2.0)
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


def job(footage: Path, folder: Path) -> Job:
    recipe = Recipe(
        steps=(
            Step(name="drawn", maker="roto", version=1, params={"shapes": DRAWN}, inputs={"plate": "plate"}),
            Step(
                name="remove",
                maker="remove",
                version=2,
                params={"grow_px": 2.0},
                inputs={"plate": "plate", "matte": "drawn"},
            ),
            Step(name="look", maker="grade", version=1, params={"exposure": -0.5}, inputs={"plate": "remove"}),
        )
    )
    sha = hashlib.sha256(footage.read_bytes()).hexdigest()
    footing = Footing(footage, sha, "rec709", "24", 1001, CAMERA)
    return Job(folder, footing, Span(length=FRAMES, rate_fps=Fraction(24)), recipe, seed=1)


def hashes(folder: Path) -> list[str]:
    files = [frame_file(folder / "takes", "t", at) for at in range(1001, 1001 + FRAMES)]
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def ran(footage: Path, folder: Path, workers: int = 0) -> list[str]:
    run_take(job(footage, folder), folder / "takes", "t", timecodes={}, workers=workers, report=quiet)
    return hashes(folder)


@pytest.fixture(scope="module")
def first(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("first")
    return folder, ran(footage, folder)


def test_a_run_draws_what_memory_draws(footage: Path, tmp_path: Path) -> None:
    made = job(footage, tmp_path)
    graph = Graph(made, lambda done, of: None)
    clip = graph.make(made.recipe.step("remove"))  # its own shelf, in memory
    alone = replace(made, recipe=Recipe(steps=made.recipe.steps[:2]))
    run_take(alone, tmp_path / "takes", "t", timecodes={}, workers=0, report=quiet)
    for at in (1001, 1005, 1008):
        kept = read_frame(frame_file(tmp_path / "takes", "t", at))
        assert np.allclose(kept.rgba, clip.frame(at).rgba, rtol=2e-3, atol=1e-4)  # type: ignore[union-attr]


@pytest.mark.slow
def test_two_workers_make_the_same_bytes(footage: Path, first: tuple[Path, list[str]], tmp_path: Path) -> None:
    assert ran(footage, tmp_path, workers=2) == first[1]


def test_scratch_goes_and_the_account_stays(footage: Path, first: tuple[Path, list[str]]) -> None:
    made = job(footage, first[0])
    step = made.recipe.step("remove")
    assert not made.scratch_of(step).exists()
    account = account_of(made, step)
    assert account is not None
    assert set(account["seen"]) == {str(at) for at in range(1001, 1001 + FRAMES)}
    assert findings(made)[0].startswith("remove: ")


def test_a_frame_that_was_lost_is_made_again_as_it_was(
    footage: Path, first: tuple[Path, list[str]], tmp_path: Path
) -> None:
    before = ran(footage, tmp_path)
    frame_file(tmp_path / "takes", "t", 1004).unlink()
    assert ran(footage, tmp_path) == before == first[1]


@pytest.mark.parametrize("after", [12, 40, 75])
def test_stopped_at_any_moment_it_goes_on_from_there(
    footage: Path, first: tuple[Path, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    rung = 0

    def bell(done: int, of: int) -> None:
        nonlocal rung
        rung += 1
        if rung == after:
            raise Stopped("stopped.", "Go on.")

    monkeypatch.setattr(work, "bell", bell)
    monkeypatch.setattr(work, "_opened", {})
    with pytest.raises(Stopped):
        ran(footage, tmp_path)
    made = job(footage, tmp_path)
    shelf = shelf_of(made, made.recipe.step("remove"))
    done = sorted(path.name for path in (shelf.passing / "shelf" / "passes").glob("*.npz"))
    assert done
    rung = 0
    monkeypatch.setattr(work, "_opened", {})
    until_first = _counting(monkeypatch)
    assert ran(footage, tmp_path) == first[1]
    assert len(until_first) < after + 200
    assert not any(name in until_first for name in done)


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The portions that are worked on from now on, by the names of what they leave."""
    worked: list[str] = []
    real = work.go_through

    def go_through(item, numbers, before, shelf):  # type: ignore[no-untyped-def]
        worked.append(f"{item.name}.{numbers[-1]}.npz")
        return real(item, numbers, before, shelf)

    monkeypatch.setattr(work, "go_through", go_through)
    monkeypatch.setattr(work, "bell", lambda done, of: None)
    return worked


def test_a_draft_tells_what_was_found(footage: Path, tmp_path: Path) -> None:
    made = replace(job(footage, tmp_path), scale=0.5)
    draft = run_drafts([made], every=3, workers=0, report=quiet)[0]
    assert draft.pictures.shape[1:3] == (32, 48)
    assert "seen in other frames" in findings(made)[0]


def test_the_frames_in_which_a_track_is_lost_are_told(footage: Path, tmp_path: Path) -> None:
    made = job(footage, tmp_path)
    followed = Step(name="follow", maker="track", version=2, inputs={"plate": "plate"})
    made = replace(made, recipe=Recipe(steps=(followed, *made.recipe.steps)))
    found = standing(made.span, 96, 64)
    path = track_path(made, followed)
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(found.save()))
    assert findings(made) == ()
    path.write_bytes(canonical(found.but(lost=(1003, 1004, 1005, 1008)).save()))
    assert findings(made)[0].startswith(
        "follow: It is lost in 4 of 8 frames and only guesses there: 1003 to 1005, 1008. Look at them;"
    )


def test_a_step_that_gives_on_what_it_takes_has_no_passes_of_its_own(footage: Path, tmp_path: Path) -> None:
    made = job(footage, tmp_path)
    kept = Step(name="time", maker="retime", version=2, params={"speed": 1.0}, inputs={"plate": "remove"})
    graph = Graph(replace(made, recipe=Recipe(steps=(*made.recipe.steps[:2], kept))), lambda done, of: None)
    assert graph.clip("remove").passes is not None
    assert graph.clip("time").passes is None


def test_marks_of_work_whose_results_are_gone_do_not_outlive_a_kill(
    footage: Path, first: tuple[Path, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from manyhands.run import take

    real = take.shutil.rmtree

    def killed(path, **how):  # type: ignore[no-untyped-def]
        for file in sorted(Path(path).rglob("got.*.npz")):
            file.unlink()  # some files are gone already
        if Path(path).exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(take.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        ran(footage, tmp_path)
    monkeypatch.setattr(take.shutil, "rmtree", real)
    frame_file(tmp_path / "takes", "t", 1004).unlink()
    assert ran(footage, tmp_path) == first[1]


def test_a_shelf_has_a_name_in_one_place_only(tmp_path: Path) -> None:
    from manyhands.run.shelf import DiskShelf

    passing, lasting = (DiskShelf(tmp_path / "passing", tmp_path / "lasting", lasts) for lasts in (False, True))
    passing.keep("a", {"n": np.array(1)})
    lasting.keep("a", {"n": np.array(2)})
    assert lasting.load("a")["n"] == 2


def in_a_process_of_its_own(footage: Path, folder: Path, name: str, hold: float) -> None:
    """One of two processes; whatever it hands on, it does so slowly, so that the other could come between."""
    import time

    real = work.go_through

    def slowly(item, numbers, before, shelf):  # type: ignore[no-untyped-def]
        state = real(item, numbers, before, shelf)
        time.sleep(hold)
        return state

    work.go_through = slowly  # type: ignore[assignment]
    run_take(job(footage, folder), folder / name, "t", timecodes={}, workers=0, report=quiet)


@pytest.mark.slow
def test_two_processes_that_share_a_scratch_both_end_right(
    footage: Path, first: tuple[Path, list[str]], tmp_path: Path
) -> None:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    both = [
        context.Process(target=in_a_process_of_its_own, args=(footage, tmp_path, name, hold))
        for name, hold in (("takes", 0.02), ("others", 0.05))
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(300)
    assert [process.exitcode for process in both] == [0, 0]
    assert hashes(tmp_path) == first[1]
    files = [frame_file(tmp_path / "others", "t", at) for at in range(1001, 1001 + FRAMES)]
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] == first[1]
