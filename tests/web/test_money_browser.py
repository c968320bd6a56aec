"""Money in a real browser: hours become wages on a statement, what came in is shared, and both are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import labour, studio
from manyhands.actions.studio import enter
from manyhands.core.hand import person
from tests.web.conftest import ME, OTHER, SHOT, Server, movie, put_down, started
from tests.web.rooms import furnished
from tests.web.test_browser import Page, browser, pytestmark
from tests.web.test_rooms_browser import TABLET, WIDE

__all__ = ["browser", "pytestmark"]


@pytest.fixture
def film(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A film with hours that are in no wages yet, and a take that does a person's task."""
    path = furnished(tmp_path, movie(tmp_path / "house.mp4", 2, width=320, height=180))
    opened = enter(path)
    labour.task(opened, ME, "warm it", OTHER, role="artist", shot=SHOT, craft="look", department="grading")
    studio.person(opened, ME, person("Person D"), roles=("contributor",))
    opened.close()
    server = started(path)
    yield server, path
    server.kill()
    put_down(path)


class Room(Page):
    """A page of the rooms that is looked at in both sizes, and searched for what axe finds serious."""

    def __init__(self, browser: object, server: Server) -> None:
        super().__init__(browser, server, accept_downloads=True)
        self.found: list[str] = []
        self.page.set_default_timeout(30_000)
        self.page.set_viewport_size(WIDE)

    def go(self, path: str, text: str) -> None:
        self.page.goto(f"{self.home}/{path}")
        self.page.get_by_text(text).first.wait_for()

    def look(self, name: str) -> None:
        for size, told in ((WIDE, "1280"), (TABLET, "tablet")):
            self.page.set_viewport_size(size)
            self.picture(f"money-{name}-{told}")
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            self.found += [f"{name} at {told}: {wide} px too wide"] if wide > 0 else []
        self.page.set_viewport_size(WIDE)
        self.found += [f"{name}: {one}" for one in self.serious()]

    def well(self) -> None:
        assert not self.found, "\n".join(self.found)
        # what was refused on purpose, or asked for while another sat down
        assert [one for one in self.said if "400 (Bad Request)" not in one and "403 (Forbidden)" not in one] == []

    def sit_down(self, name: str) -> None:
        self.page.locator(".me > button").click()
        self.page.locator(".menu button", has_text=name).click()
        self.page.locator(".me > button", has_text=name).wait_for()


def fill_in(page: Any, **cells: str) -> None:
    """The first row of rates of a card."""
    for name, value in cells.items():
        cell = page.get_by_label(f"{name.replace('_', ' ')}, row 1 of rate")
        cell.select_option(value) if cell.evaluate("one => one.tagName") == "SELECT" else cell.fill(value)


def test_hours_become_wages_that_a_statement_shows_and_are_taken_back(
    browser: object, film: tuple[Server, Path]
) -> None:
    seen = Room(browser, film[0])
    page = seen.page
    seen.go("rooms/ledger/wages", "No rate card is kept yet")
    page.get_by_text("Fill in a rate card first.").wait_for()
    seen.look("wages-empty")
    page.get_by_role("button", name="Fill in a card …").click()
    page.get_by_text("No rate is filled in yet.").wait_for()
    assert page.get_by_role("button", name="Keep the card").is_disabled()
    page.get_by_label("Whose rates are they").fill("House rates 2026")
    fill_in(page, An_hour="1.030,00", Currency="EUR", From="2026-01-01")
    page.get_by_label("Source, row 1 of rate").fill("a letter, § 1")
    page.get_by_role("button", name="Keep the card").click()
    page.get_by_text("1.030,00 is no amount of EUR.").wait_for()  # one clear error, and nothing is lost
    seen.look("card-refused")
    fill_in(page, An_hour="1,030.00")
    page.get_by_role("button", name="Keep the card").click()
    page.locator("th", has_text="House rates 2026").wait_for()
    page.get_by_role("button", name="See what they come to").click()
    page.get_by_text("EUR 1545.00").first.wait_for()
    seen.look("wages-seen")
    page.get_by_role("button", name="Book 1 line").dblclick()
    page.get_by_role("link", name="The entries").wait_for()
    seen.look("wages-booked")
    page.get_by_role("link", name="The entries").click()
    page.locator("td", has_text="90 minutes of roto of the roof").first.wait_for()
    assert page.locator("td.money", has_text="EUR 1545.00").count() == 1  # booked once
    seen.go("rooms/ledger/statements", "Issue it as files")
    page.get_by_label("Whose").select_option("Person B")
    page.locator(".statement td", has_text="90 minutes of roto of the roof").first.wait_for()
    seen.go("rooms/ledger/entries", "roto of the roof")
    page.get_by_role("button", name="Take back wage-hours-person-b-1").first.click()
    page.get_by_label("Why? It stands with it for good").fill("another rate was agreed")
    seen.look("take-back")
    page.get_by_role("button", name="Take it back", exact=True).click()
    page.get_by_text("takes back wage-hours-person-b-1").first.wait_for()
    seen.go("rooms/ledger/statements", "Issue it as files")
    page.get_by_label("Whose").select_option("Person B")
    page.locator(".statement td", has_text="another rate was agreed").first.wait_for()
    assert page.locator(".statement tr", has_text="closing balance").inner_text().endswith("EUR 123.45\t")
    seen.well()


