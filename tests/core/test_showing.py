"""Showings: read as people write them, and refused where nobody could keep to them."""

from __future__ import annotations

import pytest

from manyhands.core.errors import InputError
from manyhands.core.showing import MEDIA, TERRITORIES, Showing, read_showing


def test_codes_and_media_are_read_however_they_are_typed() -> None:
    one = read_showing(["de, at", "DE"], ["WEB,cinema"], first_day="2026-06-01", last_day="2026-06-30")
    assert (one.territory, one.media) == (("AT", "DE"), ("cinema", "web"))
    assert one.places == [("AT", "cinema"), ("AT", "web"), ("DE", "cinema"), ("DE", "web")]
    assert one.words == "in AT, DE, as cinema, web, from 2026-06-01 to 2026-06-30"


def test_what_is_not_said_is_everywhere_in_every_medium() -> None:
    for written in ((), ["world"], ["DE,World"]):
        assert read_showing(written, ["all"]) == Showing()
    assert Showing().places == [("world", "all")]
    assert Showing().words == "all over the world, in all media"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"territory": ["EU"]}, "EU is no country"),
        ({"territory": ["UK"]}, "UK is no country"),
        ({"media": ["radio"]}, "radio is not known"),
        ({"last_day": "30.6.2026"}, "no day"),
        ({"first_day": "2026-07-01", "last_day": "2026-06-30"}, "before 2026-07-01"),
    ],
    ids=str,
)
def test_what_is_no_place_no_medium_and_no_day_is_refused(more: dict[str, list[str]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_showing(**more)  # type: ignore[arg-type]


def test_there_are_249_countries_and_a_word_for_every_medium() -> None:
    assert len(TERRITORIES) == 249  # ISO 3166-1, officially assigned
    assert all(len(code) == 2 and code.isupper() for code in TERRITORIES)
    assert all(MEDIA.values())
