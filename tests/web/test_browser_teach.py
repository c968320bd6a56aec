"""Pointing and painting in a real browser: what the hand does is what arrives, and nothing is lost."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.actions import intake, studio
from manyhands.core.hand import person
from manyhands.kit.shapes import coverage
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.taught import HEIGHT, WIDTH, disc_at, plate, true_matte
from tests.web.conftest import ME, SHOT, Server, movie, put_down, started
from tests.web.test_browser import BUILT, CHROMIUM, Page, browser

__all__ = ["browser"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]


@pytest.fixture
def disc(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A studio with a shot in which a disc goes over a wall."""
    film = studio.new(tmp_path / "film", ME, name="A film", door="studio")
    clip = plate()
    write_master(tmp_path / "disc.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    source, _ = intake.source(film, ME, tmp_path / "disc.mov", owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    film.close()
    server = started(tmp_path / "film")
    yield server, tmp_path / "film"
    server.kill()
    put_down(tmp_path / "film")


class Easel:
    """A hand at the easel: places are pixels of the plate."""

    def __init__(self, page: Any, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.page = page
        page.locator(".easel canvas").wait_for()
        page.wait_for_selector(".easel:not(:has(.failed))")
        box = page.locator(".easel canvas").bounding_box()
        self.scale = min(box["width"] / width, box["height"] / height)
        self.left = box["x"] + (box["width"] - width * self.scale) / 2
        self.top = box["y"] + (box["height"] - height * self.scale) / 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def click(self, x: float, y: float, **how: Any) -> None:
        self.page.mouse.click(*self.at(x, y), **how)

    def drag(self, *points: tuple[float, float], button: str = "left") -> None:
        self.page.mouse.move(*self.at(*points[0]))
        self.page.mouse.down(button=button)
        for point in points[1:]:
            self.page.mouse.move(*self.at(*point))
        self.page.mouse.up(button=button)

    def kept(self, folder: Path, at: int) -> np.ndarray:
        """What is on the disk, once all is kept."""
        self.page.wait_for_function("() => document.querySelector('.transport [role=status]').textContent === 'kept'")
        (path,) = folder.glob(f"scratch/painting/{SHOT}/*/matte.{at}.png")
        head = path.read_bytes()[24:26]
        assert head == bytes([8, 0])  # 8 bits, grey
        return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))


def sized(page: Any, size: int, hardness: float = 1) -> None:
    """Set the brush by its sliders."""
    for name, value in (("Size", size), ("Hard", hardness)):
        page.get_by_label(name).evaluate(
            """(slider, value) => {
              Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(value));
              slider.dispatchEvent(new Event('input', { bubbles: true }));
            }""",
            value,
        )


def capsule(start: tuple[float, float], end: tuple[float, float], radius: float) -> np.ndarray:
    """How much of each pixel a hard stroke covers, to within its one soft pixel."""
    across, down = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    (x0, y0), (x1, y1) = start, end
    long = max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9)
    along = np.clip(((across - x0) * (x1 - x0) + (down - y0) * (y1 - y0)) / long, 0, 1)
    away = np.hypot(across - x0 - along * (x1 - x0), down - y0 - along * (y1 - y0))
    return 255 * np.clip(radius + 0.5 - away, 0, 1)


