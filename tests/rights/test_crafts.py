"""Crafts: every purpose and role that makes or helps a picture is somebody's work on a set."""

from __future__ import annotations

from typing import get_args

import pytest

from manyhands.core.errors import InputError
from manyhands.core.maker import Purpose, Role
from manyhands.core.recipe import Step
from manyhands.makers import all_makers, find_maker
from manyhands.rights.crafts import check_craft, crafts, crafts_of


def test_every_purpose_is_one_crafts_work_and_nothing_else_is_named() -> None:
    named = [purpose for one in crafts().values() for purpose in one.purposes]
    assert sorted(named) == sorted(get_args(Purpose))
    assert {role for one in crafts().values() for role in one.roles} <= {*get_args(Role)}
    assert all(one.about and (one.purposes or one.roles) for one in crafts().values())


@pytest.mark.parametrize(
    ("maker", "craft"),
    [
        ("roto", "roto"), ("key", "roto"), ("taught", "roto"), ("remove", "paint"), ("smoke", "fx"), ("grade", "look"),
        ("taught_look", "look"), ("place", "comp"), ("track", "matchmove"), ("retime", "retime"),
        ("stabilise", "stabilise"), ("upscale", "upres"),
    ],
)  # fmt: skip
def test_a_maker_does_the_work_that_a_person_of_that_craft_does(maker: str, craft: str) -> None:
    one = find_maker(maker)
    assert crafts_of(one, Step(name=maker, maker=maker, version=one.version, params={}, inputs={})) == {craft}


def test_every_maker_of_the_house_that_draws_or_helps_has_a_craft() -> None:
    without = {
        one.name
        for one in all_makers().values()
        if not crafts_of(one, Step(name=one.name, maker=one.name, version=one.version, params={}, inputs={}))
    }
    assert without == {"lock"}  # it puts the plate back where nothing was asked for


def test_a_craft_that_is_none_names_those_that_there_are() -> None:
    check_craft("")
    with pytest.raises(InputError, match=r"cooking is no craft\. It is one of roto, paint"):
        check_craft("cooking")