def test_what_came_in_is_seen_as_a_split_booked_and_checked(browser: object, film: tuple[Server, Path]) -> None:
    seen = Room(browser, film[0])
    page = seen.page
    seen.go("rooms/ledger/shares", "Nothing was shared yet.")
    seen.look("shares-empty")
    page.get_by_label("What came in").fill("1.000,00")
    page.get_by_label("By whose account, for when").fill("a cinema, May")
    page.get_by_role("button", name="See the split").click()
    page.get_by_text("1.000,00 is no amount of EUR.").wait_for()
    page.get_by_label("What came in").fill("1,000.00")
    page.get_by_role("button", name="See the split").click()
    page.get_by_text("are in no wages yet").wait_for()  # hours come before shares
    assert page.get_by_role("button", name="Share EUR 1000.00 like this").count() == 0
    seen.look("shares-hindered")
    opened = enter(film[1])
    card = film[1].parent / "card.toml"
    card.write_text(
        '[[rate]]\nrole = "artist"\nwork = "Wages"\nper_hour = "30"\ncurrency = "EUR"\nsource = "a letter"\n'
        'valid_from = "2026-01-01"\n'
    )
    labour.wages(opened, ME, card)
    opened.close()
    page.get_by_role("button", name="See the split").click()
    page.get_by_text("EUR 45.00 of it would be put aside").wait_for()
    page.locator("summary", has_text="Shot by shot").click()
    seen.look("shares-seen")
    page.get_by_role("button", name="Share EUR 1000.00 like this").dblclick()
    page.get_by_text("What was published with it").wait_for()
    seen.look("shares-booked")
    assert page.get_by_role("button", name="Take back a cinema, May").count() == 1  # shared once
    with page.expect_download() as published:
        page.get_by_role("link", name="How it was shared").click()
    assert "received_minor" in Path(published.value.path()).read_text()
    page.get_by_role("link", name="Check the ledger").click()
    page.get_by_role("button", name="Check it now").click()
    page.get_by_text("every one as it was booked, and they balance").wait_for()
    seen.well()


def test_a_task_that_a_take_does_is_declined_and_gone_over(browser: object, film: tuple[Server, Path]) -> None:
    seen = Room(browser, film[0])
    page = seen.page
    seen.go(f"shots/{SHOT}/deliver", "Whose task it does")
    page.get_by_text("a producer may go on over silence").wait_for()
    cure = page.locator(".panel .quiet", has_text="manyhands rights grant").first
    assert cure.get_by_role("link").get_attribute("href") == "/rooms/rights"  # a command's cure leads to its room
    seen.look("words-open")
    seen.sit_down("Person B")
    seen.go("rooms/mine", "does the look that was given to you")
    page.get_by_role("button", name="Answer …").click()
    page.get_by_role("radio", name="I do not accept it").click()
    assert page.get_by_role("button", name="Say so").is_disabled()
    page.get_by_label("Why not?").fill("let me do it")
    seen.look("words-decline")
    page.get_by_role("button", name="Say so").click()
    page.locator(".waitslist", has_text="does the look").wait_for(state="detached")
    seen.go(f"shots/{SHOT}/deliver", "declined by Person B")
    seen.sit_down("Person A")
    seen.go(f"shots/{SHOT}/deliver", "declined by Person B")
    page.get_by_role("button", name="Go on over it: warm it").click()
    page.get_by_label("Why? It is told to the audience").fill("time is short")
    page.get_by_text("decided so: time is short").wait_for()
    seen.look("words-over")
    page.locator("dialog button[type=submit]").click()
    page.get_by_text("gone over by Person A").wait_for()
    seen.look("words-gone-over")
    seen.well()


def test_who_may_not_is_told_who_may(browser: object, film: tuple[Server, Path]) -> None:
    seen = Room(browser, film[0])
    seen.sit_down("Person D")
    for part, text in (("wages", "To read the ledger takes a"), ("shares", "To read the ledger takes a"),
                       ("valuing", "No model was taught by more than one person")):  # fmt: skip
        seen.go(f"rooms/ledger/{part}", text)
        seen.look(f"may-not-{part}")
    seen.well()
