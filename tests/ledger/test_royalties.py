"""What a film brought in: wages first, then by screen time and authorship, to the cent, found again by every payee."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.actions.accounts import ledger, pay, reverse, verify_ledger
from manyhands.actions.labour import take_back_time, task, time
from manyhands.actions.royalties import royalties
from manyhands.actions.studio import Studio
from manyhands.actions.takes import FIGURES
from manyhands.core.decision import Decision
from manyhands.core.errors import InputError, ManyhandsError, NotFoundError, StateError
from manyhands.core.extent import PPM, Extent, FrameExtent, HandExtent, apportion
from manyhands.core.hand import Hand, person
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.ledger import balances, split
from manyhands.ledger.booking import wages_uncovered
from manyhands.ledger.royalties import AGREED, Seen, agreed, measured, parts_of_film, shares_of
from manyhands.ledger.shapley import shapley
from manyhands.makers import find_maker
from manyhands.rights import terms_named
from tests.databases import on_both
from tests.ledger.made import AT, PRODUCER, book, film, owed

pytestmark = on_both

SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
MODEL = Hand(id="trained:wan:1", origin="trained", name="wan")
PAINTER = person("Person D")


def source(id_: str, owner: str) -> Source:
    return Source(id=id_, title=id_, sha256="a" * 64, path="p", owner=owner, terms=terms_named("own"))


PLATES = {"p1": source("p1", "Person A"), "p2": source("p2", "Person B"), "p3": source("p3", " ")}


def extent(shares: dict[Hand, int]) -> Extent:
    hands = tuple(
        HandExtent(hand=hand, origin_ppm=ppm, area_ppm=ppm, altered_ppm=0, frames=1) for hand, ppm in shares.items()
    )
    return Extent(hands=hands, empty_ppm=PPM - sum(shares.values()), changed_ppm=0, frames=1, screen_seconds="1")


def seen(shot: str, seconds: int, shares: dict[Hand, int], **painters: tuple[str, ...]) -> Seen:
    return Seen(shot, f"{shot}-take", Fraction(seconds), extent(shares), {MODEL.id: painters.get("by", ())})


def shared(*some: Seen, keys: tuple[object, ...] = ()) -> dict[str, Fraction]:
    return shares_of(parts_of_film(some, PLATES, keys, house="House"))  # type: ignore[arg-type]


def test_screen_time_times_authorship() -> None:
    first = seen("s1", 3, {PLATES["p1"].hand: 500_000, SMOKE: 250_000})  # a quarter is nobody's light
    second = seen("s2", 1, {PLATES["p2"].hand: 600_000, PAINTER: 400_000})
    third = Fraction(1, 3)
    assert shared(first, second) == {
        "Person A": Fraction(3, 4) * 2 * third,
        "House": Fraction(3, 4) * third,
        "Person B": Fraction(1, 4) * Fraction(6, 10),
        "Person D": Fraction(1, 4) * Fraction(4, 10),
    }


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.lists(st.integers(0, 99), min_size=5, max_size=5)), min_size=1, max_size=6
    ),
    st.integers(1, 10**12),
)
def test_the_shares_of_any_film_sum_to_one_and_its_money_to_the_cent(
    shots: list[tuple[int, list[int]]], amount: int
) -> None:
    hands = [PLATES["p1"].hand, PLATES["p2"].hand, PLATES["p3"].hand, PAINTER, SMOKE]
    some = [
        seen(f"s{at}", seconds, dict(zip(hands, apportion(PPM, [*parts, 1])[:5], strict=True)))
        for at, (seconds, parts) in enumerate(shots)
    ]
    shares = shared(*some)
    assert sum(shares.values()) == 1
    assert sum(split(amount, shares).values()) == amount


def test_footage_of_nobody_and_a_shot_without_light_are_the_houses() -> None:
    assert shared(seen("s1", 1, {PLATES["p3"].hand: PPM})) == {"House": 1}
    assert shared(seen("s1", 1, {})) == {"House": 1}
    with pytest.raises(StateError, match="no accepted take is seen"):
        shared()


def test_a_model_trained_elsewhere_goes_by_an_agreed_key_that_is_called_so() -> None:
    one = seen("s1", 1, {MODEL: PPM})
    nobody = parts_of_film([one], {}, [], house="House")
    assert [(part.payee, part.how.startswith(AGREED)) for part in nobody] == [("House", True)]
    every = agreed(MODEL.id, {"Person A": Fraction(2), "Person B": Fraction(1)})
    here = agreed(MODEL.id, {"Person B": Fraction(1)}, shot="s1")
    parts = parts_of_film([one, seen("s2", 1, {MODEL: PPM})], {}, [here, every], house="House")
    assert shares_of(parts) == {"Person A": Fraction(1, 3), "Person B": Fraction(2, 3)}
    assert {part.how for part in parts} == {AGREED}
    for shares in ({}, {"a": Fraction(0)}, {"a": Fraction(1), "b": Fraction(-1)}):
        with pytest.raises(InputError):
            agreed(MODEL.id, shares)


def test_a_taught_models_part_is_its_painters_measured_where_there_are_several() -> None:
    assert shared(seen("s1", 1, {MODEL: PPM}, by=("Person A",))) == {"Person A": 1}
    several = seen("s1", 1, {MODEL: PPM}, by=("Person A", "Person B"))
    with pytest.raises(StateError, match="nobody has measured or agreed who gave what"):
        shared(several)
    valued = shapley(lambda some: Fraction(len(some), 2) if "Person A" in some else 0, ["Person A", "Person B"])
    key = measured(MODEL.id, valued, shot="s1")
    assert shared(several, keys=(key,)) == {"Person A": Fraction(3, 4), "Person B": Fraction(1, 4)}
    assert key.how == "measured: exact Shapley over 4 subsets"
    worse = measured(MODEL.id, shapley(lambda some: ("a" in some) - 2 * ("b" in some), ["a", "b"]), shot="s1")
    assert worse.shares == {"a": 1, "b": 0}
    assert "parts below zero count as zero" in worse.how


def accepted(
    made: Studio, shot: str, shares: dict[Hand, int], *, frames: int = 4, steps: tuple[Step, ...] = ()
) -> None:
    """A shot with an accepted take, without running anything; in its last frame all light is the first hand's."""
    span = Span(length=frames, rate_fps=24)
    recipe = Recipe(steps=steps or (Step(name="look", maker="grade", version=1, inputs={"plate": PLATE}),))
    take = Take(
        id=f"{shot}-t",
        shot=shot,
        recipe=recipe.id,
        seed=1,
        span=span,
        width=8,
        height=8,
        folder=f"takes/{shot}",
        frames_sha256="b" * 64,
        hands=tuple(shares),
        extent=extent(shares),
        seconds=1,
    )
    decision = Decision(id=f"d-{shot}", take=take.id, verdict="accept", by=PRODUCER, reason="x", door="studio", at=AT)
    with made.act("decide", PRODUCER) as t:
        t.put(Shot(id=shot, plate="p1", span=span), shot, shot=shot)
        t.put(recipe, recipe.id, shot=shot)
        t.put(take, take.id, shot=shot)
        t.put(decision, decision.id, shot=shot)
    figures = [
        FrameExtent(
            frame=at,
            origin_ppm={next(iter(shares)).id: PPM}
            if at == span.end
            else {hand.id: ppm for hand, ppm in shares.items()},
            area_ppm={},
            altered_ppm={},
            empty_ppm=0,
            changed_ppm=0,
        )
        for at in span.frames
    ]
    folder = made.folder / take.folder
    folder.mkdir(parents=True)
    (folder / FIGURES).write_text(json.dumps([one.save() for one in figures]))


