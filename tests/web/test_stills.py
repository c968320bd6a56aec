"""What a person sees who stops on a frame, looks closer, marks a range, and speaks of it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from manyhands.actions.comments import comment
from manyhands.actions.decisions import decide
from manyhands.actions.studio import enter
from tests.web.conftest import ME, SHOT, Server, put_down, served, started
from tests.web.stills import EDGE, FINE, FRAMES, HEIGHT, TOUCHED, WIDTH, reviewed
from tests.web.test_browser import Page, browser, pytestmark
from tests.web.test_frames import COLUMNS, opened

__all__ = ["browser", "pytestmark"]

LAST = 1000 + FRAMES
WIDE, TABLET = {"width": 1280, "height": 800}, {"width": 820, "height": 1180}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return reviewed(tmp_path_factory.mktemp("stills"))


@pytest.fixture(scope="module")
def film(folder: Any) -> Iterator[Server]:
    server = started(folder)
    yield server
    server.kill()
    put_down(folder)


class Desk(Page):
    """The page of the shot, where it is decided on."""

    def __init__(self, browser: Any, film: Server, **settings: Any) -> None:
        super().__init__(browser, film, **settings)
        self.page.set_viewport_size(WIDE)
        self.page.goto(f"{self.home}/shots/{SHOT}/decide")
        self.page.wait_for_selector("canvas[data-frame='1001']")
        box = self.page.locator(".screen").bounding_box()
        assert box is not None
        self.left, self.top, self.wide, self.high = (box[name] for name in ("x", "y", "width", "height"))

    def still(self, at: int, mode: str = "one") -> None:
        self.page.wait_for_selector(f"canvas[data-frame='{at}'][data-mode='{mode}'][data-still='full']")

    def go(self, frame: int) -> None:
        """Step to a frame, each step once the last one is on the screen."""
        while (now := int(self.page.locator(".screen canvas").get_attribute("data-frame") or 0)) != frame:
            way = 1 if now < frame else -1
            self.page.keyboard.press("ArrowRight" if way > 0 else "ArrowLeft")
            self.page.wait_for_selector(f"canvas[data-frame='{now + way}']")

    def row(self, share: float) -> np.ndarray:
        """The code values of one row of the screen, by its share of the height from above."""
        read = """(share) => { const canvas = document.querySelector('.screen canvas');
          const y = Math.round(canvas.height * share);
          return [...canvas.getContext('2d').getImageData(0, y, canvas.width, 1).data]; }"""
        return np.array(self.page.evaluate(read, share)).reshape(-1, 4)[:, :3]

    def fitted(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the whole picture on the screen."""
        scale = min(self.wide / WIDTH, self.high / HEIGHT)
        return (self.wide - WIDTH * scale) / 2, (self.high - HEIGHT * scale) / 2, WIDTH * scale, HEIGHT * scale

    def number(self) -> int:
        """The number that the whole picture on the screen carries."""
        left, _, wide, _ = self.fitted()
        row = self.row(0.4)
        middles = [round(left + (2 * digit + 1) * wide / (2 * COLUMNS)) for digit in range(COLUMNS)]
        return sum(1 << digit for digit, x in enumerate(middles) if row[x - 3 : x + 4].mean() > 110)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a pixel of the whole picture is on the page."""
        left, top, wide, high = self.fitted()
        return self.left + left + x * wide / WIDTH, self.top + top + y * high / HEIGHT


def test_a_still_is_every_pixel_of_its_frame_and_what_nobody_touched_is_the_plate(folder: Any) -> None:
    with served(folder) as client:
        stills = {kind: _opened(client, f"/api/takes/{SHOT}-2/frames/1004/{kind}.png") for kind in ("take", "plate")}
        stills["shot's plate"] = _opened(client, f"/api/shots/{SHOT}/frames/1004/plate.png")
        hands = _opened(client, f"/api/takes/{SHOT}-2/frames/1004/hands.png")
    left, top, right, bottom = TOUCHED
    changed = np.zeros((HEIGHT, WIDTH), bool)
    changed[top:bottom, left:right] = True
    for name in ("plate", "shot's plate"):
        difference = np.abs(stills["take"] - stills[name]).max(-1)
        assert difference[changed].min() > 0, name
        assert difference[~changed].max() == 0, name
    assert hands.shape == (HEIGHT, WIDTH, 3)
    assert (hands[:FINE, : EDGE - 1] == hands[:FINE, : EDGE - 1, :1]).all()  # grey to the very pixel
    assert (hands[:FINE, EDGE:, 2] > hands[:FINE, EDGE:, 0]).all()


def _opened(client: TestClient, path: str) -> np.ndarray:
    answer = client.get(path)
    assert (answer.headers["content-type"], "immutable" in answer.headers["cache-control"]) == ("image/png", True)
    return opened(answer.content).astype(int)


def test_a_paused_frame_is_full_size_and_its_own(browser: object, film: Server) -> None:
    seen = Desk(browser, film)
    page = seen.page
    for frame in (1001, 1007, 1003, LAST):
        seen.go(frame)
        seen.still(frame)
        assert seen.number() + 1001 == frame
        page.mouse.move(*seen.at(600, HEIGHT - 20))
        page.keyboard.press("z")  # one pixel is one pixel
        page.wait_for_function("() => document.querySelector('.zoom').textContent.startsWith('100 %')")
        rows = (seen.row(share)[100:-100].mean(-1) for share in np.arange(0.98, 0.5, -15 / seen.high))
        row = next(row for row in rows if row.max() > 225)  # the first from below that is of the fine columns
        assert ((row > 225) | (row < 20)).all()  # a take's half floats are dithered by one code value
        assert ((row[:-1] > 225) != (row[1:] > 225)).all()
        page.keyboard.press("f")
    for key, mode in (("w", "wipe"), ("s", "side"), ("d", "difference"), ("h", "hands")):
        page.keyboard.press(key)
        seen.still(LAST, mode)
        if mode != "side":
            continue
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        seen.still(LAST, mode)
    assert not seen.said


# what a page asks for comes late, and whether it was called off meanwhile is kept
SLOW = """() => { window.told = []; const real = window.fetch;
  window.fetch = (url, init) => !String(url).includes('.png') ? real(url, init) : new Promise((go, no) => {
    const one = [String(url), false]; window.told.push(one);
    setTimeout(() => { one[1] = init.signal.aborted;
      one[1] ? no(new Error('off')) : go(real(url, init)); }, 500); }); }"""
STEPS = """async (frame) => { const seen = []; const canvas = document.querySelector('.screen canvas');
  for (const last = frame + 5; frame < last; frame++) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    while (canvas.dataset.frame !== String(frame)) await new Promise((go) => requestAnimationFrame(go));
    seen.push([frame, canvas.dataset.still]);
  }
  return seen; }"""


def _frame(url: str) -> int:
    return int(url.split("/frames/")[1].split("/", maxsplit=1)[0])


def test_a_still_waits_until_somebody_stops_and_a_step_calls_it_off(browser: object, film: Server) -> None:
    seen = Desk(browser, film)
    page = seen.page
    seen.still(1001)
    page.evaluate(SLOW)
    assert page.evaluate(STEPS, 1002) == [[frame, ""] for frame in range(1002, 1007)]  # the small one first
    assert seen.number() + 1001 == 1006
    page.wait_for_timeout(300)  # the still of this one is on its way
    page.keyboard.press("ArrowRight")
    seen.still(1007)
    assert seen.number() + 1001 == 1007
    told = page.evaluate("window.told")
    assert [(_frame(url), over) for url, over in told] == [(1006, True), (1007, False)]  # none of those between
    page.keyboard.press("l")
    page.wait_for_selector("canvas[data-still='']")
    page.keyboard.press("k")


def test_the_difference_is_of_the_stills(browser: object, film: Server) -> None:
    seen = Desk(browser, film)
    seen.page.keyboard.press("d")
    seen.still(1001, "difference")
    left, top, right, bottom = TOUCHED
    share = (seen.at(0, (top + bottom) / 2)[1] - seen.top) / seen.high
    row = seen.row(share).max(-1)
    inside = row[round(seen.at(left, 0)[0] - seen.left) + 3 : round(seen.at(right, 0)[0] - seen.left) - 3]
    assert inside.min() > 20
    assert row[: round(seen.at(left, 0)[0] - seen.left) - 3].max(initial=0) == 0
    assert row[round(seen.at(right, 0)[0] - seen.left) + 3 :].max(initial=0) == 0


def test_who_looks_closer_reads_the_hands_of_the_very_pixel(browser: object, film: Server) -> None:
    seen = Desk(browser, film)
    page = seen.page
    page.keyboard.press("h")
    seen.still(1001, "hands")
    page.mouse.move(*seen.at(EDGE, 300))
    for _ in range(8):
        page.keyboard.press("+")
    page.wait_for_timeout(200)
    row = seen.row((seen.at(0, 300)[1] - seen.top) / seen.high)
    blue = row[:, 2] - row[:, 0] > 12
    edge = int(np.argmax(blue[100:])) + 100  # where the tint begins on the screen
    assert blue[edge : edge + 8].all()
    assert not blue[edge - 8 : edge].any()
    y = seen.at(0, 300)[1]
    for aside, column, hand in ((-2, EDGE - 1, "plate"), (2, EDGE, "smoke")):
        page.mouse.move(seen.left + edge + aside, y)
        page.locator(".here", has_text=f"x {column}, y ").wait_for()
        assert hand in page.locator(".here").inner_text()
    # and what is drawn on the picture lies where it was drawn, however close one looks
    page.keyboard.press("1")
    page.keyboard.press("f")
    page.get_by_role("button", name="box").click()
    page.mouse.move(*seen.at(300, 200))
    page.mouse.down()
    page.mouse.move(*seen.at(500, 300), steps=4)
    page.mouse.up()
    page.mouse.move(*seen.at(400, 250))
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(200)
    zoom = float(page.locator(".zoom").inner_text().split(" ")[0]) / 100
    box = page.locator(".sketch rect").bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(200 * zoom, rel=0.03)
    assert box["x"] + box["width"] / 2 == pytest.approx(seen.at(400, 0)[0], abs=5)  # it was zoomed about its middle
    page.keyboard.down(" ")
    page.mouse.down()
    page.mouse.move(seen.at(400, 250)[0] + 60, seen.at(400, 250)[1], steps=4)
    page.mouse.up()
    page.keyboard.up(" ")
    moved = page.locator(".sketch rect").bounding_box()
    assert moved is not None
    assert moved["x"] - box["x"] == pytest.approx(60, abs=2)
    assert page.locator(".sketch rect").count() == 1  # the drag drew nothing
    assert page.get_by_role("button", name="Play", exact=True).count() == 1  # and played nothing
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause").wait_for()
    page.keyboard.press("k")


def test_two_fingers_look_closer(browser: object, film: Server) -> None:
    seen = Desk(browser, film, has_touch=True)
    told = seen.context.new_cdp_session(seen.page)
    x, y = seen.at(WIDTH / 2, HEIGHT / 2)

    def fingers(kind: str, apart: float, aside: float = 0) -> None:
        points = [{"x": x + aside + side * apart / 2, "y": y, "id": side} for side in (-1, 1)] if apart else []
        told.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = float(seen.page.locator(".zoom").inner_text().split(" ")[0])
    fingers("touchStart", 80)
    for apart in range(100, 241, 20):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    seen.page.wait_for_timeout(200)
    after = float(seen.page.locator(".zoom").inner_text().split(" ")[0])
    assert after == pytest.approx(3 * before, rel=0.05)


def test_a_range_is_spoken_of_kept_and_played(browser: object, film: Server, folder: Any) -> None:
    seen = Desk(browser, film)
    page = seen.page

    seen.go(1003)
    page.keyboard.press("i")
    seen.go(1006)
    page.keyboard.press("o")
    page.get_by_label("On frames 1003–1006").fill("it floats <b>here</b>")
    page.get_by_role("button", name="Say it").click()
    page.get_by_role("button", name="Play 1003–1006").wait_for()
    page.get_by_role("radio", name="frame 1006").check()
    page.get_by_label("On frame 1006").fill("and this one blinks")
    page.get_by_role("button", name="Say it").click()
    page.get_by_role("button", name="Go to frame 1006", exact=True).wait_for()
    film_ = enter(folder)
    comment(film_, ME, f"{SHOT}-{TAKES_LAST}", "later, the edge", first=1010, last=1011)
    film_.close()
    remarks = page.locator(".remark")
    remarks.nth(2).wait_for()
    assert remarks.count() == 3
    remarks.nth(0).hover()
    assert "Person A it floats <b>here</b>" in page.locator(".bubble").inner_text().replace("\n", " ")
    seen.picture("remark")
    remarks.nth(2).click()
    page.wait_for_selector("canvas[data-frame='1010']")
    page.keyboard.press("b")
    page.wait_for_selector("canvas[data-frame='1006']")
    page.keyboard.press("b")
    page.wait_for_selector("canvas[data-frame='1003']")
    page.keyboard.press("n")
    page.wait_for_selector("canvas[data-frame='1006']")

    # marks last over a reload and another take, and what plays loops in them
    page.reload()
    page.get_by_role("button", name="No marks").wait_for()
    page.locator(".takes button", has_text="seed 1").click()
    assert "1003–1006" in page.get_by_role("button", name="No marks").inner_text()
    page.keyboard.press("l")
    played = _played(page)
    assert played <= {1003, 1004, 1005, 1006}
    assert len(played) > 2
    page.keyboard.press("k")
    page.keyboard.press("1")

    # a remark's frames are played with one press, and the marks stay
    page.get_by_role("button", name="Play 1010–1011").click()
    assert _played(page) <= {1010, 1011}
    assert "1003–1006" in page.get_by_role("button", name="No marks").inner_text()
    page.keyboard.press("k")
    seen.go(1004)
    page.keyboard.press("x")
    assert page.get_by_role("button", name="No marks").count() == 0
    page.keyboard.press("r")
    assert _played(page) <= {1003, 1004, 1005, 1006}
    page.keyboard.press("k")
    assert not seen.said


def _played(page: Any) -> set[int]:
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_timeout(300)
    frames = set()
    for _ in range(25):
        frames.add(int(page.evaluate("document.querySelector('.screen canvas').dataset.frame")))
        page.wait_for_timeout(50)
    return frames


TAKES_LAST = 4


def test_four_takes_at_once_and_each_alone(browser: object, film: Server, folder: Any) -> None:
    film_ = enter(folder)
    decide(film_, ME, f"{SHOT}-2", "accept", reason="it sits")
    film_.close()
    seen = Desk(browser, film, reduced_motion="reduce")
    page, found = seen.page, list[str]()
    page.get_by_role("button", name="Plate").click()
    for seed in (1, 3, 4):
        page.locator(".takes button", has_text=f"seed {seed}").click()
    page.keyboard.press("s")
    seen.still(1001, "side")
    names = page.get_by_label("Which is which").get_by_role("listitem").all_inner_texts()
    assert [one.replace("\n", " ") for one in names] == [
        "1 literal · seed 2 ✓ accepted", "2 literal · seed 1", "3 literal · seed 3", "4 literal · seed 4",
    ]  # fmt: skip
    boxes = [one.bounding_box() for one in page.get_by_label("Which is which").get_by_role("listitem").all()]
    assert len({(round(box["x"]), round(box["y"])) for box in boxes if box}) == 4
    found += seen.serious()
    seen.picture("four-1280")
    page.mouse.move(seen.left + seen.wide * 0.75, seen.top + seen.high * 0.75)
    page.keyboard.press("z")
    page.wait_for_function("() => document.querySelector('.zoom').textContent.startsWith('100 %')")
    seen.picture("four-1280-zoomed")
    page.keyboard.press("f")
    for number, seed in ((3, 3), (1, 2)):
        page.keyboard.press(str(number))
        page.wait_for_selector("canvas[data-mode='one']")
        assert f"seed {seed}" in page.locator(".versions").inner_text()
        page.get_by_text(f"seed {seed}, made in").wait_for()  # what one sees alone is what one decides on
    page.keyboard.press("p")
    page.get_by_text("seed 3, made in").wait_for()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    told = keys.inner_text()
    for key in ("Space", "J", "← →", "1 – 4", "P", "W", "Z", "F", "N", "B", "R", "?"):
        assert key in told
    found += seen.serious()
    seen.picture("keys-1280")
    page.keyboard.press("Escape")
    page.set_viewport_size(TABLET)
    page.keyboard.press("s")
    seen.still(1001, "side")
    found += seen.serious()
    seen.picture("four-tablet")
    page.keyboard.press("?")
    seen.picture("keys-tablet")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not found, "\n".join(found)
    assert not seen.said
