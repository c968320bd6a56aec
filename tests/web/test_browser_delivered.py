"""The Deliver panel and the page Verify in a real browser: the credentials, the audience's page, a dropped file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors import here
from tests.web.conftest import ME, Server, movie, put_down, started
from tests.web.test_browser import Page, browser, pytestmark  # noqa: F401  the browser is a fixture


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("delivered")
    clip, film = movie(folder / "house.mp4", 6, width=320, height=180), folder / "film"
    words = ["make", clip, "haze in the distance", "-o", film / "delivered" / "sh010", "-p", film, "--by", ME.name]
    assert here(*words, "--own", "--accept", "--why", "it sits in the depth", "--workers", "0").code == 0
    assert here("policy", "use", "academy", "archival-producers", "-p", film, "--by", ME.name).code == 0
    server = started(film)
    yield server, film / "delivered" / "sh010"
    server.kill()
    put_down(film)


def test_what_was_delivered_is_shown_as_others_will_see_it(browser: object, delivered: tuple[Server, Path]) -> None:  # noqa: F811
    server, _ = delivered
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/sh010/deliver")
    page.get_by_text("Intact and trusted").first.wait_for()
    inside = page.frame_locator("iframe.audience")
    inside.get_by_role("heading", name="Whose hands made this picture?").wait_for()
    inside.get_by_role("slider").first.wait_for()  # its script runs, and nothing else could
    assert (
        inside.locator("body").evaluate("one => getComputedStyle(one.ownerDocument.documentElement).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    page.get_by_text("Where it is shown:").click()
    page.get_by_label("Countries").fill("DE, AT")
    page.get_by_text("all over the world").first.wait_for(state="hidden")
    found = seen.serious()
    seen.picture("delivered-panel")
    page.locator("iframe.audience").scroll_into_view_if_needed()
    seen.picture("delivered-page")
    page.get_by_role("button", name="Choose a file").scroll_into_view_if_needed()
    seen.picture("delivered-files")
    page.set_viewport_size({"width": 820, "height": 1180})
    seen.picture("delivered-tablet")
    assert found == []
    assert seen.said == []


def test_a_dropped_film_is_told_and_a_tampered_one_is_broken(browser: object, delivered: tuple[Server, Path]) -> None:  # noqa: F811
    server, folder = delivered
    seen = Page(browser, server)
    page = seen.page
    page.get_by_role("link", name="Verify").click()
    page.get_by_role("heading", name="Verify a file").wait_for()
    master = (folder / "sh010.mp4").read_bytes()
    page.get_by_test_id("to-verify").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": master})
    page.get_by_text("Intact and trusted").wait_for()
    page.get_by_text("Camera and people made").wait_for()
    seen.picture("verify-intact")
    found = seen.serious()
    bent = bytearray(master)
    bent[len(bent) // 2] ^= 1
    page.get_by_test_id("to-verify").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": bytes(bent)})
    page.get_by_text("Broken", exact=True).wait_for()
    page.get_by_text("was changed after it was signed").first.wait_for()
    seen.picture("verify-broken")
    assert found + seen.serious() == []
    assert seen.said == []
