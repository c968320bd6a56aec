"""Mattes, painted frames and clean plates, from files to a delivered take; and every way in which they do not fit.

Two tiny makers stand in for large ones: one fills what a matte says with a clean plate or grey, one holds the nearest
painted frame.  What a take shows is known in closed form.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

import manyhands.makers
from manyhands.actions import studio as studios
from manyhands.actions.takes import take_frame
from manyhands.core.take import Take
from manyhands.makers import all_makers
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from tests.doors import here
from tests.plates import plate

ME = ("--by", "Person A", "--workers", "0")
BY = ("--by", "Person A")
SCRIPT = ("--own", "--accept", "--why", "the test accepts", "--json")
WIDTH, HEIGHT, FRAMES = 96, 64, 6
GREY = 0.18

TINY = '''
"""Tiny makers of a test."""
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number
from manyhands.core.words import Words
from typing import Literal


class Params(MakerParams):
    grow_px: float = number(0.0, low=0, high=9, unit="px", about="nothing", bold=2.0)


@maker("tiny_gone", version=1, words=Words(nouns={"tiny clean-up": {"grow_px": 1.0}}))
def tiny_gone(plate: Clip, matte: Clip, p: Params, rng: Chance, bell: Bell, clean: Clip | None = None) -> Clip:
    """Grey, or the clean plate, where the matte is."""
    from manyhands.comp.layers import repainted

    def filled(frame: Frame, at: int) -> Frame:
        if clean is None:
            rgba = np.full_like(frame.rgba, 0.18)
        else:
            near = clean.numbers[0] if clean.numbers else at
            rgba = clean.frame(near).rgba.copy()
        rgba[..., 3] = 1
        return repainted(frame, rgba, tiny_gone.hand, matte.frame(at).alpha)

    return plate.each(filled)


class Which(MakerParams):
    inside: Literal["light", "alpha"] = choice("light", "what of the picture is the matte")


def held(plate, clip, p, hand):
    def shown(frame: Frame, at: int) -> Frame:
        near = min(clip.numbers, key=lambda number: abs(number - at)) if clip.numbers else at
        found = clip.frame(near).rgba
        alpha = found[..., 3] if p.inside == "alpha" else np.minimum(found[..., 1], 1)
        return Frame.of(np.repeat(alpha[..., None], 4, 2), hand)

    return plate.each(shown)


@maker("aa_read", version=1, role="matte")
def aa_read(plate: Clip, picture: Clip, p: Which, rng: Chance, bell: Bell) -> Clip:
    """A picture as a matte."""
    return held(plate, picture, p, aa_read.hand)


@maker("aa_taught", version=1, role="matte")
def aa_taught(plate: Clip, painted: Clip, p: Which, rng: Chance, bell: Bell) -> Clip:
    """The nearest painted frame as a matte."""
    return held(plate, painted, p, aa_taught.hand)
'''


@pytest.fixture(autouse=True, scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Their names come first, so that the journey is theirs whatever else is installed."""
    folder = tmp_path_factory.mktemp("makers")
    (folder / "aa_tiny.py").write_text(TINY, encoding="utf-8")
    path: list[str] = manyhands.makers.__path__
    path.append(str(folder))
    all_makers.cache_clear()
    yield
    path.remove(str(folder))
    sys.modules.pop("manyhands.makers.aa_tiny", None)
    all_makers.cache_clear()


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mov"
    clip = plate(FRAMES)
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


