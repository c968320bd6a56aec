"""What was left alone is proved anew from the files, and one bit that was changed names its tile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manyhands.actions import decisions, delivery, facts, intake, people, proposals, studio, takes
from manyhands.actions.studio import Studio
from manyhands.actions.untouched import _moves_the_plate, untouched
from manyhands.core.errors import InputError, StateError
from manyhands.core.frame import Frame
from manyhands.core.hand import person
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.media.exr import read_frame, write_frame
from manyhands.rights import terms_named
from manyhands.run.take import frame_file
from tests.doors import here
from tests.kit.test_lock import HEIGHT, WIDTH, handled, piece, plate

ME, SPAN = person("Person A"), Span(length=2, rate_fps=24)
OWN = terms_named("own", credit="")
COLUMNS, ROWS = -(-WIDTH // 32), -(-HEIGHT // 32)


def written(folder: Path, light: np.ndarray) -> Path:
    """A camera's EXR sequence, half floats."""
    folder.mkdir()
    for at in SPAN.frames:
        shot_on(folder / f"{folder.name}.{at}.exr", light.astype(np.float16))
    return folder


def shot_on(path: Path, half: np.ndarray) -> None:
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, "colorInteropID": "lin_ap1_scene"}
    OpenEXR.File(header, {"RGB": np.ascontiguousarray(half)}).write(str(path))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A production with a locked take ``sh010`` that was delivered as EXR, and a hazy one ``sh020``."""
    folder = tmp_path_factory.mktemp("untouched")
    made = replace(studio.new(folder / "film", ME, name="film"), workers=0)
    camera, _ = intake.source(made, ME, written(folder / "camera", plate()), owner=ME.name, terms=OWN)
    light = handled(np.where(piece()[..., None], plate(9), plate()))
    model = {"owner": ME.name, "terms": OWN, "role": "edit", "made_by": "Video Model 2"}
    edit, _ = intake.source(made, ME, written(folder / "edit", light), **model)
    for shot, note, brought in (("sh010", "use the edit", {"edits": [edit.id]}), ("sh020", "warm", {})):
        intake.shot(made, ME, camera.id, id_=shot)
        answer, _ = proposals.propose(made, ME, shot, note, previews=False, **brought)
        take = takes.run(made, ME, shot, answer.recipes[1])
        decisions.decide(made, ME, take.id, "accept", reason="the test accepts")
    answers = {"leaves_machine": "no", "may_be_final": "yes", "alters_performance": "no"}
    facts.say(made, ME, answers, why="the test knows", shot_id="sh010")
    people.nobody(made, ME, "sh010", why="a chart")
    delivery.deliver(made, ME, "sh010", folder / "out", format="exr")
    made.close()
    return folder


@pytest.fixture
def film(kept: Path, tmp_path: Path) -> Iterator[Studio]:
    for name in ("film", "out"):
        shutil.copytree(kept / name, tmp_path / name)
    opened = replace(studio.enter(tmp_path / "film"), workers=0)
    yield opened
    opened.close()


def take_of(film: Studio, shot: str = "sh010") -> Take:
    (take,) = takes.takes(film, shot)
    return take


def flip(path: Path, x: int, y: int, channel: int, bit: int) -> None:
    """Change one bit of one half float in a frame, as a file of its own."""
    frame = read_frame(path)
    half = frame.rgba.astype(np.float16)
    half.view(np.uint16)[y, x, channel] ^= 1 << bit
    write_frame(path, Frame(half.astype(np.float32), frame.authorship), rate_fps=SPAN.rate_fps)


def file_of(film: Studio, at: int) -> Path:
    take = take_of(film)
    return frame_file(film.folder / take.folder, take.id, at)


def tiles(frames: object, which: str) -> dict[int, tuple[tuple[int, int], ...]]:
    return {one.frame: getattr(one, which) for one in frames if getattr(one, which)}  # type: ignore[attr-defined]


def test_what_the_record_says_holds_and_is_counted(film: Studio) -> None:
    found = untouched(film, take_of(film).id)
    assert found.faults == ()
    assert found.tiles == 2 * COLUMNS * ROWS
    frame, light = read_frame(file_of(film, 1001)), plate().astype(np.float16)
    same = (frame.rgba[..., :3].astype(np.float16) == light).all(-1)
    assert found.frames[0].same_ppm == round(1e6 * same.mean()), "by the arrays themselves"
    whole = [same[y : y + 32, x : x + 32].all() for y in range(0, HEIGHT, 32) for x in range(0, WIDTH, 32)]
    assert found.frames[0].same_tiles == sum(whole)
    assert 0.5 * found.tiles < found.hashed_tiles <= found.same_tiles < found.tiles
    assert found.said_ppm <= found.same_ppm


def test_a_bit_of_the_take_names_its_tile_and_its_frame(film: Studio) -> None:
    flip(file_of(film, 1002), 40, 170, 1, 0)
    found = untouched(film, take_of(film).id)
    assert tiles(found.frames, "take_differs") == {1002: ((1, 5),)}
    assert tiles(found.frames, "plate_differs") == {}
    assert any("frame 1002, tile 1,5 (from x 32, y 160): by the record" in fault for fault in found.faults)
    assert any("frame 1002 is not the one that was made" in fault for fault in found.faults)


def test_a_bit_of_the_plate_is_told_from_a_bit_of_the_take_by_the_locks_hash(film: Studio) -> None:
    half = plate().astype(np.float16)
    half.view(np.uint16)[5, 5, 0] ^= 1 << 3
    shot_on(film.folder / film.production.get(Source, "camera").path / "camera.1001.exr", half)
    found = untouched(film, take_of(film).id)
    assert tiles(found.frames, "plate_differs") == {1001: ((0, 0),)}
    assert tiles(found.frames, "take_differs") == {}
    assert any("is not what was brought in" in fault for fault in found.faults)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(0, 2), st.integers(0, 9))
def test_any_flip_where_nobody_had_a_hand_is_found_and_none_elsewhere(
    film: Studio, x: int, y: int, channel: int, bit: int
) -> None:
    path = file_of(film, 1001)
    kept = path.read_bytes()
    authorship = read_frame(path).authorship
    flip(path, x, y, channel, bit)
    found = untouched(film, take_of(film).id)
    path.write_bytes(kept)
    camera = next(hand for hand in authorship.hands if hand.origin == "camera")
    of_camera = authorship.weight_of(camera)[y, x] == 1
    assert tiles(found.frames, "take_differs") == ({1001: ((x // 32, y // 32),)} if of_camera else {})


def test_without_the_locks_hashes_the_authorship_is_still_held_against_the_pixels(film: Studio) -> None:
    shutil.rmtree(film.folder / "cache")
    clean = untouched(film, take_of(film).id)
    assert (clean.faults, clean.hashed_tiles) == ((), 0)
    flip(file_of(film, 1001), 300, 10, 2, 1)
    assert tiles(untouched(film, take_of(film).id).frames, "take_differs") == {1001: ((9, 0),)}


def test_a_take_that_is_altered_all_over_claims_nothing(film: Studio) -> None:
    found = untouched(film, take_of(film, "sh020").id)
    assert (found.faults, found.said_ppm, found.hashed_tiles) == ((), 0, 0)
    assert found.same_ppm < 10_000


def test_a_delivered_sequence_is_held_as_the_take_is(film: Studio) -> None:
    out = film.folder.parent / "out/sh010"
    take = take_of(film)
    ours, theirs = untouched(film, take.id), untouched(film, take.id, master=out)
    assert theirs.frames == ours.frames
    flip(out / "sh010.1001.exr", 100, 175, 0, 0)
    assert tiles(untouched(film, take.id, master=out).frames, "take_differs") == {1001: ((3, 5),)}


def test_a_film_keeps_no_bits_and_says_so(film: Studio, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="coded anew") as told:
        untouched(film, take_of(film).id, master=tmp_path / "sh010.mp4")
    assert "Leave --master out" in told.value.fix


def test_frames_that_come_from_other_frames_are_not_held_against_these(film: Studio) -> None:
    answer, _ = proposals.propose(film, ME, "sh020", "half speed", previews=False)
    take = takes.run(film, ME, "sh020", answer.recipes[1])
    with pytest.raises(StateError, match="retime"):
        untouched(film, take.id)


def test_a_part_of_the_plate_that_was_placed_elsewhere_is_not_held_against_where_it_came_from() -> None:
    steps = (
        Step(name="cut", maker="cut", version=1, inputs={"plate": PLATE, "matte": "source:m"}),
        Step(name="place", maker="place", version=1, inputs={"plate": PLATE, "element": "cut"}),
    )
    recipe = Recipe(name="copy", steps=steps)
    assert _moves_the_plate(recipe, steps[1])
    smoke = Step(name="smoke", maker="smoke", version=1, inputs={"plate": PLATE})
    other = Step(name="place", maker="place", version=1, inputs={"plate": PLATE, "element": "smoke"})
    assert not _moves_the_plate(Recipe(name="smoke", steps=(smoke, other)), other)


def test_the_command_ends_with_11_where_the_record_does_not_hold(film: Studio) -> None:
    take, there = take_of(film).id, ("-p", film.folder, "--workers", "0")
    said = here("take", "untouched", take, *there)
    assert said.code == 0, said.err
    assert "tiles of 32 px are the camera's, bit for bit" in said.out
    flip(file_of(film, 1002), 40, 170, 1, 0)
    said = here("take", "untouched", take, *there)
    assert said.code == 11
    assert "does NOT hold" in said.out
    assert "tile 1,5" in said.out
    value = json.loads(here("take", "untouched", take, *there, "--json").out)
    assert value["frames"][1]["take_differs"] == [[1, 5]]


def test_workers_find_what_one_process_finds(film: Studio) -> None:
    take = take_of(film)
    assert untouched(replace(film, workers=2), take.id) == untouched(film, take.id)
