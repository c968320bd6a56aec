"""The packs: each rule passing, failing and without a fact that it needs, and told from every rule that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from manyhands.core.errors import InputError, NotFoundError
from manyhands.rights.conditions import condition
from manyhands.rights.facts import FACTS, PERSON, TASK, USE
from manyhands.rights.policy import PACKS, Pack, all_packs, find_pack, judge, read_pack, strictest
from tests.rights import cases
from tests.rights.cases import Facts
from tests.rights.mutants import mutants

EVERY = [(pack.id, rule.id) for pack in all_packs().values() for rule in pack.rule]


def verdict(pack: str, rule: str, facts: Facts) -> str:
    return next(one.verdict for one in judge([find_pack(pack)], facts) if one.rule.id == rule)


@pytest.mark.parametrize(("pack", "rule"), EVERY)
def test_each_rule_passes_fails_and_says_what_it_lacks(pack: str, rule: str) -> None:
    outcome = cases.written()[pack, rule]["outcome"]
    assert {verdict(pack, rule, facts) for facts in cases.failing(pack, rule)} == {outcome}
    assert {verdict(pack, rule, facts) for facts in cases.passing(pack, rule)} == {"pass"}
    for name, left in cases.lacking(pack, rule):
        found = next(one for one in judge([find_pack(pack)], left) if one.rule.id == rule)
        assert found.verdict == "unknown"
        assert name in found.missing
        assert name in found.told


@pytest.mark.parametrize(("pack", "rule"), EVERY)
def test_each_rule_that_is_wrong_in_one_place_is_told_from_the_right_one(pack: str, rule: str) -> None:
    """No condition with a part left out, turned round or exchanged says the same of all the cases as the rule does."""
    told = [(facts, True) for facts in cases.failing(pack, rule)]
    told += [(facts, False) for facts in cases.passing(pack, rule)]
    told += [(facts, None) for _, facts in cases.lacking(pack, rule)]
    written = next(one.when for one in find_pack(pack).rule if one.id == rule)
    wrong = mutants(written)
    assert wrong
    lives = [
        one for one in wrong
        if all(condition(one, FACTS, where="a mutant").holds(facts) is says for facts, says in told)
    ]  # fmt: skip
    assert lives == []


@pytest.mark.parametrize(("pack", "rule"), EVERY)
def test_no_fact_that_a_rule_asks_for_makes_it_pass_by_being_missing(pack: str, rule: str) -> None:
    asks = find_pack(pack).conditions[rule].asks
    for facts in cases.failing(pack, rule):
        for name in asks:
            assert verdict(pack, rule, cases.without(facts, name)) != "pass"


def test_a_wrong_condition_is_made_in_every_way() -> None:
    assert mutants('is_final and any(uses, kind in ("taught", "hosted") and not is_checked)') == [
        "any(uses, kind in ('taught', 'hosted') and (not is_checked))",
        "is_final",
        "is_final or any(uses, kind in ('taught', 'hosted') and (not is_checked))",
        "not is_final and any(uses, kind in ('taught', 'hosted') and (not is_checked))",
        "is_final and all(uses, kind in ('taught', 'hosted') and (not is_checked))",
        "is_final and (not any(uses, kind in ('taught', 'hosted') and (not is_checked)))",
        "is_final and any(uses, not is_checked)",
        "is_final and any(uses, kind in ('taught', 'hosted'))",
        "is_final and any(uses, kind in ('taught', 'hosted') or not is_checked)",
        "is_final and any(uses, kind not in ('taught', 'hosted') and (not is_checked))",
        "is_final and any(uses, kind in ('hosted',) and (not is_checked))",
        "is_final and any(uses, kind in ('taught',) and (not is_checked))",
        "is_final and any(uses, kind in ('taught', 'hosted', 'simulated') and (not is_checked))",
        "is_final and any(uses, kind in ('taught', 'hosted', 'plate') and (not is_checked))",
        "is_final and any(uses, kind in ('taught', 'hosted', 'open-weight') and (not is_checked))",
        "is_final and any(uses, kind in ('taught', 'hosted') and is_checked)",
        "is_final and any(uses, kind in ('taught', 'hosted') and (not not is_checked))",
    ]
    assert mutants("trained_share > 0") == [
        "trained_share >= 0", "trained_share <= 0", "trained_share > 1", "trained_share > 0.01",
    ]  # fmt: skip


def test_every_case_is_of_a_rule_that_there_is() -> None:
    assert {*cases.written()} == {*EVERY}


def test_every_fact_is_asked_by_a_rule_and_every_pack_of_the_list_is_there() -> None:
    asked = {name for pack in all_packs().values() for each in pack.conditions.values() for name in each.asks}
    assert {*FACTS, *USE, *PERSON, *TASK} - asked == {"maker", "person", "task"}  # these name what it is told of
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
    found = judge(
        all_packs().values(), {**told, "uses": [cases.RULED], "people": [], "tasks": [], "trained_share": 0.0}
    )
    assert {one.verdict for one in found} <= {"pass"}


@pytest.mark.parametrize("pack", list(all_packs().values()), ids=lambda pack: pack.id)
def test_each_pack_says_what_it_is_not_and_where_it_has_it_from(pack: Pack) -> None:
    assert "not" in pack.is_not
    assert "legal advice" in pack.is_not
    assert all(rule.source and rule.cure for rule in pack.rule)
    assert (PACKS / f"{pack.id}.toml").is_file()


def test_every_fact_says_what_it_means() -> None:
    for fact in (*FACTS.values(), *USE.values(), *PERSON.values(), *TASK.values()):
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
    plain = {"uses": [cases.RULED], "alters_performance": False, "alters_marked": False, "tasks": []}
    asked = judge([find_pack("house")], plain)
    assert strictest(asked) == "pass"
    assert strictest(judge([find_pack("house")], {"uses": [cases.HOSTED], "is_final": False})) == "unknown"
    assert strictest(judge([find_pack("house")], cases.failing("house", "H3")[0])) == "deny"
    assert strictest([]) == "pass"