def test_what_the_hand_paints_is_what_arrives(browser: object, disc: tuple[Server, Path]) -> None:
    server, folder = disc
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}/teach")
    easel = Easel(page)
    sized(page, 10)
    easel.drag((20, 20), (60, 20))
    stroked = easel.kept(folder, 1003)
    assert np.abs(stroked - capsule((20, 20), (60, 20), 5)).max() <= 12  # a screen's pixel is a tenth of the plate's
    page.keyboard.press("p")
    corners = [(30.0, 35.0), (70.0, 35.0), (50.0, 58.0)]
    for corner in corners:
        easel.click(*corner)
    page.keyboard.press("Enter")
    both = easel.kept(folder, 1003)
    expected = np.maximum(stroked, 255 * coverage(np.array(corners), WIDTH, HEIGHT))
    assert np.abs(both - expected).max() <= 48  # its rows are cut in four
    assert np.abs(both - expected).mean() < 1
    page.keyboard.press("b")
    easel.drag((40, 20), (40, 45), button="right")
    erased = easel.kept(folder, 1003)
    assert (erased[20:45, 38:42] == 0).all()
    assert (
        np.where(capsule((40, 20), (40, 45), 6.5) > 0, 0, erased)
        == np.where(capsule((40, 20), (40, 45), 6.5) > 0, 0, both)
    ).all()
    for _ in range(3):
        page.keyboard.press("Control+z")
    assert easel.kept(folder, 1003).max() == 0
    page.keyboard.press("Control+Shift+z")
    assert (easel.kept(folder, 1003) == stroked).all()
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+y")
    assert (easel.kept(folder, 1003) == erased).all()
    assert page.get_by_role("button", name="Redo").is_disabled()
    assert not seen.said


def test_a_ring_is_filled_to_its_line_and_emptied_again(browser: object, disc: tuple[Server, Path]) -> None:
    server, folder = disc
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}/teach")
    easel = Easel(page)
    sized(page, 4, 0.5)
    ring = [(48 + 20 * math.cos(turn / 20 * math.pi), 32 + 20 * math.sin(turn / 20 * math.pi)) for turn in range(41)]
    easel.drag(*ring)
    page.keyboard.press("g")
    easel.click(48, 32)
    filled = easel.kept(folder, 1003)
    across, down = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    away = np.hypot(across - 48, down - 32)
    assert (filled[away < 19] == 255).all()  # no seam inside the soft line
    assert (filled[away > 23.5] == 0).all()
    page.keyboard.down("x")
    easel.click(48, 32)
    page.keyboard.up("x")
    assert easel.kept(folder, 1003)[away < 15].max() == 0


def test_a_closed_tab_loses_nothing_and_each_frame_has_its_own(browser: object, disc: tuple[Server, Path]) -> None:
    server, folder = disc
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}/teach")
    easel = Easel(page)
    sized(page, 12)
    easel.drag((20, 30), (30, 30))
    first = easel.kept(folder, 1003)
    page.keyboard.press(".")
    page.wait_for_selector(".easel canvas[data-frame='1007']")
    assert page.get_by_role("button", name="Undo").is_disabled()
    easel.click(60, 40)
    second = easel.kept(folder, 1007)
    page.close()
    seen.page = page = seen.context.new_page()
    page.goto(f"{seen.home}/shots/{SHOT}/teach")
    Easel(page)
    page.locator(".sheets button", has_text="1003").click()
    page.wait_for_selector(".easel canvas[data-frame='1003']")
    page.keyboard.press("o")
    page.keyboard.press("m")
    again = Easel(page)
    again.click(80, 10)
    now = again.kept(folder, 1003)
    assert (np.maximum(first, now) == now).all()  # what was there is there
    assert (now[:, :70] == first[:, :70]).all()
    assert now[10, 80] == 255
    assert (again.kept(folder, 1007) == second).all()
    page.route("**/teach/frames/*.png", lambda route: route.abort())
    again.click(80, 50)
    page.get_by_text("Not kept yet").wait_for()
    page.unroute("**/teach/frames/*.png")
    assert again.kept(folder, 1003)[50, 80] == 255  # sent when the studio answers again