@pytest.fixture
def made(tmp_path: Path) -> Studio:
    """A film of two shots, 4 and 12 frames: a quarter is half A's plate and half smoke, the rest is B's plate."""
    made = film(tmp_path / "film")
    with made.act("source", PRODUCER) as t:
        for plate in PLATES.values():
            t.put(plate, plate.id)
    accepted(made, "s1", {PLATES["p1"].hand: PPM // 2, SMOKE: PPM // 2})
    accepted(made, "s2", {PLATES["p2"].hand: PPM}, frames=12)
    return made


def test_what_came_in_is_shared_and_every_payee_finds_it_again(made: Studio) -> None:
    draft = royalties(made, PRODUCER, "100", currency="EUR", about="a cinema, May", is_draft=True)
    assert draft.published == ""
    assert not (made.folder / "royalties").exists()
    found = royalties(made, PRODUCER, "100", currency="EUR", about="a cinema, May")
    assert found.amounts == draft.amounts == {"Film (the house)": 1250, "Person A": 1250, "Person B": 7500}
    booked = balances(ledger(made, PRODUCER))
    assert booked[("Liabilities:Person B:Royalties", "EUR")] == -7500
    assert booked[("Equity:House", "EUR")] == -1250
    told = json.loads(Path(found.published).read_text())
    shares: dict[str, Fraction] = {}
    for part in told["parts"]:
        shares[part["payee"]] = shares.get(part["payee"], Fraction(0)) + Fraction(part["share"])
    assert split(told["received_minor"] - told["put_aside_for_wages_minor"], shares) == told["amounts_minor"]
    theirs = [one for one in ledger(made, PRODUCER) if one.account == "Liabilities:Person B:Royalties"]
    assert "75.0000% of the film by screen time and authorship" in theirs[0].method
    with pytest.raises(StateError, match="a cinema, May was shared already"):
        royalties(made, PRODUCER, "100", currency="EUR", about="a cinema, May")
    assert verify_ledger(made.folder).faults == ()


def test_hours_are_paid_before_shares(made: Studio) -> None:
    book(made, owed("w1", "Person C", 6000, kind="Wages"))
    first = royalties(made, PRODUCER, "40", currency="EUR", about="May")
    assert (first.floor_minor, sum(first.amounts.values())) == (4000, 0)
    second = royalties(made, PRODUCER, "100", currency="EUR", about="June")
    assert (second.floor_minor, sum(second.amounts.values())) == (2000, 8000)
    pay(made, PRODUCER, "Person C", "60", currency="EUR", kind="Wages", about="bank 1")
    assert balances(ledger(made, PRODUCER))[("Assets:Wages fund", "EUR")] == 0
    third = royalties(made, PRODUCER, "1", currency="EUR", about="July")
    assert third.floor_minor == 0
    reverse(made, PRODUCER, second.transaction, why="the cinema's account was wrong")
    assert balances(ledger(made, PRODUCER))[("Assets:Wages fund", "EUR")] == -2000
    assert royalties(made, PRODUCER, "100", currency="EUR", about="June, right").floor_minor == 2000
    book(made, owed("w2", "Person C", 5, kind="Wages", currency="JPY"))
    assert wages_uncovered([*owed("w", "A", 7, kind="Wages"), *owed("x", "B", -9, kind="Wages")]) == {"EUR": 7}
    with pytest.raises(StateError, match=r"JPY 5 of wages are owed, and currencies are never mixed"):
        royalties(made, PRODUCER, "100", currency="EUR", about="August")
    assert verify_ledger(made.folder).faults == ()


def test_hours_that_are_in_no_wages_yet_come_first_too(made: Studio) -> None:
    roto = task(made, PRODUCER, "roto", PRODUCER, role="producer")
    said = time(made, PRODUCER, roto.id, 90, day="2020-05-01")
    with pytest.raises(StateError, match=f"90 minutes of {PRODUCER.name} are in no wages yet"):
        royalties(made, PRODUCER, "100", currency="EUR", about="May")
    assert royalties(made, PRODUCER, "100", currency="EUR", about="May", is_draft=True)
    take_back_time(made, PRODUCER, said.id, why="it was for another film")
    assert royalties(made, PRODUCER, "100", currency="EUR", about="May").published


def test_a_cut_counts_what_is_seen_frame_by_frame(made: Studio, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv"
    cut.write_text("shot,first,last\ns1,1003,1004\ns2,1001,1002\ns1,1004,1004\n")
    found = royalties(made, PRODUCER, "50", currency="EUR", about="May", cut=cut, is_draft=True)
    # five frames are seen: s1's 1003, half A's, its 1004 twice, all A's, and two of s2
    assert found.amounts == {"Film (the house)": 500, "Person A": 2500, "Person B": 2000}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shot,first,last\ns1,1,2\n", InputError),
        ("shot,first,last\ns9,1001,1001\n", NotFoundError),
        ("shot,first,last\ns1,1002,1001\n", InputError),
        ("shot,first,last\ns1,x,1001\n", InputError),
        ("shot,first,last\ns1\n", InputError),
        ("first,last\n1,2\n", InputError),
        ("", InputError),
        ("shot,first,last\n", StateError),
    ],
)
def test_a_cut_that_is_none_is_refused(text: str, said: type[ManyhandsError], made: Studio, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv"
    cut.write_text(text)
    with pytest.raises(said):
        royalties(made, PRODUCER, "50", currency="EUR", about="May", cut=cut)


KEYS = """
[[agreed]]
hand = "trained:wan:1"
shares = { "Person E" = "2/3", "李安" = "1/3" }

[[measured]]
hand = "HAND"
shot = "s4"
values = [
    { of = [], value = "0" },
    { of = ["Person A"], value = "0.5" },
    { of = ["Person B"], value = "0.25" },
    { of = ["Person A", "Person B"], value = "0.75" },
]
"""


def test_trained_models_go_by_their_keys(made: Studio, tmp_path: Path) -> None:
    taught = find_maker("taught").hand
    painted = [source(f"f{who}", f"Person {who}").but(role="painted", painted_by=f"Person {who}") for who in "AB"]
    with made.act("source", PRODUCER) as t:
        for one in painted:
            t.put(one, one.id)
    step = Step(name="taught", maker="taught", version=1, inputs={"plate": PLATE, "a": "source:fA", "b": "source:fB"})
    accepted(made, "s3", {MODEL: PPM}, frames=8)
    accepted(made, "s4", {taught: PPM}, frames=8, steps=(step,))
    with pytest.raises(StateError, match=r"learned from Person A and Person B, and nobody has measured"):
        royalties(made, PRODUCER, "320", currency="JPY", about="May")
    keys = tmp_path / "keys.toml"
    keys.write_text(KEYS.replace("HAND", taught.id))
    found = royalties(made, PRODUCER, "320", currency="JPY", about="May", keys=keys)
    assert found.amounts == {
        "Film (the house)": 20,
        "Person A": 20 + 53,  # 53.3
        "Person B": 120 + 27,  # 26.7
        "Person E": 53,  # 53.3
        "李安": 27,  # 26.7
    }
    told = json.loads(Path(found.published).read_text())
    assert [len(key.get("values", [])) for key in told["keys"]] == [0, 4]
    assert "agreed, not measured" in found.methods["李安"]
    assert verify_ledger(made.folder).faults == ()


@pytest.mark.parametrize(
    "text", ["x = 1", "[[agreed]]\nhand = 'h'", "[[agreed]]\nhand='h'\nshares={a='1/0'}", "[[", "agreed = 5",
             KEYS.replace('    { of = ["Person B"], value = "0.25" },\n', "")]
)  # fmt: skip
def test_keys_that_cannot_be_read_are_refused(text: str, made: Studio, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(text)
    with pytest.raises(InputError, match="keys"):
        royalties(made, PRODUCER, "50", currency="EUR", about="May", keys=keys)


@pytest.mark.parametrize(
    ("amount", "currency", "about"),
    [("-1", "EUR", "x"), ("0", "EUR", "x"), ("1", "EUR", " "), ("1.5", "JPY", "x"), ("1", "XAU", "x")],
)
def test_what_is_nothing_to_share_is_refused(amount: str, currency: str, about: str, made: Studio) -> None:
    with pytest.raises(InputError):
        royalties(made, PRODUCER, amount, currency=currency, about=about)
