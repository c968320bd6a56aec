"""What people say when rules ask for what the program cannot know: a fact, an answer, a reason, a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from manyhands.actions.people import people, told_names
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError
from manyhands.core.hand import Hand, slug
from manyhands.core.noun import Noun
from manyhands.core.shot import Shot
from manyhands.rights.conditions import Fact
from manyhands.rights.facts import FACTS, PERSON, USE

ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}


class Statement(Noun):
    """What a person said when they were asked for a fact.

    ``shot`` is empty for the whole production; ``of`` is the maker or the person that it is said of, by the id that the
    record has for them; a ``value`` of None takes back what was said.
    """

    KIND: ClassVar[str] = "statement"

    shot: str = ""
    of: str = ""
    fact: str
    value: bool | None
    why: str
    by: Hand
    at: str

    @property
    def id(self) -> str:
        return ":".join((slug(self.shot) if self.shot else "all", slug(self.of) if self.of else "", self.fact))


def answers(words: Iterable[str]) -> dict[str, str]:
    """``NAME=yes`` and the like, read.

    Raises: InputError for a fact that does not exist or that the program works out by itself, and for no answer.
    """
    given: dict[str, str] = {}
    for word in words:
        name, is_answer, answer = word.partition("=")
        sayable(name)
        if not is_answer or answer not in ANSWERS:
            raise InputError(f"{word}: that is no answer.", f"Write {name}=yes, {name}=no or {name}=unknown.")
        if given.setdefault(name, answer) != answer:
            raise InputError(f"{name}: it is answered twice, {given[name]} and {answer}.", "Leave one out.")
    return given


def sayable(name: str) -> Fact:
    """The fact of that name, which a person can answer.  Raises: InputError."""
    every = {**FACTS, **USE, **PERSON}
    fact = every.get(name)
    if fact is None:
        able = ", ".join(sorted(name for name, one in every.items() if not one.derived))
        raise InputError(f"{name}: no rule asks for such a fact.", f"There is: {able}.")
    if fact.derived:
        raise InputError(
            f"{name}: it is worked out by the program ({fact.about}).",
            "It follows from the recipe, the take, the decisions and the recorded consents: change those.",
        )
    return fact


def statements(studio: Studio, shot: Shot) -> list[Statement]:
    """What people have said of the whole production and of a shot, in that order; what was taken back is left out."""
    both = [*studio.production.all(Statement, shot=""), *studio.production.all(Statement, shot=shot.id)]
    return named_statements(studio, (one for one in both if one.value is not None))


def named_statements(studio: Studio, said: Iterable[Statement]) -> list[Statement]:
    """Statements with the names of the people whose ids they hold, as far as they are still told."""
    said = list(said)
    return with_names(said, told_names(people(studio)) if any(one.of for one in said) else {})


def with_names(said: Iterable[Statement], names: Mapping[str, str]) -> list[Statement]:
    """As :func:`named_statements`, by names that were read already (:func:`people.told_names`)."""
    return [one.model_copy(update={"of": names[one.of]}) if one.of in names else one for one in said]
