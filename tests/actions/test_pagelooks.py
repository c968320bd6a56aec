"""A page's pictures fit their room: stills first, then as many frames in motion as the rest holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from manyhands.actions import intake, studio
from manyhands.actions.pagelooks import (
    FILM_BYTES,
    LEAST_BYTES,
    MOST_FRAMES,
    SHOT_BYTES,
    page_pictures,
    room_of_film,
    spread,
)
from manyhands.actions.proposals import propose
from manyhands.actions.studio import Studio
from manyhands.actions.takes import run
from manyhands.core.hand import person
from manyhands.core.take import Take
from manyhands.rights import terms_named
from tests.web.conftest import movie

ME = person("Person A")
CODED = 4 / 3


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, Take]]:
    folder = tmp_path_factory.mktemp("looks")
    film = studio.new(folder / "film", ME, name="A film", door="studio")
    clip = movie(folder / "house.mp4", 60, width=160, height=96)
    source, _ = intake.source(film, ME, clip, owner=ME.name, terms=terms_named("own", credit=""))
    shot = intake.shot(film, ME, source.id)
    answer, _ = propose(film, ME, shot.id, "haze in the distance", previews=False)
    yield film, run(film, ME, shot.id, answer.recipes[0])
    film.close()


def weight(pictures: object) -> int:
    stills = sum(len(getattr(pictures, name)) for name in ("result", "plate", "heat"))
    motion = getattr(pictures, "motion", None)
    return stills + (sum(len(getattr(motion, name)) for name in ("result", "plate", "heat")) if motion else 0)


@pytest.mark.parametrize("room", [SHOT_BYTES, 200_000, 90_000, 30_000])
def test_pictures_fit_their_room_and_move_as_much_as_it_holds(taken: tuple[Studio, Take], room: int) -> None:
    pictures = page_pictures(*taken, room=room)
    assert weight(pictures) * CODED <= room
    motion = pictures.motion
    if room == SHOT_BYTES:
        assert motion
        assert len(motion.frames) == MOST_FRAMES
    if motion:
        frames = motion.frames
        assert (frames[0], frames[-1]) == (1001, 1060)
        assert max(np.diff(frames)) - min(np.diff(frames)) <= 1
        assert motion.rate_fps == taken[1].span.rate_fps
    assert len(pictures.thumbnail) > 500  # it is signed into the credential, whatever the page has room for


def test_where_there_is_no_room_nothing_moves(taken: tuple[Studio, Take]) -> None:
    pictures = page_pictures(*taken, room=1000)
    assert pictures.motion is None
    assert pictures.result[:2] == b"\xff\xd8"


def test_a_film_s_room_is_shared_by_its_shots() -> None:
    assert room_of_film(1) == SHOT_BYTES
    for shots in (5, 20, 60):
        assert shots * room_of_film(shots) <= FILM_BYTES
    assert room_of_film(1000) == LEAST_BYTES


def test_frames_are_spread_from_the_first_to_the_last() -> None:
    assert spread(range(1001, 1101), 5) == (1001, 1026, 1051, 1075, 1100)
    assert spread([7], 1) == (7,)


def test_the_frames_that_move_are_the_take_s(taken: tuple[Studio, Take], tmp_path: Path) -> None:
    import cv2

    from manyhands.actions.frames import look_of
    from manyhands.media.previews import read_small

    studio_, take = taken
    motion = page_pictures(studio_, take).motion
    assert motion
    whole = cv2.imdecode(np.frombuffer(motion.result, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    for index in (0, 17, 47):
        seen = whole[index * motion.height : (index + 1) * motion.height]
        want = read_small(look_of(studio_, take, motion.frames[index], "take"))
        assert np.abs(seen.astype(int) - want).mean() < 6
