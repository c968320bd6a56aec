"""The packs: each rule once passing, once failing and once without a fact that it needs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import InputError, NotFoundError
from manyhands.rights.facts import FACTS, PERSON, USE
from manyhands.rights.policy import PACKS, Pack, all_packs, find_pack, judge, read_pack, strictest

HOSTED = {
    "maker": "runway",
    "kind": "hosted",
    "purpose": "add",
    "origin": "trained",
    "leaves_machine": True,
    "keeps_input": False,
    "trains_on_input": False,
    "training_known": True,
    "may_be_final": True,
    "is_marked": True,
}
TAUGHT = {**HOSTED, "kind": "taught", "leaves_machine": False, "training_cleared": True}
OPEN_WEIGHT = {**HOSTED, "maker": "diffusers", "kind": "open-weight", "leaves_machine": False}
RULED = {
    "maker": "smoke",
    "kind": "simulated",
    "purpose": "add",
    "origin": "procedure",
    "leaves_machine": False,
    "training_known": True,
}
LIKE = {"hosted": HOSTED, "taught": TAUGHT, "open-weight": OPEN_WEIGHT, "ruled": RULED}

Facts = dict[str, Any]


def uses(like: Facts, **changes: Any) -> list[Facts]:
    return [{**like, **changes}]


# By rule: facts under which it passes, facts under which it does not, and a fact without which nobody can say.
CASES: dict[tuple[str, str], tuple[Facts, Facts, str]] = {
    ("house", "H1"): ({"uses": uses(HOSTED)}, {"uses": uses(HOSTED, keeps_input=True)}, "keeps_input"),
    ("house", "H2"): ({"uses": uses(HOSTED)}, {"uses": uses(HOSTED, training_known=False)}, "training_known"),
    ("house", "H3"): (
        {"is_final": True, "uses": uses(HOSTED)},
        {"is_final": True, "uses": uses(HOSTED, may_be_final=False)},
        "may_be_final",
    ),
    ("house", "H4"): (
        {"alters_performance": True, "performance_consent": True},
        {"alters_performance": True, "performance_consent": False},
        "performance_consent",
    ),
    ("house", "H5"): (
        {"is_final": True, "audience_told": True, "uses": uses(HOSTED)},
        {"is_final": True, "audience_told": False, "uses": uses(HOSTED)},
        "audience_told",
    ),
    ("netflix-genai-2025", "NF-0"): (
        {"uses": uses(RULED), "commissioner_told": False},
        {"uses": uses(TAUGHT), "commissioner_told": False},
        "commissioner_told",
    ),
    ("netflix-genai-2025", "NF-G1"): (
        {"uses": uses(HOSTED), "recreates_others_work": True, "commissioner_approved": True},
        {"uses": uses(HOSTED), "recreates_others_work": True, "commissioner_approved": False},
        "recreates_others_work",
    ),
    ("netflix-genai-2025", "NF-G2"): (
        {"uses": uses(HOSTED), "commissioner_approved": False},
        {"uses": uses(HOSTED, trains_on_input=True), "commissioner_approved": False},
        "trains_on_input",
    ),
    ("netflix-genai-2025", "NF-G3"): (
        {"uses": uses(TAUGHT), "commissioner_approved": False},
        {"uses": uses(HOSTED), "commissioner_approved": False},
        "commissioner_approved",
    ),
    ("netflix-genai-2025", "NF-G4"): (
        {"uses": uses(HOSTED), "is_final": False, "commissioner_approved": False},
        {"uses": uses(HOSTED), "is_final": True, "commissioner_approved": False},
        "is_final",
    ),
    ("netflix-genai-2025", "NF-G5"): (
        {"alters_performance": False},
        {"alters_performance": True, "performance_consent": False},
        "alters_performance",
    ),
    ("netflix-genai-2025", "NF-D2"): (
        {"uses": uses(TAUGHT)},
        {"uses": uses(TAUGHT, training_cleared=False)},
        "training_cleared",
    ),
    ("netflix-genai-2025", "NF-C1"): (
        {"uses": uses(HOSTED), "is_key_element": False, "commissioner_approved": False},
        {"uses": uses(HOSTED), "is_key_element": True, "commissioner_approved": False},
        "is_key_element",
    ),
    ("eu-ai-act-50", "50.2"): (
        {"is_final": True, "uses": uses(HOSTED)},
        {"is_final": True, "uses": uses(HOSTED, is_marked=False)},
        "is_marked",
    ),
    ("eu-ai-act-50", "50.4"): (
        {"is_final": True, "looks_real": True, "is_fiction": False, "audience_told": True, "uses": uses(HOSTED)},
        {"is_final": True, "looks_real": True, "is_fiction": False, "audience_told": False, "uses": uses(HOSTED)},
        "looks_real",
    ),
    ("eu-ai-act-50", "50.4-ART"): (
        {"is_final": True, "looks_real": False, "is_fiction": True, "audience_told": False, "uses": uses(HOSTED)},
        {"is_final": True, "looks_real": True, "is_fiction": True, "audience_told": False, "uses": uses(HOSTED)},
        "is_fiction",
    ),
}


def gathered(flat: Facts) -> Facts:
    """Facts as a case writes them: those of the use and of the person lie among the others."""
    told = {name: value for name, value in flat.items() if name in FACTS and name != "uses"}
    of_use = {name: value for name, value in flat.items() if name in USE}
    of_person = {name: value for name, value in flat.items() if name in PERSON}
    assert {*told, *of_use, *of_person, "uses"} >= {*flat}
    people = [{"person": "Person B", **of_person}] if of_person else []
    return {**told, "uses": uses(LIKE[flat.get("uses", "ruled")], **of_use), "people": people}


for _pack, _rules in tomllib.loads(Path(__file__).with_name("cases.toml").read_text()).items():
    for _rule, _case in _rules.items():
        _passes = gathered({**_case["fails"], **_case["passes"]})
        CASES[_pack, _rule] = (_passes, gathered(_case["fails"]), _case["lacks"])
EVERY = [(pack.id, rule.id) for pack in all_packs().values() for rule in pack.rule]


def verdict(pack: str, rule: str, facts: Facts) -> str:
    return next(one.verdict for one in judge([find_pack(pack)], facts) if one.rule.id == rule)


def without(facts: Facts, name: str) -> Facts:
    """The facts with one of them gone, of the whole, of every use and of every person."""
    left = {key: value for key, value in facts.items() if key != name}
    for many in {"uses", "people"} & {*left}:
        left[many] = [{key: value for key, value in one.items() if key != name} for one in left[many]]
    return left


@pytest.mark.parametrize(("pack", "rule"), EVERY)
def test_each_rule_passes_fails_and_says_what_it_lacks(pack: str, rule: str) -> None:
    passing, failing, lacking = CASES[pack, rule]
    outcome = next(one.outcome for one in find_pack(pack).rule if one.id == rule)
    assert verdict(pack, rule, passing) == "pass"
    assert verdict(pack, rule, failing) == outcome
    unknown = without(failing, lacking)
    assert unknown != failing
    assert verdict(pack, rule, unknown) == "unknown"
    found = next(one for one in judge([find_pack(pack)], unknown) if one.rule.id == rule)
    assert lacking in found.missing
    assert lacking in found.told


def test_every_case_is_of_a_rule_that_there_is() -> None:
    assert {*CASES} == {*EVERY}


def test_every_fact_is_asked_by_a_rule_and_every_pack_of_the_list_is_there() -> None:
    asked = {name for pack in all_packs().values() for each in pack.conditions.values() for name in each.asks}
    assert {*FACTS, *USE, *PERSON} - asked == {"maker", "person"}  # these name a use or a person
    assert {*all_packs()} == {
        "netflix-genai-2025", "sag-aftra-tv-theatrical", "wga", "dga", "iatse-tag", "eu-ai-act-50",
        "us-california-new-york", "us-copyright", "academy", "archival-producers", "house",
    }  # fmt: skip


def test_what_no_text_was_read_of_says_so() -> None:
    read = {pack.id for pack in all_packs().values() if any(rule.seen == "text" for rule in pack.rule)}
    assert read == {"house", "netflix-genai-2025"}


def test_no_rule_passes_where_nothing_is_known() -> None:
    assert {finding.verdict for finding in judge(all_packs().values(), {})} == {"unknown"}


def test_nothing_that_was_worked_out_by_rule_is_stopped_for_being_made() -> None:
    told = {name: False for name, fact in FACTS.items() if fact.kind is bool}
    told |= {"is_final": True, "looks_real": True, "is_fiction": True, "script_is_human": True}
    found = judge(all_packs().values(), {**told, "uses": uses(RULED), "people": [], "trained_share": 0.0})
    assert {one.verdict for one in found} <= {"pass"}


@pytest.mark.parametrize("pack", list(all_packs().values()), ids=lambda pack: pack.id)
def test_each_pack_says_what_it_is_not_and_where_it_has_it_from(pack: Pack) -> None:
    assert "not" in pack.is_not
    assert "legal advice" in pack.is_not
    assert all(rule.source and rule.cure for rule in pack.rule)
    assert (PACKS / f"{pack.id}.toml").is_file()


def test_every_fact_says_what_it_means() -> None:
    for fact in (*FACTS.values(), *USE.values(), *PERSON.values()):
        assert len(fact.about) > 10


GOOD = """
id = "mine"
title = "Mine"
set_by = "Person A"
dated = "2026-01-01"
is_not = "It is not legal advice; it is for a test."
[[rule]]
id = "A1"
says = "Nothing leaves the machine."
source = "a test, first line"
seen = "text"
when = 'any(uses, leaves_machine)'
outcome = "ask"
cure = "Ask somebody."
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("leaves_machine", "leaves_the_house"), "not a fact"),
        (('outcome = "ask"', 'outcome = "maybe"'), "rule.0.outcome"),
        (("dated = ", "date = "), "dated"),
        (("[[rule]]", "[[rule]"), "mine.toml"),
        (('cure = "Ask somebody."', 'cure = "Ask somebody."\nrun = "rm"'), "rule.0.run"),
        (('id = "mine"', 'id = "Mine!"'), "id"),
        (("is_not", "is_nothing"), "is_not"),
    ],
)
def test_a_pack_that_is_not_sound_is_refused_and_says_where(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    assert read_pack(path).id == "mine"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change))
    with pytest.raises(InputError) as refused:
        read_pack(path)
    assert says in str(refused.value)


def test_a_rule_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[rule]]") :])
    with pytest.raises(InputError, match="A1 stands twice"):
        read_pack(path)


def test_an_unknown_pack_names_those_that_there_are() -> None:
    with pytest.raises(NotFoundError, match="house"):
        find_pack("nobody")


def test_the_strictest_word_counts_and_unknown_is_no_pass() -> None:
    asked = judge([find_pack("house")], {"uses": uses(RULED), "alters_performance": False})
    assert strictest(asked) == "pass"
    assert strictest(judge([find_pack("house")], {"uses": uses(HOSTED), "is_final": False})) == "unknown"
    assert strictest(judge([find_pack("house")], CASES["house", "H3"][1])) == "deny"
    assert strictest([]) == "pass"
