"""Nouns: saved and loaded to the letter, by this version and by a newer or an older one."""

from __future__ import annotations

import importlib
import json
import pkgutil
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import manyhands.core
from manyhands.core import (
    decision,
    entry,
    extent,
    grant,
    hand,
    intake,
    labour,
    party,
    recipe,
    shot,
    showing,
    source,
    span,
    spend,
    take,
    track,
)
from manyhands.core.errors import StoreError
from manyhands.core.noun import Noun, canonical, digest

PERSON = hand.person("Person A")
SMOKE = hand.Hand(id="procedure:smoke:1", origin="procedure", name="smoke", version="1")
SPAN = span.Span(start=1001, length=3, rate_fps=Fraction(24000, 1001))
STEP = recipe.Step(name="smoke", maker="smoke", version=1, params={"density": 0.5}, inputs={"plate": "plate"})
PART = extent.HandExtent(hand=SMOKE, origin_ppm=250_000, area_ppm=300_000, altered_ppm=0, frames=3)
EXTENT = extent.Extent(hands=(PART,), empty_ppm=750_000, changed_ppm=10, frames=3, screen_seconds="1001/8000")
TERMS = source.Terms(licence="CC BY 2.0", permits=("view", "composite"), credit="Person A", fee_minor=1500)
UNIT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
QUOTE = spend.Quote(
    service="Runway",
    act="video_to_video",
    model="aleph2",
    credits_most=84,
    minor_most=84,
    seconds=3,
    dated="2026-09-30",
)

NOUNS: list[Noun] = [
    SMOKE,
    SPAN,
    STEP,
    recipe.Recipe(steps=(STEP,), name="bold", why=("more of it",)),
    shot.Shot(id="sh010", plate="s1", span=SPAN, notes=("thick smoke",)),
    TERMS,
    source.Source(id="s1", title="plate.mov", sha256="a" * 64, path="sources/a", owner="Person A", terms=TERMS),
    PART,
    EXTENT,
    extent.FrameExtent(
        frame=1001, origin_ppm={"a": 1}, area_ppm={"a": 2}, altered_ppm={}, empty_ppm=999_999, changed_ppm=0
    ),
    take.Use(hand=SMOKE, what="track"),
    grant.Grant(
        id="person-a-1",
        person="Person A",
        grantor="Person A",
        terms=grant.permits("likeness_replica"),
        about="the double in this film",
        document="consents/c/consent.pdf",
        document_sha256="c" * 64,
        signed_on="2026-05-01",
        given_to="a film",
        recorded_by=PERSON,
    ),
    grant.Term(scope="composite", verdict="ask", approver="Person A"),
    grant.Leave(
        id="a", grant="plate-1", scope="composite", shot="sh010", by=PERSON, why="as agreed", at="2026-05-01T10:00:00Z"
    ),
    showing.Showing(shot="sh010", take="t", territory=("AT", "DE"), media=("web",), last_day="2026-06-30"),
    party.Party(id="p-0123abcd", is_minor=True, guardian="p-1", told_sha256="d" * 64),
    party.Depiction(
        id="sh010:1",
        shot="sh010",
        says="known",
        party="p-1",
        first=1,
        last=2,
        box=(0.1, 0.2, 0.3, 0.4),
        drawn_at=1,
        regions=((1, 0.1, 0.2, 0.3, 0.4),),
        by=PERSON,
        at="2026-05-01T10:00:00Z",
    ),
    intake.Intake(
        id="s1",
        sayings=(intake.Saying(carrier="XMP", where="plate.jpg", name="dc:creator", says="Person B"),),
        alike=(
            intake.Alike(
                of="take", subject="t1", terms="of shot sh010", frame=1033, from_s=0, length_s=1.2, differ_bits=8.5
            ),
        ),
        terms_by="person",
        by=PERSON,
        at="2026-05-01T10:00:00Z",
    ),
    intake.Saying(carrier="licence file", where="a.license", name="SPDX-License-Identifier", says="CC0-1.0"),
    intake.Alike(of="source", subject="s1", terms="terms own", frame=1, from_s=0, length_s=0, differ_bits=0),
    intake.Fingerprint(
        id="source:s1", of="source", subject="s1", method="m", rate_fps="24", first_frame=1001, hashes="AAAA"
    ),
    take.Take(
        id="t1",
        shot="sh010",
        recipe="r-1",
        seed=7,
        span=SPAN,
        width=64,
        height=48,
        folder="takes/t1",
        frames_sha256="b" * 64,
        hands=(SMOKE,),
        extent=EXTENT,
        seconds=1.5,
    ),
    decision.Decision(
        id="d1",
        take="t1",
        verdict="accept",
        by=PERSON,
        reason="it holds",
        door="terminal",
        seen="c" * 64,
        at="2026-01-02T03:04:05Z",
    ),
    entry.Entry(
        id="e1",
        transaction="x1",
        account="Liabilities:Person A",
        amount_minor=-1500,
        currency="EUR",
        about="sh010",
        at="2026-01-02T03:04:05Z",
    ),
    labour.Task(id="t1", title="roto", role="artist", assignee=PERSON, bid_minutes=60),
    labour.Hours(id="h1", task="t1", by=PERSON, day="2026-01-02", minutes=30, work="Prompting"),
    labour.Bid(id="b1", task="t1", minutes=90, is_baseline=False, why="harder", by=PERSON, at="2026-01-02T03:04:05Z"),
    labour.Acknowledgement(id="a1", task="t1", take="t1", says="declined", why="no", by=PERSON, at="2026-01-02"),
    QUOTE,
    spend.Agreement(
        by=PERSON,
        shot="sh010",
        recipe="r-1",
        seed=1,
        quotes={"runway": QUOTE},
        most_minor=84,
        currency="USD",
        spent_minor=56,
        is_open=False,
    ),
    spend.Cap(most_minor=25_000),
    track.Track(span=SPAN, reference=1001, width=64, height=48, matrices=(UNIT,) * 3, residual_px=(0.0, 0.1, 0.2)),
]

