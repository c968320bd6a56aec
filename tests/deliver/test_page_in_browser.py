"""The audience's page in a real browser: whole without its script, and what the script adds is right."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.core.extent import PPM, total_extent
from manyhands.core.span import Span
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import EncodingTold
from manyhands.deliver.dossier import Motion
from manyhands.deliver.filmpage import film_page, film_told
from manyhands.deliver.page import disclosure_page
from manyhands.media.strips import strip_of
from tests.deliver.made import dossier

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parents[2] / "src/manyhands/web/client/node_modules/axe-core/axe.min.js"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
MASTER = b"a film" * 1000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        opened = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def html(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "disclosure.html"
    told = EncodingTold(
        name="sh010.mp4", encodingFormat="video/mp4", bytes=6000, sha256=hashlib.sha256(MASTER).hexdigest()
    )
    path.write_text(disclosure_page(dossier(model_ppm=30_000), authority, [told]))
    return path


FRAMES = tuple(range(1001, 1013, 2))


def strip(*colours: tuple[int, int, int]) -> bytes:
    return strip_of([np.full((48, 64, 3), colour, np.uint8) for colour in colours], quality=90)


@pytest.fixture(scope="module")
def moving(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose frames are told apart by how red they are, by 40 a frame; the plate is green, hands are blue."""
    path = tmp_path_factory.mktemp("moving") / "disclosure.html"
    told = dossier(model_ppm=30_000)
    reds = [40 * index for index in range(len(FRAMES))]
    strips = [strip(*((red, *rest) for red in reds)) for rest in ((0, 0), (200, 0), (0, 200))]
    moved = Motion(FRAMES, 64, 48, 1, Fraction(24), *strips)
    path.write_text(disclosure_page(replace(told, pictures=replace(told.pictures, motion=moved)), authority, []))
    return path


def opened(browser: Any, path: Path, **settings: Any) -> Any:
    page = browser.new_context(**settings).new_page()
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda asked: page.said.append(asked.url) if not asked.url.startswith(("file:", "data:")) else 0)
    page.goto(path.as_uri())
    return page


def test_page_is_whole_without_its_script(browser: Any, html: Path) -> None:
    page = opened(browser, html, java_script_enabled=False)
    words = page.inner_text("main")
    for said in ("Camera and people made 93.8", "Who decided", "sha256sum FILE", hashlib.sha256(MASTER).hexdigest()):
        assert said in words
    assert page.locator(".looks img:visible").count() == 3
    assert page.locator("input, button").count() == 0


def test_the_wipe_shows_as_much_of_the_plate_as_the_keys_say(browser: Any, html: Path) -> None:
    page = opened(browser, html)
    slider = page.get_by_role("slider", name="How much is shown as it was filmed")
    slider.press("End")
    assert page.eval_on_selector(".above", "one => one.style.clipPath") == "inset(0px 0% 0px 0px)"
    page.get_by_role("button", name="By hand").press("Enter")
    hands = page.get_attribute("[data-look=hands] img", "src")
    assert page.get_attribute(".above", "src") == hands
    page.emulate_media(media="print")
    assert page.locator(".looks figure img:visible").count() == 3
    assert not page.locator(".player").is_visible()
    assert page.said == []


SHOWN = """() => [".moving.under", ".moving.above"].map((name) => {
  const canvas = document.querySelector(name);
  return [Number(canvas.dataset.frame), ...canvas.getContext("2d").getImageData(32, 24, 1, 1).data.slice(0, 3)];
})"""


def shown(page: Any, frame: int) -> list[tuple[int, int, int]]:
    """The colours of both pictures, once both show that frame."""
    page.wait_for_function(f"() => ({SHOWN})().every((one) => one[0] === {frame})")
    return [tuple(one[1:]) for one in page.evaluate(SHOWN)]


def near(seen: tuple[int, int, int], want: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(seen, want, strict=True)) <= 14


