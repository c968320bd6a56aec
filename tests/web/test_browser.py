"""The studio in a real browser: the whole way from a dropped clip to a verified master, and how fast it is."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from manyhands.actions import intake
from manyhands.actions.studio import enter, new
from manyhands.actions.verification import verify
from manyhands.core.hand import person
from manyhands.core.source import Source
from manyhands.rights import terms_named
from manyhands.web.app import BUILT
from tests.web.conftest import ME, Server, movie, started
from tests.web.test_frames import COLUMNS, numbered_movie

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(BUILT).parent / "client" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(os.environ.get("MANYHANDS_PICTURES", ".cache/studio"))

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as p:
        opened = p.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield opened
        opened.close()


class Page:
    """A browser's page that fails the test on any error which it tells of."""

    def __init__(self, browser, server: Server, **settings) -> None:  # type: ignore[no-untyped-def]
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=False, **settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda line: self.said.append(line.text) if line.type == "error" else None)
        self.home = server.address.split("/enter")[0]
        self.page.goto(server.address)

    def picture(self, name: str) -> None:
        """Kept as what the build made, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def serious(self) -> list[str]:
        """What axe-core finds serious or critical."""
        self.page.evaluate(f"() => {{ {AXE.read_text()} }}") if AXE.is_file() else pytest.fail("axe-core is not there")
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


def test_from_a_dropped_clip_to_a_verified_master(browser: object, empty: Server, tmp_path: Path) -> None:
    seen = Page(browser, empty)
    page, found = seen.page, list[str]()
    page.get_by_label("What is it called?").fill("The burning house")
    page.get_by_label("Who are you?").fill("Person A")
    found += seen.serious()
    seen.picture("begin")
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Drop a clip here to begin.").wait_for()
    found += seen.serious()
    seen.picture("empty")
    page.get_by_test_id("chooser").set_input_files(movie(tmp_path / "house.mp4", 8, width=320, height=180))
    page.get_by_label("own I shot this").check()
    seen.picture("take-in")
    found += seen.serious()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector("canvas[data-frame='1001']")
    page.get_by_label("What is to be seen?").fill("haze in the distance")
    page.get_by_role("button", name="Propose").click()
    page.locator(".offer").nth(2).wait_for()
    page.locator(".offer video").nth(2).wait_for()
    found += seen.serious()
    seen.picture("proposals")
    page.locator(".offer", has_text="literal").get_by_role("button", name="Make it", exact=True).click()
    page.locator(".takes button", has_text="literal").wait_for()
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("radio", name="Accept").click()
    assert page.get_by_role("button", name="Accept literal").is_disabled()  # not before there is a reason
    page.get_by_label("Why?").fill("it sits in the depth of the picture")
    found += seen.serious()
    seen.picture("decide")
    page.get_by_role("button", name="Accept literal").click()
    page.get_by_text("accepted").first.wait_for()
    page.get_by_role("link", name="Deliver").click()
    page.get_by_text("Nothing stops it.").wait_for()
    page.get_by_role("button", name="Deliver").click()
    page.get_by_text("The page for the audience").wait_for()
    found += seen.serious()
    seen.picture("delivered")
    page.goto(f"{seen.home}/")
    page.get_by_text("delivered").wait_for()
    found += seen.serious()
    seen.picture("shots")
    assert not found, "\n".join(found)
    assert not seen.said
    report = verify(
        tmp_path / "film" / "delivered" / "sh010" / "sh010.mp4",
        root=tmp_path / "film" / "delivered" / "sh010" / "root.pem",
    )
    assert report.state == "intact and trusted"
    log = [(row.act, json.loads(row.about)["door"]) for row in enter(tmp_path / "film").production.log()]
    assert {door for _, door in log} == {"studio"}
    assert [act for act, _ in log] == [
        "new", "source", "shot", "propose", "run", "look", "decide", "deliver", "delivered",
    ]  # fmt: skip


def measured(figure: str) -> None:
    """A figure of the report that a build keeps beside its pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (PICTURES / "figures.txt").open("a") as report:
        report.write(f"{figure}\n")


