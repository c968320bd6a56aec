"""The cases of the packs' rules, as ``cases.toml`` writes them: facts, and what the rule says of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from manyhands.rights.facts import FACTS, PERSON, TASK, USE

Facts = dict[str, Any]

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
    "is_checked": True,
}
TAUGHT = {**HOSTED, "maker": "taught", "kind": "taught", "leaves_machine": False, "training_cleared": True}
OPEN_WEIGHT = {**HOSTED, "maker": "diffusers", "kind": "open-weight", "leaves_machine": False}
RULED = {
    **{name: value for name, value in HOSTED.items() if name not in ("keeps_input", "trains_on_input", "is_marked")},
    "maker": "smoke",
    "kind": "simulated",
    "origin": "procedure",
    "leaves_machine": False,
}
PLATE = {**RULED, "maker": "retouch", "kind": "plate"}
LIKE = {"hosted": HOSTED, "taught": TAUGHT, "open-weight": OPEN_WEIGHT, "ruled": RULED, "plate": PLATE}

SETTLED = {"task": "task-2", "is_acknowledged": True, "is_overridden": False}
NOTHING_AMISS = {"person": "Person C"} | {
    name: name
    in ("has_consented", "consent_apart", "use_described", "has_representation", "told_48h_before",
        "scan_reason_stated", "pay_agreed", "replica_secured")
    for name, fact in PERSON.items()
    if fact.kind is bool
}  # fmt: skip
"""A person of whom nothing is to be said."""


@cache
def written() -> dict[tuple[str, str], dict[str, Any]]:
    """The cases as they are written, by pack and rule."""
    packs = tomllib.loads(Path(__file__).with_name("cases.toml").read_text())
    return {(pack, rule): case for pack, rules in packs.items() for rule, case in rules.items()}


def failing(pack: str, rule: str) -> list[Facts]:
    """Facts under which a rule's outcome holds; each also with one more use and person with whom all is well."""
    first, changes = _listed(pack, rule)
    alone = [gathered({**first, **change}) for change in ({}, *changes)]
    beside = [
        {
            **facts,
            "uses": [*facts["uses"], RULED],
            "people": [*facts["people"], NOTHING_AMISS],
            "tasks": [*facts["tasks"], SETTLED],
        }
        for facts in alone
    ]
    return [*alone, *beside]


def passing(pack: str, rule: str) -> list[Facts]:
    """Facts under which a rule passes."""
    first, _ = _listed(pack, rule)
    passes = written()[pack, rule]["passes"]
    return [gathered({**first, **change}) for change in (passes if isinstance(passes, list) else [passes])]


def lacking(pack: str, rule: str) -> Iterator[tuple[str, Facts]]:
    """The names of facts without which nobody can say, each with what is then left."""
    first, _ = _listed(pack, rule)
    lacks = written()[pack, rule]["lacks"]
    for name in lacks if isinstance(lacks, list) else [lacks]:
        yield name, without(gathered(first), name)


def _listed(pack: str, rule: str) -> tuple[Facts, list[Facts]]:
    fails = written()[pack, rule]["fails"]
    first, *changes = fails if isinstance(fails, list) else [fails]
    return first, changes


def gathered(flat: Facts) -> Facts:
    """Facts as a case writes them: those of the use and of the person lie among the others."""
    told = {name: value for name, value in flat.items() if name in FACTS and name != "uses"}
    of_use = {name: value for name, value in flat.items() if name in USE}
    of_person = {name: value for name, value in flat.items() if name in PERSON}
    of_task = {name: value for name, value in flat.items() if name in TASK}
    assert {*told, *of_use, *of_person, *of_task, "uses"} >= {*flat}
    people = [{"person": "Person B", **of_person}] if of_person else []
    tasks = [{"task": "task-1", **of_task}] if of_task else []
    return {**told, "uses": [{**LIKE[flat.get("uses", "ruled")], **of_use}], "people": people, "tasks": tasks}


def without(facts: Facts, name: str) -> Facts:
    """The facts with one of them gone, of the whole, of every use and of every person."""
    left = {key: value for key, value in facts.items() if key != name}
    for many in {"uses", "people", "tasks"} & {*left}:
        left[many] = [{key: value for key, value in one.items() if key != name} for one in left[many]]
    return left
