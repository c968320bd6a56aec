"""The guide to the first shot, walked as it is written, on the demonstration's plate; its pictures are made here.

They are kept as what the build made; ``make pictures`` puts them beside the guide.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from manyhands.actions import demo
from manyhands.core.span import Span
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.web.app import BUILT
from tests.docs.written import DOCS
from tests.web.conftest import Server
from tests.web.test_browser import CHROMIUM, Page, browser  # noqa: F401

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("sklearn", reason="the demonstration's photograph is not installed")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]
GUIDE = DOCS / "how" / "first-shot-in-the-browser.md"
PICTURES = Path(os.environ.get("MANYHANDS_FIRST_SHOT", ".cache/studio/first-shot"))
NOTE = "thick black smoke on the roof, wind from the left, a darker sky"
FRAMES, QUALITY = 12, 82


def test_the_first_shot_as_the_guide_tells_it(browser: object, empty: Server, tmp_path: Path) -> None:  # noqa: F811
    plate = demo.plate()
    span = Span(length=FRAMES, rate_fps=demo.RATE_FPS)
    write_master(tmp_path / "tower.mov", plate, span=span, format="dnxhr", view=view_for("rec709"))
    seen = Page(browser, empty)
    page, made = seen.page, list[str]()
    page.set_viewport_size({"width": 1280, "height": 800})

    def picture(name: str) -> None:
        page.mouse.move(2, 2)
        page.wait_for_load_state("networkidle") if name == "page" else page.wait_for_timeout(400)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=QUALITY)
        made.append(name)

    page.get_by_label("What is it called?").fill("The burning tower")
    page.get_by_label("Who are you?").fill("Person A")
    page.get_by_role("button", name="Begin").click()
    page.get_by_test_id("chooser").set_input_files(tmp_path / "tower.mov")
    page.get_by_label("own I shot this").check()
    picture("drop")
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector("canvas[data-frame='1001']")
    page.get_by_label("What is to be seen?").fill(NOTE)
    page.get_by_role("button", name="Propose", exact=True).click()
    page.locator(".offer video").nth(2).wait_for(timeout=300_000)
    picture("propose")
    page.locator(".offer", has_text="literal").get_by_role("button", name="Make it", exact=True).click()
    page.locator(".takes button", has_text="literal").wait_for(timeout=300_000)
    page.get_by_role("link", name="Decide").click()
    page.keyboard.press("End")
    page.wait_for_selector(f"canvas[data-frame='{span.start + FRAMES - 1}']")
    page.keyboard.press("w")
    page.wait_for_selector("canvas[data-mode='wipe']")
    picture("wipe")
    page.keyboard.press("h")
    page.wait_for_selector("canvas[data-mode='hands']")
    picture("hands")
    page.keyboard.press("h")
    page.get_by_role("radio", name="Accept").click()
    page.get_by_label("Why?").fill("the smoke leans with the wind, and the tower stays as it was shot")
    picture("decide")
    page.get_by_role("button", name="Accept literal").click()
    page.get_by_text("accepted").first.wait_for()
    page.get_by_role("link", name="Deliver").click()
    page.get_by_text("Nothing stops it.").wait_for()
    page.get_by_role("button", name="Deliver").click()
    page.get_by_text("The page for the audience").wait_for(timeout=300_000)
    picture("deliver")
    page.goto(f"{seen.home}/")
    page.get_by_text("delivered").wait_for()
    picture("shots")
    assert not seen.said
    shown = re.findall(r"\]\(\.\./pictures/first-shot/(\w+)\.jpg\)", GUIDE.read_text())
    assert set(shown) <= set(made), "the guide shows what is not made here"


def test_each_picture_of_the_guide_is_there() -> None:
    shown = re.findall(r"\]\((\.\./pictures/first-shot/\w+\.jpg)\)", GUIDE.read_text())
    assert len(shown) >= 5
    assert [name for name in shown if not (GUIDE.parent / name).is_file()] == []
