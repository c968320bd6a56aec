"""Where and when a master is shown: a delivery asks leave for it, keeps it, and tells the audience."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import consents, delivery, intake, rights
from manyhands.actions.studio import Studio, today
from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Term
from manyhands.core.showing import Showing, read_showing
from manyhands.rights import terms_named
from tests.actions.test_holding import ME, SHOT, accepted, begun

DAY = "2026-06-10"


@pytest.fixture(scope="module")
def licensed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A shot that may go out in two countries' cinemas and on the web, to the end of June 2026."""
    film = begun(tmp_path_factory.mktemp("showing"))
    accepted(film)
    terms = [
        Term(scope="deliver", territory=("DE", "AT"), media=("cinema", "web")),
        Term(scope="composite"), Term(scope="retouch"), Term(scope="view"),
    ]  # fmt: skip
    rights.grant(
        film, ME, work="film", grantor="Company X", terms=terms, about="one film", signed_on="2019-05-01",
        valid_until="2026-06-30",
    )  # fmt: skip
    never = Term(scope="deliver", verdict="prohibit", territory=("US",))
    rights.grant(film, ME, work="film", grantor="Company X", terms=[never], about="not there", signed_on="2019-05-01")
    intake.terms(film, ME, "film", owner="Company X", terms=terms_named("unknown"))  # the licence is to decide
    yield film
    film.close()


def at(film: Studio, moment: str) -> Studio:
    return replace(film, clock=lambda: moment)


def refused(film: Studio, folder: Path, showing: Showing) -> RightsError:
    with pytest.raises(RightsError) as caught:
        delivery.deliver(film, ME, SHOT, folder / "out", showing=showing)
    assert not (folder / "out").exists()
    return caught.value


def test_a_delivery_that_says_nothing_is_for_the_world_and_is_told_how_to_ask_for_less(
    licensed: Studio, tmp_path: Path
) -> None:
    film = at(licensed, f"{DAY}T12:00:00Z")
    told = refused(film, tmp_path, Showing())
    assert "forbids deliver" in told.what
    assert "in US" not in told.what
    elsewhere = refused(film, tmp_path, read_showing(["FR"], ["web"]))
    assert "does not hold in FR, in web: only in AT, DE, in cinema, web" in elsewhere.what
    assert f"manyhands deliver {SHOT} --territory AT,DE" in elsewhere.fix
    other = refused(film, tmp_path, read_showing(["DE"], ["tv"]))
    assert "--media cinema,web" in other.fix


def test_a_window_that_outlasts_the_leave_is_denied_with_the_day(licensed: Studio, tmp_path: Path) -> None:
    film = at(licensed, f"{DAY}T12:00:00Z")
    told = refused(film, tmp_path, read_showing(["DE"], ["web"], last_day="2026-07-01"))
    assert "ended on 2026-06-30" in told.what
    assert "--until 2026-06-30" in told.fix
    with pytest.raises(InputError, match="which has been"):
        delivery.deliver(film, ME, SHOT, tmp_path, showing=read_showing(last_day="2026-06-09"))


def test_what_goes_out_says_where_and_until_when_and_the_record_keeps_it(licensed: Studio, tmp_path: Path) -> None:
    film = at(licensed, f"{DAY}T12:00:00Z")
    wish = read_showing(["de"], ["web"], last_day="2026-06-20")
    made = delivery.deliver(film, ME, SHOT, tmp_path / "out", showing=wish)
    assert made.report.is_sound
    told = json.loads(made.disclosure_data.read_text())["showing"]
    assert (told["territory"], told["media"], told["last_day"]) == (["DE"], ["web"], "2026-06-20")
    assert told["leave_until"] == "2026-06-30"
    page = made.disclosure_page.read_text()
    assert "in DE, as web, to 2026-06-20" in page
    assert "to the end of 2026-06-30" in page
    (kept,) = film.production.all(Showing)
    assert kept == wish.but(shot=SHOT, take=made.take.id)
    assert "in DE, as web, to 2026-06-20" in film.production.log()[-1].about


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "Pacific/Honolulu"])
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-06-30T23:59:59Z", "2026-06-30"),
        ("2026-07-01T00:00:00Z", "2026-07-01"),
        ("2026-07-01T11:59:59+12:00", "2026-06-30"),  # the first of July in Auckland, not yet in UTC
        ("2026-06-30T14:00:00-10:00", "2026-07-01"),  # still June in Honolulu
    ],
)
def test_days_are_utc_wherever_the_machine_and_the_clock_stand(
    licensed: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, moment: str, day: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        film = at(licensed, moment)
        assert today(film) == day
        held = consents.registry(film, read_showing(["DE"], ["web"]))
        assert held.ruled("deliver", work="film").verdict == ("allow" if day == "2026-06-30" else "deny")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_a_grant_is_refused_for_a_place_that_there_is_not(licensed: Studio) -> None:
    for term in (Term(scope="deliver", territory=("EU",)), Term(scope="deliver", media=("radio",))):
        with pytest.raises(InputError):
            rights.grant(
                licensed, ME, work="film", grantor="Company X", terms=[term], about="x", signed_on="2019-05-01"
            )
