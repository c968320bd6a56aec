"""Every maker of the house has a note that shows it and its picture; the note proposes that maker."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from manyhands.actions.brought import check_fits
from manyhands.actions.intake import is_sparse
from manyhands.core.recipe import Recipe
from manyhands.makers import all_makers
from manyhands.media.footage import probe
from manyhands.media.stills import write_png
from manyhands.propose import Brought, adjusted, propose, setting
from tests.docs.written import DOCS, ROOT, generator
from tests.propose.house import reading


def module(name: str) -> ModuleType:
    if str(DOCS) not in sys.path:
        sys.path.insert(0, str(DOCS))
    return importlib.import_module(name)


EXAMPLES = module("pages.examples").examples()
PLATES = module("plates")
GENERATED = generator().pages()
HOUSE = [
    maker.name
    for maker in all_makers().values()
    # what a maker shows that needs a key or weights is theirs, and not at hand where the pictures are made
    if maker.function.__module__.startswith("manyhands.makers.") and not maker.needs
]
every_example = pytest.mark.parametrize("name", EXAMPLES)


FREE = [name for name in HOUSE if all_makers()[name].quote is None]
"""What a hosted model makes has to be paid for, so the reference shows no picture of it."""


@pytest.mark.parametrize("name", FREE)
def test_a_maker_has_a_note_that_shows_it_and_its_picture(name: str) -> None:
    assert name in EXAMPLES, f"add a note for it to docs/examples.toml, then: python docs/pictures.py {name}"
    assert EXAMPLES[name].picture.is_file(), f"make its picture: python docs/pictures.py {name}"


@every_example
def test_an_example_is_of_a_maker_that_there_is(name: str) -> None:
    assert name in HOUSE


def test_there_is_no_picture_of_a_maker_that_is_gone() -> None:
    kept = {path.stem for path in module("pages.examples").PICTURES.iterdir()}
    assert kept <= set(EXAMPLES)


@every_example
def test_a_picture_is_small_and_as_wide_as_the_page(name: str) -> None:
    path = EXAMPLES[name].picture
    assert path.stat().st_size <= 80_000
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape[1] == 960
    assert picture.std() > 10  # something is to be seen


def test_the_page_on_plate_lock_shows_its_pictures_and_whose_photograph_they_are() -> None:
    page = (DOCS / "how/lock-an-edit.md").read_text()
    kept = sorted((DOCS / "pictures/lock").iterdir())
    assert [path.stem for path in kept] == ["came", "difference", "locked", "whole"]
    for path in kept:
        assert f"](../pictures/lock/{path.name})" in page
        assert path.stat().st_size <= 80_000
    assert PLATES.CREDIT in page


@every_example
def test_the_page_shows_the_picture_with_what_is_seen_and_whose_photograph_it_is(name: str) -> None:
    told = GENERATED["docs/reference/makers.md"].split(f"\n## {name}\n")[1].split("\n## ")[0]
    example = EXAMPLES[name]
    assert f"{example.seen}](../pictures/makers/{name}.jpg)" in told
    flat = " ".join(told.split())
    assert f"“{example.note}”" in flat
    assert (PLATES.CREDIT in flat) == (example.maker != "key")  # its plate is made in code
    assert (ROOT / "docs/pictures/makers" / f"{name}.jpg") == example.picture


@every_example
def test_its_note_proposes_the_maker(name: str) -> None:
    example = EXAMPLES[name]
    brought = [
        Brought(what, f"{what}.png", 1280, 720, 48, 24.0, role == "element", "" if role == "element" else role, "srgb")  # type: ignore[arg-type]
        for role, what in example.brings.items()
        if role != "source"
    ]
    proposal = propose(example.note, reading(), all_makers(), elements=brought)[1]
    assert not proposal.understanding.unknown
    recipe: Recipe = proposal.recipe
    if example.settings:
        recipe, _ = adjusted(recipe, [setting(one) for one in example.settings], reading(), all_makers(), brought)
    assert name in {step.maker for step in recipe.steps}


@every_example
def test_what_it_brings_fits_its_plate(name: str, tmp_path: Path) -> None:
    example = EXAMPLES[name]
    clip = PLATES.PLATES[example.plate]()
    assert example.at in clip.span
    write_png(tmp_path / "plate.png", np.zeros((clip.height, clip.width, 3), np.uint8))
    plate = probe(tmp_path / "plate.png")
    for role, what in example.brings.items():
        path = PLATES.BROUGHT[what](tmp_path, clip)
        if role not in ("element", "source"):
            check_fits(probe(path, sparse=is_sparse(path, role)), role, plate, clip.span)  # type: ignore[arg-type]


def test_the_walkers_matte_is_what_covers_the_pagoda() -> None:
    bare, walked = PLATES.pagoda(), PLATES.walker()
    alpha, _ = PLATES._figure(20, bare.width, bare.height)
    before, after = (clip.frame(bare.span.start + 20).rgb for clip in (bare, walked))
    np.testing.assert_array_equal(after[alpha == 0], before[alpha == 0])
    assert 0.001 < (alpha > 0.5).mean() < 0.05


def test_pictures_stand_side_by_side_at_the_width_of_the_page() -> None:
    pictures = module("pictures")
    red, blue = (np.full((90, 160, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    two = pictures.side_by_side([red, blue])
    assert two.shape == (268, 960, 3)  # 476 px each, and 476 * 90 / 160
    assert two[100, 475].tolist() == [200, 0, 0]
    assert two[100, 476:484].min() == 255
    assert two[100, 484].tolist() == [0, 0, 200]
    assert pictures.side_by_side([red, blue, red]).shape[1] == 960


@pytest.mark.slow
def test_a_picture_is_made_by_the_studios_own_way(tmp_path: Path) -> None:
    plate, made = module("pictures").shown(EXAMPLES["grade"], tmp_path, scale=0.1)
    assert plate.shape == made.shape == (72, 128, 3)
    assert made.mean() < 0.9 * plate.mean()  # one stop darker
