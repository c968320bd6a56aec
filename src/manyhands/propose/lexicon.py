"""The lexicon: every phrase that a note may hold, with all that it may mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from manyhands.core.maker import Maker
from manyhands.propose import english


@dataclass(frozen=True)
class Sense:
    """One meaning of a phrase; ``maker`` and its ``effects`` where a maker declared it."""

    kind: str
    word: str
    value: Any = None
    maker: str = ""


@dataclass(frozen=True)
class Lexicon:
    phrases: Mapping[tuple[str, ...], tuple[Sense, ...]]
    longest: int

    def find(self, words: Sequence[str]) -> tuple[int, tuple[Sense, ...], str]:
        """How many of the first words make the longest phrase known, its senses, and its form."""
        for length in range(min(self.longest, len(words)), 0, -1):
            phrase = tuple(words[:length])
            if phrase in self.phrases:
                return length, self.phrases[phrase], ""
            for root, form in english.roots(phrase[-1]):
                if form and (length == 1 or form in ("plural", "singular")):
                    senses = self.phrases.get((*phrase[:-1], root), ())
                    declared = tuple(sense for sense in senses if sense.kind in _BENDING[form])
                    if declared:
                        return length, declared, form
        return 0, (), ""

    def words(self) -> list[str]:
        """Every word that somebody answers to, for "did you mean"."""
        return sorted(
            {" ".join(phrase) for phrase, senses in self.phrases.items() if any(s.kind in _NAMED for s in senses)}
        )


_NAMED = ("noun", "adjective", "circumstance", "colour", "target", "degree", "raising")
_BENDING = {
    "comparative": ("adjective", "strength", "colour", "shade"),
    "superlative": ("adjective", "strength", "colour"),
    "adverb": ("adjective", "strength"),
    "verb": ("adjective", "noun", "drifting"),
    "plural": ("noun", "target", "circumstance"),
    "singular": ("noun", "target", "circumstance"),
    "ish": ("colour",),
}
"""Which kinds of words bend in which way: a noun has no comparative."""


def phrase_of(text: str) -> tuple[str, ...]:
    """A phrase as the note's words are compared: lower case, without hyphens."""
    return tuple(word for word, _, _ in english.split_words(english.plain(text)) if word not in "-‐‑")


def lexicon_of(
    makers: Iterable[Maker],
    *,
    named: Mapping[tuple[str, ...], str] | None = None,
    meant: Iterable[tuple[str, ...]] = (),
) -> Lexicon:
    """Everything that these makers and plain English answer to.

    Args:
        named: phrases that call elements which were brought in, to their ids; they mean nothing else.
        meant: phrases for things in the plate of which a matte was brought in; what they mean else, they mean still.
    """
    makers = list(makers)
    found: dict[tuple[str, ...], list[Sense]] = {}

    def add(text: str, kind: str, value: Any = None, maker: str = "") -> None:
        senses = found.setdefault(phrase_of(text), [])
        if not any((sense.kind, sense.maker) == (kind, maker) for sense in senses):
            senses.append(Sense(kind, text, value, maker))

    for maker in makers:
        for kind, words in (
            ("noun", maker.words.nouns),
            ("noun", maker.words.things),
            ("adjective", maker.words.adjectives),
            ("circumstance", maker.words.circumstances),
        ):
            for text, effects in words.items():
                add(text, kind, effects, maker.name)
    tables: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("degree", english.DEGREES),
        ("raising", english.RAISING),
        ("quantity", english.QUANTITIES),
        ("ratio", english.RATIOS),
        ("number", english.NUMBERS),
        ("unit", english.UNITS),
        ("softened", english.SOFTENED),
        ("colour", english.COLOURS),
        ("shade", english.SHADES),
        ("direction", english.DIRECTIONS),
        ("relation", english.RELATIONS),
        ("target", english.TARGETS),
        ("rank", english.RANKS),
        ("strength", english.STRENGTHS),
        ("separator", english.SEPARATORS),
        ("refusal", dict.fromkeys(english.REFUSALS)),
        ("forbidding", dict.fromkeys(english.FORBIDDING)),
        ("phrasal", dict.fromkeys(english.PHRASAL)),
        ("ending", dict.fromkeys(english.ENDINGS)),
        ("beginning", dict.fromkeys(english.BEGINNINGS)),
        ("until", dict.fromkeys(english.UNTIL)),
        ("keeping", dict.fromkeys(english.KEEPING)),
        ("as it is", dict.fromkeys(english.AS_IT_IS)),
        ("only", dict.fromkeys(english.ONLY)),
        ("than", dict.fromkeys(english.THAN)),
        ("rest", dict.fromkeys(english.REST)),
        ("light", {word: meaning for meaning, words in english.LIGHT.items() for word in words}),
        ("moving", dict.fromkeys(english.MOVING)),
        ("drifting", dict.fromkeys(english.DRIFTING)),
        ("sun", dict.fromkeys(english.SUN)),
        ("pronoun", dict.fromkeys(english.PRONOUNS)),
    )
    placing = next((maker.name for maker in makers if maker.role == "placement"), "")
    going = {place for maker in makers for place in maker.words.places}
    tables = tuple(
        (kind, {text: to for text, to in table.items() if kind != "target" or to in going}) for kind, table in tables
    )
    for kind, table in tables:
        for text, value in table.items():
            add(text, kind, value)
    taking = next((maker.name for maker in makers if maker.words.things), "")
    for phrase in meant if taking else ():  # a pronoun that is meant is pointed at
        senses = found.setdefault(phrase, [])
        if all(sense.kind == "pronoun" for sense in senses):
            found[phrase] = [Sense("noun", " ".join(phrase), {}, taking)]
    for phrase, id_ in (named or {}).items():
        found[phrase] = [Sense("noun", id_, {}, placing)]
    return Lexicon({phrase: tuple(senses) for phrase, senses in found.items()}, max(map(len, found), default=1))
