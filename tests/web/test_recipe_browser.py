"""A recipe changed in a real browser: drafted, proposed, undone by the keyboard, and undone again after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from manyhands.actions.adjusting import adjust
from manyhands.actions.proposals import answers, propose
from manyhands.actions.studio import enter
from tests.web.conftest import ME, OTHER, SHOT, Server, put_down, started
from tests.web.test_browser import Page, browser, pytestmark

__all__ = ["browser", "pytestmark"]


@pytest.fixture
def desk(folder: Path) -> Iterator[Server]:
    server = started(folder)
    yield server
    server.kill()
    put_down(folder)


def test_a_recipe_is_changed_proposed_undone_and_undone_again_after_a_reload(browser: object, desk: Server) -> None:
    seen = Page(browser, desk)
    page = seen.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{seen.home}/shots/sh010")
    page.get_by_label("What is to be seen?").fill("haze in the distance")
    page.get_by_role("button", name="Propose", exact=True).click()
    literal = page.locator(".offer", has_text="literal")
    literal.locator("video").wait_for()
    literal.get_by_role("button", name="Change by hand").click()
    form = page.locator("form.byhand")
    form.get_by_role("button", name="Set haze", exact=True).click()
    drawn = form.locator(".small img")
    drawn.wait_for()
    before = drawn.get_attribute("src")
    amount = form.get_by_label("amount share")
    amount.focus()
    page.keyboard.press("End")
    page.wait_for_function(
        f"() => document.querySelector('.byhand .small img').src !== {before!r}"
    )  # the draft follows
    form.get_by_text("set haze.amount from 0.5 to 1").wait_for()
    page.keyboard.press("Control+z")
    form.get_by_text("not proposed yet").wait_for(state="detached")
    page.keyboard.press("Control+Shift+Z")
    form.get_by_text("set haze.amount from 0.5 to 1").wait_for()
    form.get_by_label("air: pick it").fill("#808080")  # middle grey by the curve of sRGB is 0.2159
    assert [float(one) for one in form.get_by_label("air ACEScg").input_value().split(",")] == [0.2159] * 3
    form.get_by_text("set haze.air from").wait_for()
    form.get_by_role("button", name="Undo", exact=True).click()
    form.get_by_text("set haze.air from").wait_for(state="detached")
    assert form.get_by_label("air: pick it").input_value() != "#808080"
    form.get_by_text("Add a step").click()
    form.get_by_role("button", name="Add grade", exact=True).click()
    form.get_by_role("button", name="Move grade before haze").click()
    form.get_by_role("button", name="Move grade after haze").wait_for()
    seen.picture("recipe-edited")
    assert not seen.serious()
    form.get_by_label("Why").fill("thicker, and a grade under it")
    form.get_by_role("button", name="Propose this").click()
    page.locator(".offer", has_text="literal, by hand").locator("form.byhand").wait_for()  # it goes on where it stood
    form.get_by_text("moved grade before haze").wait_for()
    assert form.locator(".changes li").count() == 3
    page.keyboard.press("Control+z")  # the form has the focus: what one act changed is undone
    page.locator(".changes li.undone").nth(2).wait_for()
    page.keyboard.press("Control+Shift+Z")
    page.locator(".changes li.undone").first.wait_for(state="detached")
    page.reload()
    by_hand = page.locator(".offer", has_text="literal, by hand")
    by_hand.get_by_text("3 changes by hand").wait_for()
    seen.picture("recipe-list")
    by_hand.get_by_role("button", name="Change by hand").click()
    form.get_by_role("button", name="Undo: set haze.amount from 0.5 to 1").click()
    page.locator(".changes li.undone").first.wait_for()
    assert page.locator(".changes li.undone").count() == 1
    page.set_viewport_size({"width": 820, "height": 1180})
    page.locator(".changes").scroll_into_view_if_needed()
    seen.picture("recipe-tablet")
    assert not seen.serious()
    form.get_by_role("button", name="Take out grade").click()
    form.get_by_role("button", name="Put grade back").wait_for()
    form.get_by_role("button", name="Put grade back").click()
    form.get_by_role("button", name="Take out grade").wait_for()
    assert not seen.said
    page.locator(".offer", has_text="literal, by hand").get_by_role("button", name="Make it", exact=True).click()
    changes = page.get_by_label("changes")
    changes.wait_for()
    for width, height in ((1280, 800), (820, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_label("What is to be seen?").scroll_into_view_if_needed()
        beside, below = changes.bounding_box(), page.get_by_role("button", name="Propose", exact=True).bounding_box()
        assert beside
        assert below
        assert abs(beside["y"] - below["y"]) < 10  # in one line
        seen.picture(f"note-{width}")


def test_a_picture_is_being_made_only_while_it_is_and_an_error_is_a_sentence(browser: object, folder: Path) -> None:
    film = enter(folder)
    propose(film, ME, SHOT, "haze in the distance", previews=False)
    film.close()
    server = started(folder)
    try:
        seen = Page(browser, server)
        page = seen.page
        page.goto(f"{seen.home}/shots/{SHOT}")
        literal = page.locator(".offer", has_text="literal")
        literal.get_by_text("it has no picture yet").wait_for()
        seen.picture("recipe-without-picture")
        literal.get_by_role("button", name="Make its picture: literal").click()
        literal.get_by_text("its picture is being made").wait_for()
        literal.locator("video").wait_for()
        assert page.locator(".offer").get_by_text("it has no picture yet").count() == 2
        page.get_by_label("What is to be seen?").fill("flibber the wobbly gronk")
        page.get_by_role("button", name="Propose", exact=True).click()
        told = page.locator(".trouble")
        told.wait_for()
        assert told.locator(".where").inner_text() == "Note"
        assert "No maker answers to any of its words." in told.inner_text()
        seen.picture("recipe-error")
        assert not seen.serious()
    finally:
        server.kill()
        put_down(folder)


def test_what_is_being_changed_stays_when_somebody_goes_on_from_the_same_proposal(
    browser: object, folder: Path, desk: Server
) -> None:
    film = enter(folder)
    propose(film, ME, SHOT, "haze in the distance", previews=False)
    first, _ = adjust(film, ME, SHOT, "literal", ["haze.amount=0.6"], why="more", previews=False)
    seen = Page(browser, desk)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}")
    page.locator(".offer", has_text="literal, by hand").get_by_role("button", name="Change by hand").click()
    form = page.locator("form.byhand")
    form.get_by_role("button", name="Set haze", exact=True).click()
    form.get_by_label("amount share").focus()
    page.keyboard.press("End")
    form.get_by_text("set haze.amount from 0.6 to 1").wait_for()
    form.get_by_label("Why").fill("all of it")
    adjust(film, OTHER, SHOT, first.recipes[0], ["haze.near=0.2"], why="nearer", previews=False)
    film.close()
    page.get_by_text("Somebody went on from this meanwhile").wait_for()
    assert form.get_by_label("Why").input_value() == "all of it"
    form.get_by_text("set haze.amount from 0.6 to 1").wait_for()
    assert not seen.serious()
    form.get_by_role("button", name="Propose this").click()
    page.get_by_text("Somebody went on from this meanwhile").wait_for(state="detached")
    said = enter(folder)
    assert [one.set_by for one in answers(said, SHOT)] == ["", "Person A", "Person B", "Person A"]
    said.close()
    assert not seen.said
