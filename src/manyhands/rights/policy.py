"""Policy packs: rules that a studio, a guild or a law sets, as files that a program can hold facts against.

A pack is one TOML file in ``packs/``.  Each rule names its source with a date and a paragraph, says in plain words
what it wants, and has a condition (``conditions``) under which its outcome holds.  No pack is legal advice: each says
what it is not, and when it was read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.noun import digest
from manyhands.rights.conditions import Condition, Facts, condition
from manyhands.rights.facts import FACTS

PACKS = Path(__file__).with_name("packs")

Outcome = Literal["note", "notify", "ask", "deny"]
"""What follows where a rule's condition holds, from weak to strong: it is noted, somebody is told, somebody has to
approve, it may not be."""

Verdict = Literal["pass", "unknown", "note", "notify", "ask", "deny"]


class Rule(BaseModel):
    """One rule of a pack.

    ``says`` is what it wants, in plain words; ``when`` the condition under which ``outcome`` holds; ``cure`` what
    would make it pass; ``paper`` names the paperwork that it wants; ``seen`` whether its text was read, or a summary.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.-]*$")
    says: str = Field(min_length=10)
    source: str = Field(min_length=5)
    seen: Literal["text", "summary"]
    when: str
    outcome: Outcome
    cure: str = Field(min_length=5)
    paper: str = ""


class Pack(BaseModel):
    """A file of rules: who set them, as of when (a day, or the month or year where no day is known), what it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    set_by: str
    dated: str = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    is_not: str = Field(min_length=20)
    rule: tuple[Rule, ...] = Field(min_length=1)

    @cached_property
    def sha256(self) -> str:
        """The hash of all that it says."""
        return digest(self.model_dump(mode="json"))

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """The condition of each rule, by the rule's id, read once: a check of a film asks them for every shot.

        Raises: InputError.
        """
        return {one.id: condition(one.when, FACTS, where=f"pack {self.id}, {one.id}") for one in self.rule}


@dataclass(frozen=True)
class Finding:
    """What one rule says of a set of facts; ``missing`` are facts that would decide it."""

    pack: str
    rule: Rule
    verdict: Verdict
    missing: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """In a line: which rule, what follows, and what it wants."""
        what = f"unknown ({', '.join(self.missing)})" if self.verdict == "unknown" else self.verdict
        return f"{self.pack} {self.rule.id}, {what}: {self.rule.says}"


def read_pack(path: Path) -> Pack:
    """A pack from its file.  Raises: InputError that says where it is wrong."""
    try:
        found = Pack.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else ""
        told = f"{where}: {error.errors()[0]['msg']}" if isinstance(error, ValidationError) else str(error)
        raise InputError(f"pack {path.name}: {told}.", "Mend the file; the packs that come along show how.") from None
    ids = [one.id for one in found.rule]
    twice = next((one for one in ids if ids.count(one) > 1), "")
    if twice:
        raise InputError(f"pack {found.id}: {twice} stands twice.", "Give each rule an id of its own.")
    found.conditions  # noqa: B018
    return found


@cache
def all_packs() -> Mapping[str, Pack]:
    """The packs that come along, by id.  Raises: InputError."""
    return {pack.id: pack for pack in map(read_pack, sorted(PACKS.glob("*.toml")))}


def find_pack(id_: str) -> Pack:
    """The pack of that id.  Raises: NotFoundError."""
    if id_ not in all_packs():
        raise NotFoundError("policy pack", id_, known=list(all_packs()))
    return all_packs()[id_]


def judge(packs: Iterable[Pack], facts: Facts) -> list[Finding]:
    """What every rule says of the facts; a missing fact is unknown, and never a pass."""
    found = []
    for pack in packs:
        for rule in pack.rule:
            holds = pack.conditions[rule.id].holds(facts)
            verdict: Verdict = "unknown" if holds is None else rule.outcome if holds else "pass"
            missing = pack.conditions[rule.id].missing(facts) if holds is None else ()
            found.append(Finding(pack=pack.id, rule=rule, verdict=verdict, missing=missing))
    return found


def strictest(findings: Iterable[Finding]) -> Verdict:
    """The strongest thing that any rule says; something unknown weighs as much as something to ask."""
    order: tuple[Any, ...] = ("pass", "note", "notify", "unknown", "ask", "deny")
    found: Verdict = "pass"
    for finding in findings:
        found = max(found, finding.verdict, key=order.index)
    return found