FRAMES = 60


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A studio of a production whose plate carries its frames' numbers as pictures."""
    folder = tmp_path_factory.mktemp("counted")
    film = new(folder / "film", ME, name="Numbers", door="studio")
    made = numbered_movie(folder / "n.mp4", FRAMES)
    source, _ = intake.source(film, ME, made, owner="", terms=terms_named("own"))
    intake.shot(film, ME, source.id)
    film.close()
    server = started(folder / "film")
    yield server
    server.kill()


READ = f"""() => {{
  const canvas = document.querySelector('.screen canvas');
  const context = canvas.getContext('2d');
  const scale = Math.min(canvas.width / 128, canvas.height / 64);
  const left = (canvas.width - 128 * scale) / 2;
  let number = 0;
  for (let digit = 0; digit < {COLUMNS}; digit++) {{
    const x = left + (2 * digit + 1) * 128 * scale / {2 * COLUMNS};
    if (context.getImageData(Math.round(x), canvas.height / 2, 1, 1).data[1] > 100) number += 1 << digit;
  }}
  return [number, Number(canvas.dataset.frame), Number(document.querySelector('.counter').textContent)];
}}"""

SEEK = """(frame) => new Promise((done) => {
  const canvas = document.querySelector('.screen canvas');
  const slider = document.querySelector('.strip input');
  const began = performance.now();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(frame));
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  const there = () => canvas.dataset.frame === String(frame);
  const look = () => there() ? done(performance.now() - began) : requestAnimationFrame(look);
  look();
})"""
STEP = """(frame) => new Promise((done) => {
  const canvas = document.querySelector('.screen canvas');
  const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  const there = () => canvas.dataset.frame === String(frame);
  const look = () => there() ? done(performance.now() - began) : requestAnimationFrame(look);
  look();
})"""
FETCHED = """(many) => performance.getEntriesByType('resource')
  .filter((one) => one.name.includes('plate.jpg')).length >= many"""


def test_no_frame_is_ever_shown_under_another_s_number(browser: object, counted: Server) -> None:
    page = Page(browser, counted).page
    page.goto(counted.address.split("/enter")[0] + "/shots/sh010")
    page.wait_for_selector("canvas[data-frame='1001']")
    wrong, took = [], []
    for step in range(200):
        frame = 1001 + (step * 37 + step // 7) % FRAMES
        took.append(page.evaluate(SEEK, frame))
        number, drawn, told = page.evaluate(READ)
        if not number + 1001 == drawn == told == frame:
            wrong.append((frame, number + 1001, drawn, told))
    assert not wrong
    measured(f"200 seeks: median {statistics.median(took):.0f} ms, most {max(took):.0f} ms")


def test_stepping_and_playing_keep_to_the_frames(browser: object, counted: Server) -> None:
    page = Page(browser, counted).page
    page.goto(counted.address.split("/enter")[0] + "/shots/sh010")
    page.wait_for_selector("canvas[data-frame='1001']")
    page.wait_for_function(FETCHED, arg=FRAMES)
    took = []
    for step in range(1, 41):
        took.append(page.evaluate(STEP, 1001 + step))
        number, drawn, told = page.evaluate(READ)
        assert number + 1001 == drawn == told == 1001 + step
    measured(f"a step: median {statistics.median(took):.0f} ms")
    assert statistics.median(took) < 60
    page.keyboard.press("Home")
    page.keyboard.press("l")
    for _ in range(20):
        number, drawn, _ = page.evaluate(READ)
        assert number + 1001 == drawn
        time.sleep(0.05)
    page.keyboard.press("k")


def test_two_people_see_each_other_within_a_second(browser: object, counted: Server) -> None:
    one = Page(browser, counted).page
    one.get_by_text("sh010").first.wait_for()
    time.sleep(1)
    film = enter(Path(_folder_of(one)))
    began = time.monotonic()
    source = film.production.ids(Source)[0]
    intake.shot(film, person(ME.name), source, id_="sh777", first=1001, last=1004)
    one.get_by_text("sh777").first.wait_for()
    took = time.monotonic() - began
    measured(f"seen by the other after {took:.2f} s")
    assert took < 1.5


def _folder_of(page) -> str:  # type: ignore[no-untyped-def]
    return page.evaluate("async () => (await (await fetch('/api/production')).json()).folder")


def test_the_client_is_small() -> None:
    import gzip

    sent = sum(
        len(gzip.compress(path.read_bytes())) for path in (BUILT / "assets").iterdir() if path.suffix in (".js", ".css")
    )
    assert sent < 350_000