every_noun = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.KIND)


def kinds(of: type[Noun] = Noun) -> set[type[Noun]]:
    return {kind for child in of.__subclasses__() for kind in {child} | kinds(child)}


def test_every_noun_of_core_is_tried_here_and_no_two_are_of_one_kind() -> None:
    for module in pkgutil.iter_modules(manyhands.core.__path__):
        importlib.import_module(f"manyhands.core.{module.name}")
    core = {kind for kind in kinds() if kind.__module__.startswith("manyhands.core.")}
    assert core == {type(noun) for noun in NOUNS}
    assert len({kind.KIND for kind in core}) == len(core)


@every_noun
def test_a_noun_comes_back_as_it_was_saved(noun: Noun) -> None:
    saved = noun.save()
    assert saved["kind"] == noun.KIND
    assert saved["v"] == noun.VERSION
    through_a_file = json.loads(json.dumps(saved))
    again = type(noun).load(through_a_file)
    assert again == noun
    assert again.save() == saved


@every_noun
def test_what_a_newer_program_added_survives_a_visit(noun: Noun) -> None:
    saved = {**noun.save(), "mood": {"gloomy": [1, 2]}}
    assert type(noun).load(saved).save() == saved
    assert type(noun).load(saved).but().save() == saved


@every_noun
def test_a_noun_does_not_change(noun: Noun) -> None:
    field = next(iter(type(noun).model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(noun, field, None)


@every_noun
def test_a_record_of_another_kind_is_refused(noun: Noun) -> None:
    with pytest.raises(StoreError, match=f"{noun.KIND}: the saved record is a cake of version {noun.VERSION}."):
        type(noun).load({**noun.save(), "kind": "cake"})


@every_noun
@pytest.mark.parametrize("version", [None, "1"])
def test_a_record_without_a_version_is_refused(noun: Noun, version: object) -> None:
    with pytest.raises(StoreError, match=f"the saved record is a {noun.KIND} of version {version}"):
        type(noun).load({**noun.save(), "v": version})


@every_noun
def test_a_record_of_a_newer_version_is_refused_with_what_to_do(noun: Noun) -> None:
    with pytest.raises(StoreError, match=r"has version 99; .* Open the production with a newer Manyhands."):
        type(noun).load({**noun.save(), "v": 99})


@every_noun
def test_a_damaged_record_is_refused_and_names_the_field(noun: Noun) -> None:
    field = next(iter(type(noun).model_fields))
    with pytest.raises(StoreError, match=rf"{noun.KIND}: {field}.* does not fit .*`manyhands log verify`"):
        type(noun).load({**noun.save(), field: {"x": [None]}})


class Plate(Noun):
    """A noun of which three versions were made."""

    KIND: ClassVar[str] = "test_plate"
    VERSION: ClassVar[int] = 3
    UPGRADES: ClassVar[Any] = (
        lambda body: {**{k: v for k, v in body.items() if k != "fps"}, "rate": f"{body['fps']}/1"},
        lambda body: {**body, "title": body["title"].strip()},
    )

    title: str
    rate: str


@pytest.mark.parametrize(
    "old",
    [
        {"v": 1, "title": " roof ", "fps": 24, "new": 1},
        {"v": 2, "title": " roof ", "rate": "24/1", "new": 1},
        {"v": 3, "title": "roof", "rate": "24/1", "new": 1},
    ],
)
def test_an_old_record_is_upgraded_to_what_a_new_one_says(old: dict[str, Any]) -> None:
    before = dict(old)
    found = Plate.load({"kind": "test_plate", **old})
    assert found.save() == {"kind": "test_plate", "v": 3, "title": "roof", "rate": "24/1", "new": 1}
    assert old == before


def test_but_checks_again() -> None:
    assert SPAN.but(length=5).length == 5
    with pytest.raises(ValueError, match="length"):
        SPAN.but(length=0)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any) -> Any:
    """The same value, every dictionary turned round."""
    if isinstance(value, dict):
        return {key: shuffled(part) for key, part in reversed(value.items())}
    return [shuffled(part) for part in value] if isinstance(value, list) else value


@given(json_values)
def test_the_order_of_keys_does_not_change_a_digest(value: Any) -> None:
    assert canonical(shuffled(value)) == canonical(value)
    assert digest(shuffled(value)) == digest(value)


@given(json_values)
def test_canonical_json_is_json_again(value: Any) -> None:
    assert json.loads(canonical(value)) == value


def test_canonical_json_has_one_form() -> None:
    # sorted keys, no blanks, letters as they are: written out by hand
    assert canonical({"b": [1, 0.5], "a": "ä"}) == '{"a":"ä","b":[1,0.5]}'.encode()
    # sha256 of the two bytes {} , from coreutils: printf '{}' | sha256sum
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_has_no_digest(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        digest({"x": value})
