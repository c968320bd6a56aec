"""Exports: what grants forbid is permitted by none of them, and each is judged by what its standard says."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from manyhands.core.grant import Grant, Term
from manyhands.core.source import Source
from manyhands.rights import (
    GRANT_SCOPES,
    SCOPES,
    Registry,
    Subject,
    Wanted,
    odrl_policy,
    rsl_document,
    ruled,
    terms_named,
    training_mining,
)
from manyhands.rights.declared import MINING_ENTRIES, Opened, opened, strictest
from manyhands.rights.odrl import INCLUDED_IN, as_target, permits, vocabulary
from manyhands.rights.rsl import NAMESPACE, USAGE, permitted, url_of
from tests.rights import exported
from tests.rights.test_verdict import PEOPLE, ask, granted, heap, no, of, yes

RDF_PYTHON = os.environ.get("RDF_PYTHON", "")
DAY = "2026-06-01"
FEW = ("view", "input_local", "input_hosted", "train_general", "deliver")
ANY_TERMS = st.builds(
    Term,
    scope=st.sampled_from(FEW),
    verdict=st.sampled_from(["permit", "permit", "prohibit", "ask"]),
    project=st.sampled_from(["", "", "film", "sequel"]),
    territory=st.sampled_from([(), (), ("DE",), ("DE", "US")]),
    media=st.sampled_from([(), (), ("cinema",)]),
    valid_from=st.sampled_from(["", "", "2026-06-05"]),
    valid_until=st.sampled_from(["", "", "2026-06-08"]),
)
FORMS = st.sampled_from(["licence", "declaration"])
HEAPS = st.tuples(heap(ANY_TERMS), FORMS).map(
    lambda both: [one.but(form=both[1], signed_on=min(one.signed_on, DAY)) for one in both[0]]
)
"""What was signed by today: nothing else is ever recorded, and nobody is told of it today."""
many = settings(max_examples=300, deadline=None)


def source(terms: str = "unknown", **more: Any) -> Source:
    credit = {"credit": "Roof by Person B"} if terms.startswith(("cc-by", "licensed")) else {}
    stated = terms_named(terms, **credit, **more.pop("stated", {}))
    return Source(id="plate", title="roof.mov", sha256="ab" * 32, path="p", owner="Person B", terms=stated, **more)


def held(*grants: Grant, today: str = DAY, **more: Any) -> Registry:
    return Registry(grants=grants, people=PEOPLE, today=today, project="film", **more)


def mining(*subjects: Subject, registry: Registry) -> dict[str, str]:
    return {name.removeprefix("cawg."): one["use"] for name, one in training_mining(subjects, registry).items()}


# --- nothing that is forbidden comes out as permitted -----------------------------------------


@many
@given(
    HEAPS,
    st.sampled_from(FEW),
    st.sampled_from(["2026-06-01", "2026-06-05", "2026-06-09"]),
    st.sampled_from(["DE", "US", "FR"]),
    st.sampled_from(["cinema", "web"]),
    st.sampled_from(["film", "sequel"]),
)
@example([granted(yes("view")), granted(no("view", territory=("DE",)), id_="g2")], "view", DAY, "DE", "web", "film")
@example([granted(yes("view")), granted(no("view", project="sequel"), id_="g2")], "view", DAY, "DE", "web", "sequel")
@example(
    [granted(yes("view")), granted(no("view", valid_from="2026-06-05"), id_="g2")],
    "view",
    "2026-06-09",
    "DE",
    "web",
    "film",
)
@example([granted(yes("view"), valid_until="2026-06-05")], "view", "2026-06-09", "DE", "web", "film")
@example([granted(yes("view"), ask("view"))], "view", DAY, "DE", "web", "film")
def test_odrl_permits_nothing_that_the_grants_deny(
    grants: list[Grant], scope: str, day: str, place: str, medium: str, project: str
) -> None:
    subject = Subject(work="plate")
    policy = odrl_policy([subject], held(*grants))
    wanted = Wanted(scope, day, work="plate", project=project, territory=place, medium=medium)
    verdict = ruled(wanted, grants).verdict
    said = permits(policy, scope, target=as_target(subject), day=day, project=project, territory=place, medium=medium)
    worst = ("allow", "ask", "deny")
    assert worst.index(said) >= worst.index(verdict)


@many
@given(HEAPS)
def test_what_everybody_is_told_is_open_is_allowed_here_too_everywhere_and_always(grants: list[Grant]) -> None:
    subject, registry = Subject(work="plate"), held(*grants)
    told = mining(subject, registry=registry)
    open_ = {MINING_ENTRIES[f"cawg.{name}"] for name, use in told.items() if use == "allowed"}
    open_ |= {scope for token in permitted([subject], registry) for scope in USAGE[token]}
    for scope in open_:
        for day, place, project in ((DAY, "", "film"), ("2026-06-20", "FR", "sequel"), ("2030-01-01", "DE", "other")):
            wanted = Wanted(scope, DAY, last_day=day, work="plate", project=project, territory=place, medium="web")
            assert ruled(wanted, grants).verdict == "allow"
    for name, use in told.items():
        near = ("input_hosted", "input_local") if name == "ai_inference" else (MINING_ENTRIES[f"cawg.{name}"],)
        if use != "notAllowed":
            assert any(registry.ruled(scope, work="plate").verdict != "deny" for scope in near)


def test_what_is_open_to_everybody_only_later_is_told_so_and_is_open_then() -> None:
    later, cinema = yes("train_general", valid_from="2026-06-05"), yes("train_general", media=("cinema",))
    both, subject = granted(later, cinema, form="declaration"), Subject(work="plate")
    now = opened("train_general", subject, held(both))
    assert now == Opened("constrained", ("from 2026-06-05", "in cinema only"))
    assert opened("train_general", subject, held(both, today="2026-06-05")) == Opened("allowed")


@many
@given(HEAPS, ANY_TERMS, st.sampled_from(["licence", "declaration"]))
def test_another_no_never_opens_anything(grants: list[Grant], term: Term, form: str) -> None:
    more = granted(term.but(verdict="prohibit"), id_="new", form=form)
    subject, order = Subject(work="plate"), ("allowed", "constrained", "notAllowed")
    for scope in GRANT_SCOPES:
        before, after = (opened(scope, subject, held(*some)).use for some in (grants, [*grants, more]))
        assert order.index(after) >= order.index(before)
    assert set(permitted([subject], held(*grants, more))) <= set(permitted([subject], held(*grants)))


@many
@given(st.sampled_from([scope for scope in SCOPES if scope != "input_hosted"]), HEAPS)
def test_a_no_to_a_scope_closes_every_stronger_one_in_every_export(scope: str, grants: list[Grant]) -> None:
    assume(all(one.supersedes == "" for one in grants))
    registry = held(*grants, granted(no(scope), id_="new", grantor="Company Z"))
    subject = Subject(work="plate")
    closed = SCOPES[SCOPES.index(scope) :]
    policy = odrl_policy([subject], registry)
    said = {each: permits(policy, each, target=as_target(subject), day=DAY, project="film") for each in closed}
    assert set(said.values()) == {"deny"}
    entries = training_mining([subject], registry)
    assert all(entries[name]["use"] == "notAllowed" for name, needs in MINING_ENTRIES.items() if needs in closed
               and name != "cawg.ai_inference")  # fmt: skip
    assert not any(set(USAGE[token]) & set(closed) for token in permitted([subject], registry))


# --- what comes out, case by case -------------------------------------------------------------

CLOSED = dict.fromkeys(("ai_generative_training", "ai_training", "ai_inference", "data_mining"), "notAllowed")
OPEN = dict.fromkeys(CLOSED, "allowed")
CASES: list[tuple[str, str, list[Grant], dict[str, str]]] = [
    ("nobody said anything", "unknown", [], CLOSED | {"ai_inference": "constrained"}),
    ("own footage is open to the house only", "own", [], CLOSED | {"ai_inference": "constrained"}),
    ("a public deed", "cc0-1.0", [], OPEN),
    ("a public deed, and a no", "cc0-1.0", [granted(no("train_general"))],
     CLOSED | {"ai_inference": "allowed"}),
    ("a public deed, and a no somewhere", "cc0-1.0", [granted(no("train_general", territory=("DE",)))],
     dict.fromkeys(CLOSED, "constrained") | {"ai_inference": "allowed"}),
    ("a public deed, and somebody to be asked", "cc0-1.0", [granted(ask("train_general"))],
     dict.fromkeys(CLOSED, "constrained") | {"ai_inference": "allowed"}),
    ("a licence is to this production", "own", [granted(yes("train_general"))],
     dict.fromkeys(CLOSED, "constrained")),
    ("the owner declares it", "own", [granted(yes("train_general"), form="declaration")],
     OPEN | {"ai_inference": "constrained"}),
    ("until a day", "own", [granted(yes("train_general"), form="declaration", valid_until="2026-12-31")],
     dict.fromkeys(CLOSED, "constrained")),
    ("withdrawn", "own", [granted(yes("train_general"), form="declaration", revoked_on="2026-05-30")],
     CLOSED | {"ai_inference": "constrained"}),
    ("one shot's model opens nothing", "own", [granted(yes("train_shot"), form="declaration")],
     CLOSED | {"ai_inference": "constrained"}),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "grants", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_training_and_mining_is_told(terms: str, grants: list[Grant], told: dict[str, str]) -> None:
    assert mining(Subject(source(terms)), registry=held(*grants)) == told


def test_a_limit_is_told_in_words_that_name_nobody() -> None:
    declared = granted(
        yes("train_general", territory=("DE",), media=("cinema",)), form="declaration", valid_until="2026-12-31",
        grantor="Person Q",
    )  # fmt: skip
    entries = training_mining(
        [Subject(source("own"))], held(declared, granted(ask("train_general", approver="Person P"), id_="g2"))
    )
    told = entries["cawg.ai_training"]
    assert told["use"] == "constrained"
    assert told["constraint_info"] == ("in DE only; in cinema only; until 2026-12-31; ask whoever holds the rights")
    assert "Person" not in json.dumps(entries)


def test_the_strictest_of_what_went_in_counts_and_somebody_unknown_closes_all() -> None:
    free, shut = Subject(source("cc0-1.0")), Subject(work="another")
    registry = held()
    assert mining(free, registry=registry) == OPEN
    assert mining(free, shut, registry=registry) == CLOSED
    assert mining(free, Subject(is_unknown=True), registry=registry) == CLOSED
    assert mining(registry=registry) == CLOSED
    assert strictest([Opened("allowed"), Opened("constrained", ("a",)), Opened("constrained", ("a", "b"))]) == Opened(
        "constrained", ("a", "b")
    )


def test_a_person_is_trained_on_only_as_they_declare_and_a_minor_never() -> None:
    declared = of("Person Z", yes("train_general"), yes("input_hosted"), form="declaration")
    minor = of("Person M", yes("train_general"), form="declaration", grantor="Person G")
    registry = held(declared, minor)
    assert mining(Subject(person="Person Z"), registry=registry) == OPEN
    assert mining(Subject(person="Person M"), registry=registry) == CLOSED
    assert mining(Subject(source("cc0-1.0")), Subject(person="Person M"), registry=registry) == CLOSED


# --- RSL, by what its specification says of a document ----------------------------------------

TOKENS = {"all", "ai-all", "ai-train", "ai-input", "ai-index", "search", "media:ai-train", "media:ai-generate"}
PAYMENTS = {"purchase", "subscription", "training", "crawl", "use", "contribution", "attribution", "free"}


def read_rsl(text: str) -> list[dict[str, Any]]:
    """An RSL document by the rules of RSL 1.0, sections 3.1 to 3.10; anything else in it fails."""
    root = ElementTree.fromstring(text)
    assert text.startswith("<?xml")
    assert f'<rsl xmlns="{NAMESPACE}">' in text
    ns = f"{{{NAMESPACE}}}"
    assert (root.tag, set(root.attrib)) == (f"{ns}rsl", set())
    assert len(root) >= 1
    found = []
    for content in root:
        assert (content.tag, set(content.attrib)) == (f"{ns}content", {"url"})
        assert content.get("url")
        (license_,) = content
        assert license_.tag == f"{ns}license"
        told: dict[str, Any] = {"url": content.get("url"), "permits": [], "prohibits": []}
        for part in license_:
            tag = part.tag.removeprefix(ns)
            if tag == "payment":
                assert part.get("type") in PAYMENTS
                assert {child.tag for child in part} <= {f"{ns}standard"}
                told["payment"] = part.get("type")
                continue
            assert tag in ("permits", "prohibits")
            assert told[tag] == []  # at most one of each type
            assert part.get("type") == "usage"
            told[tag] = (part.text or "").split(" ")
            assert set(told[tag]) <= TOKENS
        assert not set(told["permits"]) & set(told["prohibits"])
        assert told["permits"] or "all" in told["prohibits"]
        found.append(told)
    return found


@many
@given(HEAPS, st.sampled_from(["unknown", "own", "cc0-1.0", "cc-by-4.0", "licensed"]), st.integers(0, 1))
def test_every_rsl_document_is_one_by_its_specification(grants: list[Grant], terms: str, fee: int) -> None:
    subject = Subject(source(terms, stated={"fee_minor": fee}))
    (told,) = read_rsl(rsl_document({"/a & b <c>.mov": [subject]}, held(*grants)))
    assert told["url"] == "/a & b <c>.mov"
    assert told["payment"] != "free" or (terms, fee) == ("cc0-1.0", 0)


def test_rsl_says_what_is_open_and_closes_all_else() -> None:
    free, own = source("cc0-1.0"), source("own")
    assert read_rsl(rsl_document({url_of(free): [Subject(free)]}, held())) == [
        {"url": "/*roof.mov$", "permits": ["ai-train", "ai-input", "media:ai-train"],
         "prohibits": ["media:ai-generate"], "payment": "free"},
    ]  # fmt: skip
    (told,) = read_rsl(rsl_document({"/x": [Subject(own)]}, held(granted(yes("train_general")))))
    assert (told["permits"], told["prohibits"], told["payment"]) == (
        [], ["all", "media:ai-train", "media:ai-generate"], "purchase",
    )  # fmt: skip
    assert url_of(source("own", found_at="https://example.org/roof")) == "https://example.org/roof"


# --- ODRL, by a program that knows its vocabulary and one that knows shapes -------------------


def a_full_policy() -> dict[str, Any]:
    everything = granted(
        *(yes(scope, territory=("DE", "AT"), media=("cinema",), project="film") for scope in GRANT_SCOPES),
        ask("deliver", approver="Person P"), no("train_shot", valid_from="2026-07-01"), valid_until="2027-01-01",
    )  # fmt: skip
    paid = source("cc-by-4.0", stated={"fee_minor": 250, "currency": "KWD"})
    likeness = of("Person Z", yes("likeness_alter"), id_="g9")
    return odrl_policy([Subject(paid), Subject(work="another"), Subject(person="Person Z")], held(everything, likeness))


def test_a_policy_says_what_is_owed_and_who_is_to_be_asked() -> None:
    policy = a_full_policy()
    delivered = next(rule for rule in policy["permission"] if rule["action"] == "mh:deliver")
    asked, credit, fee = delivered["duty"]
    assert (asked["action"], asked["consentingParty"]["name"]) == ("obtainConsent", "Person P")
    assert (credit["action"], credit["attributedParty"]["name"]) == ("attribute", "Roof by Person B")
    refinement = fee["action"][0]["refinement"][0]
    assert refinement["rightOperand"] == {"@value": "0.250", "@type": "xsd:decimal"}
    assert refinement["unit"] == "urn:iso:std:iso:4217:KWD"
    assert policy == a_full_policy()
    assert {"target": {"@type": "Asset", "uid": "urn:manyhands:work:another"}, "action": "use"} in policy["prohibition"]


def test_every_scope_lies_in_an_action_of_odrl() -> None:
    assert set(INCLUDED_IN) == set(GRANT_SCOPES)


@pytest.mark.skipif(not RDF_PYTHON, reason="RDF_PYTHON names no Python with rdflib and pyshacl")
def test_rdflib_and_pyshacl_find_nothing_wrong_with_a_policy() -> None:
    policies = [
        a_full_policy(),
        odrl_policy([Subject(work="plate")], held()),
        odrl_policy([Subject(is_unknown=True)], held()),
        odrl_policy([Subject(source("cc0-1.0"))], held(granted(no("view", territory=("US",))))),
    ]
    broken = [json.loads(json.dumps(policies[0])) for _ in range(3)]
    broken[0].pop("profile")
    broken[1]["permission"][0].pop("target")
    broken[2]["permission"][0]["action"] = "odrl:learn"
    said = json.dumps({"policies": [*policies, *broken], "vocabulary": vocabulary()})
    done = subprocess.run(
        [RDF_PYTHON, exported.__file__], input=said, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    *sound, no_profile, no_target, no_term = json.loads(done.stdout)
    assert sound == [[]] * len(policies)
    assert all((no_profile, no_target, no_term))
