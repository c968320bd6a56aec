"""Verdicts: the rules one by one, and what holds of every heap of grants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.grant import Grant, Leave, Term
from manyhands.core.hand import person
from manyhands.core.party import Known, Party
from manyhands.core.showing import Showing
from manyhands.rights import Registry, Wanted, ruled
from manyhands.rights.verdict import _WORST

WHO = person("Person A")
DAY = "2026-06-01"


def granted(*terms: Term, id_: str = "g1", **changes: Any) -> Grant:
    said: dict[str, Any] = {
        "id": id_, "form": "licence", "grantor": "Company X", "work": "plate", "terms": terms, "about": "a film",
        "signed_on": "2026-05-01", "given_to": "film", "recorded_by": WHO,
    }  # fmt: skip
    return Grant(**{**said, **changes})


def of(person_: str, *terms: Term, **changes: Any) -> Grant:
    return granted(*terms, **{"form": "consent", "work": "", "person": person_, "grantor": person_, **changes})


def yes(scope: str, **more: Any) -> Term:
    return Term(scope=scope, **more)


def no(scope: str, **more: Any) -> Term:
    return Term(scope=scope, verdict="prohibit", **more)


def ask(scope: str, **more: Any) -> Term:
    return Term(scope=scope, verdict="ask", **more)


def wants(scope: str = "composite", **more: Any) -> Wanted:
    subject = {} if "person" in more else {"work": "plate"}
    return Wanted(scope, **{"first_day": DAY, "project": "film", "shot": "sh010", **subject, **more})


def minor(**more: Any) -> Known:
    return Known(Party(id="p-1", is_minor=True, told_sha256="", **more), "Person M", guardian="Person G")


RULES: list[tuple[str, Wanted, list[Grant], str, str]] = [
    ("default deny", wants(), [], "deny", "nobody permits composite of source plate"),
    ("another's work", wants(), [granted(yes("composite"), work="other")], "deny", "nobody permits composite"),
    ("permitted", wants(), [granted(yes("composite"))], "allow", "Company X permits composite of source plate (g1)"),
    ("never upward", wants("train_shot"), [granted(yes("input_local"))], "deny", "nobody permits train_shot"),
    ("nor downward", wants("view"), [granted(yes("train_general"))], "deny", "nobody permits view"),
    ("forbids beats permits", wants(), [granted(yes("composite")), granted(no("composite"), id_="g2", grantor="Y")],
     "deny", "Y forbids composite of source plate (g2), which contradicts g1 by Company X"),
    ("a no goes upward", wants("train_shot"), [granted(yes("train_shot"), no("composite"))], "deny",
     "Company X forbids composite"),
    ("a no goes not downward", wants("view"), [granted(yes("view"), no("train_shot"))], "allow", "permits view"),
    ("a no to leaving the machine is to that", wants("train_shot"), [granted(yes("train_shot"), no("input_hosted"))],
     "allow", "permits train_shot"),
    ("narrower later same grantor", wants(),
     [granted(no("composite")), granted(yes("composite", project="Film"), id_="g2", signed_on="2026-05-02")], "allow",
     "(g2)"),
    ("narrower later other grantor", wants(),
     [granted(no("composite")), granted(yes("composite", project="film"), id_="g2", signed_on="2026-05-02",
                                        grantor="Y")], "deny", "which contradicts g2 by Y"),
    ("narrower earlier", wants(),
     [granted(no("composite")), granted(yes("composite", project="film"), id_="g2", signed_on="2026-04-02")], "deny",
     "Company X forbids"),
    ("as wide later", wants(),
     [granted(no("composite")), granted(yes("composite"), id_="g2", signed_on="2026-05-02")], "deny",
     "contradicts g2"),
    ("as wide, and replaces", wants(),
     [granted(no("composite")), granted(yes("composite"), id_="g2", signed_on="2026-05-02", supersedes="g1")], "allow",
     "(g2)"),
    ("replaces another's", wants(),
     [granted(no("composite")), granted(yes("composite"), id_="g2", grantor="Y", supersedes="g1")], "deny", "(g1)"),
    ("replaced", wants(), [granted(yes("composite")), granted(yes("view"), id_="g2", supersedes="g1")], "deny",
     "was replaced (g1)"),
    ("expired", wants(), [granted(yes("composite"), valid_until="2026-05-31")], "deny", "ended on 2026-05-31"),
    ("the last day", wants(), [granted(yes("composite"), valid_until=DAY)], "allow", "permits"),
    ("a term ends", wants(), [granted(yes("composite", valid_until="2026-05-31"))], "deny", "ended on 2026-05-31"),
    ("ends mid-shot", wants(last_day="2026-06-09"), [granted(yes("composite"), valid_until="2026-06-03")], "deny",
     "ended on 2026-06-03"),
    ("one follows another", wants(last_day="2026-06-09"),
     [granted(yes("composite"), valid_until="2026-06-03"), granted(yes("composite"), id_="g2", signed_on="2026-06-04")],
     "allow", "permits"),
    ("a gap of a day", wants(last_day="2026-06-09"),
     [granted(yes("composite"), valid_until="2026-06-03"), granted(yes("composite"), id_="g2", signed_on="2026-06-05")],
     "deny", "begins on 2026-06-05"),
    ("not yet", wants(), [granted(yes("composite"), signed_on="2026-06-02")], "deny", "begins on 2026-06-02"),
    ("withdrawn", wants(), [granted(yes("composite"), revoked_on="2026-05-09")], "deny", "was withdrawn on 2026-05-09"),
    ("a no outlives withdrawal", wants(),
     [granted(no("composite"), revoked_on="2026-05-09"), granted(yes("composite"), id_="g2")], "deny", "forbids"),
    ("another project", wants(), [granted(yes("composite", project="sequel"))], "deny", "only for sequel"),
    ("another territory", wants("deliver", territory="FR"), [granted(yes("deliver", territory=("DE", "AT")))], "deny",
     "only in DE, AT"),
    ("the territory", wants("deliver", territory="AT"), [granted(yes("deliver", territory=("DE", "AT")))], "allow", ""),
    ("forbidden elsewhere", wants("deliver", territory="AT"),
     [granted(yes("deliver"), no("deliver", territory=("US",)))], "allow", ""),
    ("the world is not some of it", wants("deliver", territory="world", medium="all"),
     [granted(yes("deliver", territory=("DE", "AT"), media=("cinema",)))], "deny",
     "does not hold all over the world, in all media: only in DE, AT, in cinema"),
    ("the world is all of it", wants("deliver", territory="world", medium="all"), [granted(yes("deliver"))], "allow",
     ""),
    ("a no somewhere is a no to the world", wants("deliver", territory="world", medium="all"),
     [granted(yes("deliver"), no("deliver", territory=("US",)))], "deny", "forbids deliver"),
    ("another medium", wants("deliver", medium="tv"), [granted(yes("deliver", media=("cinema",)))], "deny", "cinema"),
    ("to be asked", wants(), [granted(ask("composite", approver="Person P"))], "ask", "wants Person P to be asked"),
    ("asking beats permitting", wants(), [granted(yes("composite")), granted(ask("composite"), id_="g2")], "ask", "g2"),
    ("a no beats asking", wants(), [granted(ask("composite"), no("composite"))], "deny", "forbids"),
    ("withdrawn asking gives nothing", wants(), [granted(ask("composite"), revoked_on=DAY)], "deny", "withdrawn"),
    ("a person's", wants("likeness_alter", person="person  b"), [of("Person B", yes("likeness_alter"))], "allow", ""),
    ("none includes another", wants("likeness_alter", person="Person B"),
     [of("Person B", yes("likeness_replica"), yes("voice_replica"))], "deny", "has not consented to likeness_alter"),
    ("by somebody else", wants("likeness_alter", person="Person B"),
     [of("Person B", yes("likeness_alter"), grantor="Agent")], "deny", "Agent cannot consent for Person B"),
    ("a minor alone", wants("likeness_alter", person="Person M"), [of("Person M", yes("likeness_alter"))], "deny",
     "Person G has to sign as guardian"),
    ("a minor's guardian", wants("likeness_alter", person="Person M"),
     [of("Person M", yes("likeness_alter"), grantor="Person G")], "allow", "Person G permits"),
    ("a minor and general training", wants("train_general", person="Person M"),
     [of("Person M", yes("train_general"), grantor="Person G")], "deny", "of whom no model is taught in general"),
    ("signed after death", wants("likeness_replica", person="Person D"), [of("Person D", yes("likeness_replica"))],
     "deny", "died on 2026-04-01"),
    ("signed before death", wants("likeness_replica", person="Person D"),
     [of("Person D", yes("likeness_replica"), signed_on="2026-03-01")], "allow", ""),
]  # fmt: skip
PEOPLE = (minor(), Known(Party(id="p-2", deceased_on="2026-04-01", told_sha256=""), "Person D"))


@pytest.mark.parametrize(
    ("wanted", "grants", "verdict", "words"), [row[1:] for row in RULES], ids=[r[0] for r in RULES]
)
def test_the_rules(wanted: Wanted, grants: list[Grant], verdict: str, words: str) -> None:
    ruling = ruled(wanted, grants, people=PEOPLE)
    assert (ruling.verdict, words in ruling.words) == (verdict, True), ruling.words
    assert all(reason.cure for reason in ruling.reasons) == (verdict != "allow")
    assert bool(ruling.by) == (verdict == "allow")


def test_a_named_persons_yes_answers_what_was_to_be_asked_for_that_shot_only() -> None:
    grants = [granted(ask("composite", approver="Person P"))]
    said = Leave(id="a", grant="g1", scope="composite", shot="sh010", by=WHO, why="fine", at=DAY)
    assert ruled(wants(), grants, leaves=[said]).verdict == "allow"
    assert ruled(wants(shot="sh020"), grants, leaves=[said]).verdict == "ask"
    assert ruled(wants(), [*grants, granted(ask("composite"), id_="g2")], leaves=[said]).verdict == "ask"


def test_what_was_saved_before_there_were_terms_still_loads() -> None:
    old = {
        "kind": "grant", "v": 1, "id": "person-b-1", "person": "Person B", "scopes": ["likeness_alter"],
        "about": "a scar", "document": "consents/x/form.pdf", "document_sha256": "0" * 64, "signed_on": "2026-05-01",
        "valid_until": "", "given_to": "film", "recorded_by": WHO.model_dump(), "revoked_on": "", "revoked_why": "",
    }  # fmt: skip
    loaded = Grant.load(old)
    assert (loaded.grantor, loaded.scopes, loaded.form) == ("Person B", ("likeness_alter",), "consent")
    assert ruled(wants("likeness_alter", person="Person B"), [loaded]).verdict == "allow"
    assert Grant.load(loaded.save()) == loaded


DAYS = st.sampled_from(["2026-05-01", "2026-05-02", "2026-05-31", "2026-06-01", "2026-06-02", "2026-06-08"])
MAYBE = st.one_of(st.just(""), DAYS)
PLACES = st.sampled_from([(), ("DE",), ("DE", "US"), ("US",)])
TERMS = st.builds(
    Term,
    scope=st.sampled_from(["view", "composite", "input_local", "input_hosted", "train_shot", "deliver"]),
    verdict=st.sampled_from(["permit", "prohibit", "ask"]),
    project=st.sampled_from(["", "film", "sequel"]),
    territory=PLACES,
    valid_from=MAYBE,
    valid_until=MAYBE,
)


def heap(terms: st.SearchStrategy[Term] = TERMS, most: int = 5) -> st.SearchStrategy[list[Grant]]:
    one = st.builds(
        lambda held, by, signed, until, gone, of_: granted(
            *held, grantor=by, signed_on=signed, valid_until=until, revoked_on=gone, supersedes=of_
        ),
        st.lists(terms, min_size=1, max_size=3),
        st.sampled_from(["Company X", "Company Y"]),
        DAYS,
        MAYBE,
        st.sampled_from(["", "", "2026-05-20"]),
        st.sampled_from(["", "", "g0", "g1", "g2"]),
    )
    return st.lists(one, max_size=most).map(lambda some: [one.but(id=f"g{i}") for i, one in enumerate(some)])


WANTS = st.builds(
    wants,
    st.sampled_from(["view", "composite", "input_hosted", "train_shot", "deliver"]),
    territory=st.sampled_from(["", "DE", "US"]),
    last_day=MAYBE,
)
many = settings(max_examples=300, deadline=None)


def strictness(wanted: Wanted, grants: list[Grant]) -> int:
    return _WORST[ruled(wanted, grants).verdict]


@many
@given(WANTS, heap(), TERMS, DAYS)
def test_another_no_never_allows_more(wanted: Wanted, grants: list[Grant], term: Term, signed: str) -> None:
    more = granted(term.but(verdict="prohibit"), id_="new", signed_on=signed)
    assert strictness(wanted, [*grants, more]) >= strictness(wanted, grants)


@many
@given(WANTS, heap(), st.integers(0, 4))
def test_withdrawing_a_grant_never_allows_more(wanted: Wanted, grants: list[Grant], at: int) -> None:
    withdrawn = [one.but(revoked_on="2026-05-20") if i == at else one for i, one in enumerate(grants)]
    assert strictness(wanted, withdrawn) >= strictness(wanted, grants)


@many
@given(WANTS, heap(), heap(TERMS.map(lambda term: term.but(verdict="permit")), most=1))
def test_losing_what_only_permits_never_allows_more(wanted: Wanted, grants: list[Grant], some: list[Grant]) -> None:
    permitting = [one.but(id="new", supersedes="") for one in some]
    assert strictness(wanted, grants) >= strictness(wanted, [*grants, *permitting])


@many
@given(WANTS, heap(), st.randoms())
def test_the_order_of_the_grants_does_not_matter(wanted: Wanted, grants: list[Grant], chance: Any) -> None:
    mixed = list(grants)
    chance.shuffle(mixed)
    assert ruled(wanted, mixed) == ruled(wanted, grants)


# --- where and when it is shown ---------------------------------------------------------------

CODES = ["AT", "DE", "US"]
HOW = ["cinema", "web"]
PLACED = TERMS.flatmap(lambda term: st.sampled_from([(), ("cinema",), ("web",)]).map(lambda how: term.but(media=how)))
ISO = st.integers(1, 30).map(lambda day: f"2026-06-{day:02d}")
SHOWN = st.builds(
    lambda where, how, days, is_open: Showing(
        territory=tuple(sorted(where)), media=tuple(sorted(how)), first_day=min(days),
        last_day="" if is_open else max(days),
    ),
    st.sets(st.sampled_from(CODES)), st.sets(st.sampled_from(HOW)), st.tuples(ISO, ISO), st.booleans(),
)  # fmt: skip


def shown(showing: Showing, grants: list[Grant], scope: str = "deliver") -> str:
    held = Registry(grants=tuple(grants), today=DAY, project="film", showing=showing)
    return held.ruled(scope, work="plate").verdict


def is_within(narrow: Showing, wide: Showing) -> bool:
    """Whether a showing asks for nothing that another does not ask for; empty is everywhere, and one day."""
    places = ((narrow.territory, wide.territory), (narrow.media, wide.media))
    inside = all(not much or (bool(less) and {*less} <= {*much}) for less, much in places)
    return inside and wide.first_day <= narrow.first_day and narrow.last_day <= wide.last_day


@many
@given(SHOWN, SHOWN, heap(PLACED))
def test_a_wider_showing_never_allows_more_and_a_narrower_never_less(
    one: Showing, other: Showing, grants: list[Grant]
) -> None:
    wide = Showing(
        territory=() if not (one.territory and other.territory) else tuple({*one.territory, *other.territory}),
        media=() if not (one.media and other.media) else tuple({*one.media, *other.media}),
        first_day=min(one.first_day, other.first_day),
        last_day=max(one.last_day or one.first_day, other.last_day or other.first_day),
    )
    for narrow in (one, other):
        assert _WORST[shown(narrow, grants)] <= _WORST[shown(wide, grants)]
    assert not is_within(one, other) or _WORST[shown(one, grants)] <= _WORST[shown(other, grants)]


@many
@given(SHOWN, heap(PLACED))
def test_the_world_and_all_media_ask_for_the_most(one: Showing, grants: list[Grant]) -> None:
    assert _WORST[shown(one, grants)] <= _WORST[shown(one.but(territory=(), media=()), grants)]


def test_two_grants_for_two_countries_let_it_out_in_both_and_nowhere_else() -> None:
    grants = [granted(yes("deliver", territory=(code,)), id_=code) for code in ("AT", "DE")]
    assert shown(Showing(territory=("AT", "DE")), grants) == "allow"
    assert shown(Showing(territory=("AT", "DE", "US")), grants) == "deny"
    assert shown(Showing(), grants) == "deny"


def test_leave_that_ends_while_it_is_shown_is_denied_with_the_day_and_told_how_to_ask_for_less() -> None:
    grants = (granted(yes("deliver", territory=("DE",)), valid_until="2026-06-10"),)
    held = Registry(grants=grants, today=DAY, showing=Showing(territory=("DE",), last_day="2026-06-11"))
    ruling = held.ruled("deliver", work="plate", shot="sh010")
    assert (ruling.verdict, ruling.on) == ("deny", "2026-06-11")
    assert "ended on 2026-06-10" in ruling.words
    assert "manyhands deliver sh010 --until 2026-06-10" in ruling.cures[0]
    fits = Registry(grants=grants, today=DAY, showing=Showing(territory=("DE",), last_day="2026-06-10"))
    assert fits.ruled("deliver", work="plate").verdict == "allow"
    assert fits.until("deliver", work="plate") == "2026-06-10"
    (cure,) = Registry(grants=grants, today=DAY, showing=Showing()).ruled("deliver", work="plate").cures
    assert "--territory DE" in cure


def test_leave_to_make_something_may_end_before_it_is_shown() -> None:
    grants = [granted(yes("composite"), yes("deliver", valid_until="2027-01-01"), valid_until="2026-06-02"),
              granted(yes("deliver"), id_="g2")]  # fmt: skip
    assert shown(Showing(last_day="2026-12-31"), grants, "composite") == "allow"
    assert shown(Showing(last_day="2026-12-31"), grants) == "allow"
    assert Registry(grants=tuple(grants), today=DAY).until("deliver", work="plate") == ""