def test_hands_move_by_keys_alone_and_each_frame_is_its_own(browser: Any, moving: Path) -> None:
    page = opened(browser, moving)
    assert page.locator(".moves").count() == 0  # nothing moves before somebody asks
    page.wait_for_timeout(400)
    assert page.locator(".moves").count() == 0
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".moves")
    for index in (0, 1, 2):
        result, plate = shown(page, FRAMES[index])
        assert near(result, (40 * index, 0, 0))
        assert near(plate, (40 * index, 200, 0))
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("h")
    page.wait_for_function(
        "() => document.querySelector('.moving.above').getContext('2d').getImageData(9,9,1,1).data[2] > 150"
    )
    result, hands = shown(page, FRAMES[2])
    assert near(result, (80, 0, 0))
    assert near(hands, (80, 0, 200))
    assert page.get_by_role("button", name="By hand").get_attribute("aria-pressed") == "true"
    page.keyboard.press("h")
    assert page.get_by_role("button", name="By hand").get_attribute("aria-pressed") == "false"
    assert page.eval_on_selector(".moving.above", "one => one.style.clipPath") == "inset(0px 100% 0px 0px)"
    page.get_by_role("slider", name="Frame").press("End")
    assert near(shown(page, FRAMES[-1])[0], (200, 0, 0))
    page.get_by_role("button", name="Still").click()
    assert page.locator(".moves").count() == 0
    assert "6 of its 12 frames, spread evenly, small and without sound" in page.inner_text(".player")
    assert page.said == []


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_plays_at_the_shot_s_pace_and_once_where_less_motion_is_wished(
    browser: Any, moving: Path, motion: str
) -> None:
    page = opened(browser, moving, reduced_motion=motion)
    page.evaluate("""() => {
      const canvas = document.querySelector(".moving.under");
      window.seen = [];
      const look = () => { window.seen.push(canvas.dataset.frame); requestAnimationFrame(look); };
      look();
    }""")
    page.locator(".player").get_by_role("button", name="Play").press("Enter")
    page.wait_for_timeout(1600)  # the shot lasts 11 of 24 frames
    seen = [int(one) for one in page.evaluate("window.seen") if one]
    turns = sum(after < before for before, after in pairwise(seen))
    assert set(seen) == set(FRAMES)
    if motion == "reduce":
        assert turns == 0
        assert page.get_by_role("button", name="Play").count() == 1
        assert seen[-1] == FRAMES[-1]
    else:
        assert turns >= 2
        page.get_by_role("button", name="Pause").click()
    assert page.said == []


def test_without_script_the_page_that_moves_is_the_still_one(browser: Any, moving: Path) -> None:
    page = opened(browser, moving, java_script_enabled=False)
    assert page.locator(".looks img:visible").count() == 3
    assert page.locator("canvas, input, button").count() == 0
    assert page.said == []


def test_a_dropped_file_is_hashed_as_hashlib_does_whatever_its_size(browser: Any, html: Path) -> None:
    page = opened(browser, html)
    chance = random.Random(7)
    sizes = [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128, *(chance.randrange(1, 3_000_000) for _ in range(6))]
    sizes += [(1 << 22) - 1, 1 << 22, (1 << 22) + 1, 9_000_001]
    for size in sizes:
        content = chance.randbytes(size)
        page.set_input_files("#chosen", {"name": f"{size}.bin", "mimeType": "video/mp4", "buffer": content})
        mark = hashlib.sha256(content).hexdigest()
        page.wait_for_selector(f'.drop[data-hash="{mark}"]', timeout=30_000)
    assert page.said == []


def test_the_film_is_known_and_a_tampered_one_is_not(browser: Any, html: Path) -> None:
    page = opened(browser, html)
    answer = page.locator(".answer")
    for name, content, kind, says in (
        ("copy.mp4", MASTER, "same", "Yes: bit for bit, this is sh010.mp4"),
        ("sh010.mp4", MASTER[:-1] + b"n", "other", "No: this is not the sh010.mp4 that this page tells of."),
        ("other.mp4", b"other", "other", "No: this is none of the files"),
    ):
        page.set_input_files("#chosen", {"name": name, "mimeType": "video/mp4", "buffer": content})
        page.wait_for_selector(f".answer.{kind}")
        playwright.expect(answer).to_contain_text(says)
    page.set_input_files("#chosen", {"name": "copy.mp4", "mimeType": "video/mp4", "buffer": MASTER})
    playwright.expect(answer).to_contain_text("does not make the page true")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("kind", ["html", "moving"])
def test_nothing_serious_stands_in_anybody_s_way(
    browser: Any, request: pytest.FixtureRequest, kind: str, scheme: str
) -> None:
    html = request.getfixturevalue(kind)
    if not AXE.is_file():
        pytest.skip("axe-core is not there: make client")
    page = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}).new_page()
    page.goto(html.as_uri())
    if kind == "moving":
        page.get_by_role("slider", name="Frame").press("End")
        page.wait_for_selector(".moves")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_film_adds_its_shots_up_by_their_time(authority: Authority) -> None:
    short, long = dossier(), dossier(model_ppm=90_000)
    span = Span(start=1001, length=12, rate_fps=Fraction(8))  # the same frames, for three times as long
    hands = [part.hand for part in long.take.extent.hands]
    take = long.take.but(span=span, extent=total_extent(long.frames, hands, span))
    long = replace(long, take=take, shot=long.shot.but(id="sh020", span=span))
    film = film_told([short, long], by="Person A", at=short.at)
    assert sum(each.origin_ppm for each in film.hands) + film.empty_ppm == PPM
    assert film.seconds == Fraction(1, 2) + Fraction(3, 2)
    for kind in ("camera", "person", "procedure", "trained"):
        by_hand = (short.take.extent.of(kind) * 1 + take.extent.of(kind) * 3) / 4
        assert film.of(kind) == pytest.approx(by_hand, abs=2)
    camera = next(each for each in film.hands if each.hand.origin == "camera")
    assert camera.shots == ("sh010", "sh020")
    assert camera.seconds == film.seconds
    html = film_page(film, authority, [])
    assert html.count("<h1>") == 1
    assert html.index("Camera and people made") < html.index("Shot by shot")