@pytest.mark.slow
def test_a_matte_is_taught_in_the_browser(browser: object, disc: tuple[Server, Path]) -> None:
    server, _ = disc
    seen = Page(browser, server)
    page, found = seen.page, list[str]()
    page.goto(f"{seen.home}/shots/{SHOT}/teach")
    easel = Easel(page)
    found += seen.serious()
    seen.picture("teach-empty")
    sized(page, 23)
    for number, at in enumerate((1003, 1007, 1011)):
        page.locator(".sheets button", has_text=str(at)).click()
        page.wait_for_selector(f".easel canvas[data-frame='{at}']")
        page.wait_for_selector(".easel:not(:has(.failed))")
        easel.click(*disc_at(at - 1001))
        page.locator(".sheets button", has_text=str(at)).get_by_text("white").wait_for()
        if number == 0:
            seen.picture("teach-painting")
    page.get_by_label("What is painted?").fill("disc")
    page.get_by_label("Steps").select_option("300")
    found += seen.serious()
    page.get_by_role("button", name="Teach it").click()
    page.get_by_role("progressbar", name="Steps learned").wait_for(timeout=240_000)
    time.sleep(1)
    seen.picture("teach-learning")
    page.get_by_text("Paint these next:").wait_for(timeout=300_000)
    page.get_by_text("A frame that it had not seen, 1007").wait_for()
    page.get_by_text("The whole report").click()
    found += seen.serious()
    seen.picture("teach-report")
    page.set_viewport_size({"width": 820, "height": 1180})
    seen.picture("teach-tablet")
    assert not found, "\n".join(found)
    assert not seen.said
    assert true_matte(2).max() == 1  # what was painted was there to paint


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A studio with a shot of a house, large enough to point at."""
    film = studio.new(tmp_path / "film", ME, name="A film", door="studio")
    clip = movie(tmp_path / "house.mp4", 6, width=320, height=180)
    source, _ = intake.source(film, ME, clip, owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    studio.person(film, ME, person("Person B"), roles=("artist",))
    film.close()
    server = started(tmp_path / "film")
    yield server, tmp_path / "film"
    server.kill()
    put_down(tmp_path / "film")


def test_a_click_and_a_polygon_go_with_the_note(browser: object, house: tuple[Server, Path]) -> None:
    seen = Page(browser, house[0])
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}")
    page.wait_for_selector("canvas[data-frame='1001']")
    page.get_by_role("group", name="Show it on the picture").get_by_role("button", name="Point").click()
    svg = page.locator("svg.sketch")
    box = svg.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.6 * box["height"])
    page.get_by_text("and sent with the note").wait_for()
    page.get_by_label("What is to be seen?").fill("thick black smoke here")
    found = seen.serious()
    seen.picture("here-point")
    page.get_by_role("button", name="Propose").click()
    page.locator(".offer").nth(2).wait_for()
    answer = answered(page)
    (at,) = {
        tuple(one["value"]) for offer in answer["offers"] for step in offer["steps"] for one in step["controls"]
        if one["set"] == "place.at"
    }  # fmt: skip
    assert at == pytest.approx((0.7 * 320, 0.6 * 180), abs=1)
    assert answer["set_by"] == ME.name
    assert page.locator("svg.sketch circle").count() == 0  # it went with its note
    page.get_by_role("group", name="Show it on the picture").get_by_role("button", name="Polygon").click()
    for x, y in ((0.3, 0.5), (0.4, 0.5), (0.4, 0.7), (0.3, 0.7), (0.3, 0.5)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_text("and sent with the note").wait_for()
    page.get_by_label("What is to be seen?").fill("take out this")
    seen.picture("here-polygon")
    page.get_by_role("button", name="Propose").click()
    page.get_by_text("“take out this”").first.wait_for()
    (shapes,) = {
        one["value"] for offer in answered(page)["offers"] for step in offer["steps"] for one in step["controls"]
        if one["set"] == "roto.shapes"
    }  # fmt: skip
    corners = [tuple(map(float, point.split(","))) for point in shapes.removeprefix("polygon ").split()]
    assert np.allclose(corners, [(96, 90), (128, 90), (128, 126), (96, 126)], atol=1)
    found += seen.serious()
    assert not found, "\n".join(found)
    assert not seen.said


def answered(page: Any) -> dict[str, Any]:
    return page.evaluate(f"async () => (await (await fetch('/api/shots/{SHOT}')).json()).answers[0]")  # type: ignore[no-any-return]
