"""Consents: default deny, to the day, to the scope, to the person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import consents, revocation
from manyhands.actions.studio import Studio, new, today
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.grant import Grant, permits
from manyhands.core.hand import person
from manyhands.rights import Registry, check_consents, check_grant

DIRECTOR = person("Person A")
TODAY = "2026-06-01"


def grant(**changes: Any) -> Grant:
    said: dict[str, Any] = {
        "id": "person-b-1", "person": "Person B", "terms": permits("likeness_replica"), "about": "the mask in scene 12",
        "document": "consents/x/form.pdf", "document_sha256": "0" * 64, "signed_on": "2026-05-01", "given_to": "film",
        "recorded_by": DIRECTOR,
    }  # fmt: skip
    said = {**said, **changes}
    return Grant(**{"grantor": said["person"], **said})


def checked(*grants: Grant, person_: str = "Person B", today: str = TODAY) -> list[Grant]:
    return check_consents([(person_, "likeness_replica")], Registry(grants, today=today), by_maker="the maker runway")


def test_a_valid_consent_lets_it_happen() -> None:
    assert checked(grant()) == [grant()]
    assert checked(grant(person="Person  b")) == [grant(person="Person  b")]  # however it is typed
    assert check_consents([], Registry(today=TODAY), by_maker="the maker fog") == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"person": "Person C"}, "Person B has not consented to likeness_replica"),
        ({"terms": permits("likeness_alter", "voice_replica")}, "Person B has not consented to likeness_replica"),
        ({"valid_until": "2026-05-31"}, "the consent of Person B to likeness_replica ended on 2026-05-31"),
        ({"revoked_on": "2026-05-20"}, "the consent of Person B to likeness_replica was withdrawn on 2026-05-20"),
        ({"signed_on": "2026-06-02"}, "the consent of Person B to likeness_replica begins on 2026-06-02"),
    ],
)
def test_anything_else_is_a_missing_one(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(RightsError) as caught:
        checked(grant(**changes))
    assert caught.value.what == f"the maker runway: {why}. Nothing is made of a person without that."
    assert 'manyhands consent add "Person B" --scope likeness_replica --document FILE' in caught.value.fix


@pytest.mark.parametrize(("today", "holds"), [("2026-04-30", False), ("2026-05-01", True), ("2026-06-01", True)])
def test_it_holds_from_the_first_day_to_the_last(today: str, holds: bool) -> None:
    given = grant(valid_until=TODAY)
    assert given.is_valid_on(today) is holds
    assert not given.is_valid_on("2026-06-02")


def test_a_new_consent_heals_a_withdrawn_one() -> None:
    new_ = grant(id="person-b-2")
    assert checked(grant(revoked_on="2026-05-20"), new_) == [new_]
    assert checked(new_, grant(revoked_on="2026-05-20")) == [new_]


@pytest.mark.parametrize(
    ("person_", "scopes", "about", "signed_on", "until", "why"),
    [
        ("", ("likeness_alter",), "x", TODAY, "", "no person"),
        ("Person B", (), "x", TODAY, "", "no scope"),
        ("Person B", ("everything",), "x", TODAY, "", "everything is not known"),
        ("Person B", ("likeness_alter",), " ", TODAY, "", "does not say to what"),
        ("Person B", ("likeness_alter",), "x", "1 May", "", "'1 May' is no day"),
        ("Person B", ("likeness_alter",), "x", "20260501", "", "'20260501' is no day"),
        ("Person B", ("likeness_alter",), "x", "2026-06-02", "", "today is 2026-06-01"),
        ("Person B", ("likeness_alter",), "x", TODAY, "2026-05-31", "before"),
        ("Person B", ("likeness_alter",), "x", TODAY, "2026-02-30", "'2026-02-30' is no day"),
    ],
)
def test_what_says_too_little_is_not_recorded(
    person_: str, scopes: tuple[str, ...], about: str, signed_on: str, until: str, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        check_grant(person_, scopes, about, signed_on, until, today=TODAY)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return new(tmp_path / "film", DIRECTOR)


def recorded(studio: Studio, document: Path, **changes: Any) -> Grant:
    said: dict[str, Any] = {"scopes": ("likeness_replica",), "about": "the mask", "signed_on": "2026-05-01", **changes}
    return consents.consent(studio, DIRECTOR, "Person B", document=document, **said)


def test_the_signed_document_is_kept_and_the_log_says_who_recorded_it(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(b"signed")
    given = recorded(studio, tmp_path / "form.pdf")
    assert (studio.folder / given.document).read_bytes() == b"signed"
    assert given.id == "person-b-1"
    assert recorded(studio, tmp_path / "form.pdf") == given  # twice the same is one
    assert recorded(studio, tmp_path / "form.pdf", about="a stunt").id == "person-b-2"
    (line, _) = studio.production.log(act="consent")
    assert given.document_sha256 in line.about
    with pytest.raises(InputError, match="there is no document"):
        recorded(studio, tmp_path / "none.pdf")


def test_it_is_withdrawn_once_and_with_a_reason(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(b"signed")
    given = recorded(studio, tmp_path / "form.pdf")
    with pytest.raises(InputError, match="no reason"):
        revocation.revoke(studio, DIRECTOR, given.id, why=" ")
    withdrawn = revocation.revoke(studio, DIRECTOR, given.id, why="she asked us to").grant
    assert withdrawn.revoked_on == today(studio)
    with pytest.raises(StateError, match="was withdrawn on"):
        revocation.revoke(studio, DIRECTOR, given.id, why="again")
    with pytest.raises(NotFoundError):
        revocation.revoke(studio, DIRECTOR, "none", why="x")
    assert recorded(studio, tmp_path / "form.pdf").id == "person-b-2"  # given anew, it is another