def a_matte(left: int, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """White in a column ten wide."""
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[:, left : left + 10] = 255
    return picture


def written(folder: Path, pictures: dict[str, np.ndarray]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        cv2.imwrite(str(folder / name), picture)
    return folder


def movie(path: Path, frames: int, *, width: int = WIDTH) -> Path:
    clip = plate(frames, width=width)
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


def made(footage: Path, out: Path, *words: object) -> dict[str, object]:
    value: dict[str, object] = here("make", footage, "a tiny clean-up", "-o", out, *ME, *words, *SCRIPT).value
    return value


def grey_columns(out: Path, numbers: Sequence[int], *, light: float = GREY) -> list[list[int]]:
    """The columns of a take's frames that were filled."""
    studio = studios.enter(out / "production")
    (take,) = studio.production.all(Take)
    found = []
    for at in numbers:
        rgb = take_frame(studio, take, at).rgba[..., :3]
        found.append(np.flatnonzero((np.abs(rgb - light) < 1e-3).all((0, 2))).tolist())
    studio.close()
    return found


def column(left: int) -> list[int]:
    return list(range(left, left + 10))


def test_a_few_painted_frames_come_in_with_their_numbers_and_their_painter(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    few = written(tmp_path / "few", {"matte.1001.png": a_matte(10), "matte.1005.png": a_matte(50)})
    told = made(footage, out, "--painted", few, "--painted-by", "Person P")
    # 1001 to 1003 are nearest to 1001, which comes first; 1004 to 1006 to 1005
    assert grey_columns(out, [1001, 1003, 1004, 1006]) == [column(10), column(10), column(50), column(50)]
    assert "person:person-p" in json.dumps(told["takes"])
    page = json.loads((out / "disclosure.json").read_text())
    assert ("Person P", "person", "painted frames") in {(u["name"], u["origin"], u["what"]) for u in page["uses"]}
    sources = {item["title"]: item for item in here("source", "list", "-p", out / "production", "--json").value}
    few_ = sources["few"]
    assert (few_["role"], few_["is_sparse"], few_["painted_by"]) == ("painted", True, "Person P")
    assert here("log", "verify", "-p", out / "production", "--json").value["faults"] == []


def test_whoever_owns_painted_frames_painted_them_if_nobody_else_is_named(footage: Path, tmp_path: Path) -> None:
    few = written(tmp_path / "few", {"matte.1003.png": a_matte(10)})
    here("new", tmp_path / "film", *BY, "--json")
    film = ("-p", tmp_path / "film", "--json")
    told = here("source", "add", few, "--as", "painted", "--owner", "Person Q", *BY, *film).value
    assert told["painted_by"] == "Person Q"
    assert here("source", "add", footage, "--own", *BY, *film).value["painted_by"] == ""
    said = here("source", "add", few, "--as", "painted", "--own", *BY, "-p", tmp_path / "film").out
    assert "1 frames of their own: 1003" in said
    assert "painted by Person A" in said


@pytest.mark.parametrize("kind", ["still", "sequence", "movie"])
def test_a_matte_for_every_frame_is_a_still_a_sequence_or_a_movie(footage: Path, tmp_path: Path, kind: str) -> None:
    out, path = tmp_path / "out", tmp_path / "in"
    if kind == "still":
        path = written(path, {"man.png": a_matte(20)}) / "man.png"
    elif kind == "sequence":
        written(path, {f"man.{1001 + n}.png": a_matte(20 + n) for n in range(FRAMES)})
    else:
        path.mkdir()
        path = movie(path / "man.mov", FRAMES)
    made(footage, out, "--matte", path)
    if kind == "still":
        assert grey_columns(out, [1001, 1006]) == [column(20), column(20)]
    if kind == "sequence":
        assert grey_columns(out, [1001, 1006]) == [column(20), column(25)]


def test_a_clean_plate_painted_for_one_frame_is_seen_and_is_its_painters(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    man = written(tmp_path / "in", {"man.png": a_matte(20)}) / "man.png"
    clean = written(tmp_path / "clean", {"clean.1003.png": np.full((HEIGHT, WIDTH, 3), 255, np.uint8)})
    made(footage, out, "--matte", man, "--clean", clean / "clean.1003.png", "--painted-by", "Person P")
    assert grey_columns(out, [1001, 1006], light=1.0) == [column(20), column(20)]
    sources = {item["title"]: item for item in here("source", "list", "-p", out / "production", "--json").value}
    assert (sources["clean.1003.png"]["role"], sources["clean.1003.png"]["is_sparse"]) == ("clean", True)


def test_the_houses_own_cut_is_made_along_a_matte_that_was_brought(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    man = written(tmp_path / "in", {"man.png": a_matte(20)}) / "man.png"
    assert here("make", footage, "a cutout", "-o", out, *ME, "--matte", man, *SCRIPT).code == 0
    studio = studios.enter(out / "production")
    (take,) = studio.production.all(Take)
    alpha = take_frame(studio, take, 1004).alpha
    studio.close()
    np.testing.assert_allclose(alpha, np.isin(np.arange(WIDTH), column(20))[None].repeat(HEIGHT, 0), atol=1e-3)


def test_one_picture_painted_alike_for_two_frames_is_two_sources(footage: Path, tmp_path: Path) -> None:
    here("new", tmp_path / "film", *BY, "--json")
    film = ("-p", tmp_path / "film", "--json")
    ids = []
    for number in (1001, 1005):
        one = written(tmp_path / str(number), {f"matte.{number}.png": a_matte(10)})
        ids.append(here("source", "add", one, "--as", "painted", "--own", *BY, *film).value["sha256"])
    assert len(set(ids)) == 2
    again = here("source", "add", tmp_path / "1001", "--as", "painted", "--own", *BY, *film).value
    assert again["sha256"] == ids[0]


def test_step_by_step_with_ids_revised_and_set_by_hand(footage: Path, tmp_path: Path) -> None:
    here("new", tmp_path / "film", *BY, "--json")
    film = ("-p", tmp_path / "film", "--json")
    few = written(tmp_path / "few", {"matte.1001.png": a_matte(10)})
    man = written(tmp_path / "in", {"man.png": a_matte(30)}) / "man.png"
    here("source", "add", footage, "--own", *BY, *film)
    here("source", "add", few, "--as", "painted", "--own", *BY, *film)
    here("source", "add", man, "--as", "matte", "--own", *BY, *film)
    here("shot", "add", "plate", *BY, *film)
    note = ("propose", "sh010", "a tiny clean-up", *ME, "--no-previews")
    assert "--painted" in here(*note, *film).refused("NoteError")["fix"]
    here(*note, "--painted", "few", *film)
    by_hand = ("--like", "literal", "--set", "tiny_gone.matte=source:man", "--why", "cleaner", "--no-previews")
    here("propose", "sh010", *ME, *by_hand, *film)
    take = here("run", "sh010", "literal, by hand", *ME, *film).value
    assert [use["what"] for use in take["uses"]] == ["matte", "matte"]
    revised = here("propose", "sh010", "warmer", "--revise", take["id"], *ME, "--no-previews", *film).value
    assert revised["answer"]["understanding"]["unknown"] == []
    wrong = ("--set", "tiny_gone.matte=source:plate", "--like", "literal", "--why", "so")
    assert "brought in as footage" in here("propose", "sh010", *ME, *wrong, *film).refused("InputError")["what"]
    assert "was brought in as matte" in here(*note, "--painted", "man", *film).refused("InputError")["what"]
    told = here(*note, "--matte", "plate", *film).refused("InputError")
    assert "--as matte" in told["fix"]


# -- what does not fit ---------------------------------------------------------------------------


def wrong_size(folder: Path) -> tuple[object, ...]:
    return "--matte", written(folder, {"man.png": a_matte(4, size=(48, 32))}) / "man.png"


def wrong_size_painted(folder: Path) -> tuple[object, ...]:
    return "--painted", written(folder, {"matte.1001.png": a_matte(4, size=(48, 32))})


def too_few(folder: Path) -> tuple[object, ...]:
    return "--matte", written(folder, {f"man.{1001 + n}.png": a_matte(4) for n in range(4)})


def too_short(folder: Path) -> tuple[object, ...]:
    folder.mkdir()
    return "--matte", movie(folder / "man.mov", 3)


def gaps(folder: Path) -> tuple[object, ...]:
    return "--matte", written(folder, {f"man.{n}.png": a_matte(4) for n in (1001, 1003, 1006)})


def for_one_frame(folder: Path) -> tuple[object, ...]:
    return "--matte", written(folder, {"man.1003.png": a_matte(4)}) / "man.1003.png"


def outside(folder: Path) -> tuple[object, ...]:
    return "--painted", written(folder, {f"matte.{n}.png": a_matte(4) for n in (7, 1003, 1040)})


def version_number(folder: Path) -> tuple[object, ...]:
    return "--clean", written(folder, {"clean_v2.png": a_matte(4)}) / "clean_v2.png"


def empty(folder: Path) -> tuple[object, ...]:
    folder.mkdir()
    return "--painted", folder


def a_movie(folder: Path) -> tuple[object, ...]:
    folder.mkdir()
    return "--painted", movie(folder / "few.mov", 3)


def nowhere(folder: Path) -> tuple[object, ...]:
    return "--matte", folder / "nowhere.png"


@pytest.mark.parametrize(
    ("what", "kind", "says", "fix"),
    [
        (wrong_size, "InputError", "matte man.png: it is 48x32; the plate is 96x64", "at the plate's size, 96x64"),
        (wrong_size_painted, "InputError", "it is 48x32; the plate is 96x64", "at the plate's size"),
        (too_few, "InputError", "it has frames 1001 to 1004; the shot has frames 1001 to 1006", "--painted"),
        (too_short, "InputError", "it has 3 frames; the plate has 6, the shot 6", "one frame for each"),
        (gaps, "MediaError", "3 are missing: 1002, 1004-1005", "--painted"),
        (for_one_frame, "InputError", "by its name it is for frame 1003 alone", "--painted"),
        (outside, "InputError", "frame 7, 1040 lies outside; the shot has frames 1001 to 1006", "matte.1013.png"),
        (version_number, "InputError", "frame 2 lies outside", "The number at the end of a file's name"),
        (empty, "MediaError", "there is no picture in this folder", "numbered sequence"),
        (a_movie, "MediaError", "only pictures are numbered", "matte.1013.png"),
        (nowhere, "MediaError", "there is no such file", "Check the name"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_does_not_fit_is_refused_before_anything_is_made(
    footage: Path, tmp_path: Path, what: object, kind: str, says: str, fix: str
) -> None:
    out = tmp_path / "out"
    option, path = what(tmp_path / "in")  # type: ignore[operator]
    told = here("make", footage, "a tiny clean-up", "-o", out, *ME, option, path, *SCRIPT).refused(kind)
    assert says in told["what"]
    assert fix in told["fix"]
    assert not out.exists()


@pytest.mark.parametrize("what", [wrong_size_painted, outside], ids=["size", "numbers"])
def test_it_is_refused_in_a_production_too(footage: Path, tmp_path: Path, what: object) -> None:
    here("new", tmp_path / "film", *BY, "--json")
    film = ("-p", tmp_path / "film", "--json")
    here("source", "add", footage, "--own", *BY, *film)
    here("shot", "add", "plate", *BY, *film)
    _, path = what(tmp_path / "few")  # type: ignore[operator]
    here("source", "add", path, "--as", "painted", "--own", *BY, *film)
    note = ("propose", "sh010", "a tiny clean-up", *ME, "--no-previews", "--painted", "few")
    here(*note, *film).refused("InputError")


def test_a_shot_on_a_part_of_the_plate_takes_a_matte_of_either(footage: Path, tmp_path: Path) -> None:
    """A movie has no numbers: one as long as the plate begins with it, one as long as the shot with that."""
    here("new", tmp_path / "film", *BY, "--json")
    film = ("-p", tmp_path / "film", "--json")
    for path in (footage, movie(tmp_path / "whole.mov", FRAMES), movie(tmp_path / "part.mov", 3)):
        more = () if path == footage else ("--as", "matte")
        here("source", "add", path, "--own", *more, *BY, *film)
    here("shot", "add", "plate", "--first", 1003, "--last", 1005, *BY, *film)
    studio = studios.enter(tmp_path / "film")
    from manyhands.actions.jobs import job
    from manyhands.core.recipe import Recipe
    from manyhands.core.shot import Shot

    for id_, first in (("whole", 1001), ("part", 1003)):
        answer = here("propose", "sh010", "a tiny clean-up", *ME, "--no-previews", "--matte", id_, *film).value
        recipe = studio.production.get(Recipe, answer["answer"]["recipes"][1])
        assert job(studio, studio.production.get(Shot, "sh010"), recipe, seed=1).sources[id_].first_frame == first
    studio.close()
