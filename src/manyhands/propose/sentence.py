"""A sentence on its way to being understood: its items, and the things that are being put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from manyhands.core.maker import Maker
from manyhands.propose import english
from manyhands.propose.effects import is_number, once, together
from manyhands.propose.heard import Change, Mention, Moment, Place
from manyhands.propose.lexicon import Sense


@dataclass
class Item:
    """A stretch of the note that is read as one: a phrase, a number, a sign."""

    first: int
    last: int
    text: str
    senses: tuple[Sense, ...]
    form: str = ""

    def sense(self, *kinds: str) -> Sense | None:
        return next((sense for sense in self.senses if sense.kind in kinds), None)

    def of(self, kind: str) -> list[Sense]:
        return [sense for sense in self.senses if sense.kind == kind]

    @property
    def number(self) -> float | None:
        if self.text[:1].isdigit():
            try:
                return float(self.text.replace(",", "."))
            except ValueError:
                return None
        found = self.sense("number")
        return float(found.value) if found else None


@dataclass
class Thing:
    """A mention being put together.

    ``forbidden`` is what follows "do not", until a describing word tells that it is to stay;
    ``held`` are the words that may mean that it is to stay as it is.
    """

    maker: Maker
    at: int
    nouns: list[str] = field(default_factory=list)
    called: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    removed: bool = False
    forbidden: bool = False
    held: list[int] = field(default_factory=list)
    kept: bool = False
    implied: bool = False
    place: Place | None = None
    moved: tuple[int, int, int] | None = None
    start: Moment | None = None
    stop: Moment | None = None

    @property
    def is_wanted(self) -> bool:
        """It is asked for: neither refused nor to stay as it is."""
        return not self.removed and not self.kept

    @property
    def is_shaped(self) -> bool:
        """Something is said of how, where or when it is to be."""
        return bool(self.changes or self.place or self.moved or self.start or self.stop)


@dataclass
class Circumstance:
    at: int
    senses: list[Sense]
    words: str
    strength: float = 1.0
    way: tuple[int, int, int] | None = None


def mentions_of(things: Sequence[Thing], makers: Mapping[str, Maker]) -> list[Mention]:
    """One mention for each maker; two for an element that stands in two places."""
    groups: list[list[Thing]] = []
    for thing in things:
        home = next((group for group in groups if _joins(group, thing)), None)
        if home is None:
            groups.append([thing])
        else:
            home.append(thing)
    mentions = [_mention(group) for group in groups]
    asked = [mention for mention in mentions if not mention.removed and not mention.kept]
    kept = []
    for mention in mentions:
        if mention.kept:
            kept.append(mention)
            continue
        if mention.removed:
            if not any(other.maker == mention.maker for other in asked):
                kept.append(mention)
            continue
        refused = [other for other in mentions if other.removed and other.maker == mention.maker]
        quiet = tuple(change for other in refused for change in _without(other, things, makers[other.maker]))
        kept.append(mention.model_copy(update={"changes": mention.changes + quiet}))
    return kept


def _without(mention: Mention, things: Sequence[Thing], maker: Maker) -> tuple[Change, ...]:
    """ "smoke without fire": what only the unwanted noun would have set is set to nothing."""
    wanted = {
        change.parameter for thing in things if thing.maker is maker and not thing.removed for change in thing.called
    }
    lowest = {parameter.name: parameter.low for parameter in maker.parameters()}
    return tuple(
        Change(parameter=change.parameter, how="set", value=0.0, words="without " + change.words, exact=True)
        for change in mention.changes
        if change.noun
        and change.how == "set"
        and is_number(change.value)
        and change.parameter not in wanted
        and lowest[change.parameter] == 0
    )


def is_small(item: Item) -> bool:
    """A sign, a conjunction or another small word: what may be passed over where nothing needs it."""
    return item.sense("separator") is not None or item.text in english.SMALL or item.text in english.SYMBOLS


def is_light(item: Item) -> bool:
    """What says little itself: a small word, or one that asks for what stands by it."""
    return item.sense("light") is not None or is_small(item)


def again(thing: Thing, place: Place) -> Thing:
    """The same thing once more, in another place."""
    return Thing(
        thing.maker, thing.at, list(thing.nouns), list(thing.called), list(thing.changes), place=place,
        start=thing.start, stop=thing.stop,
    )  # fmt: skip


def _joins(group: list[Thing], thing: Thing) -> bool:
    first = group[0]
    if first.maker.name != thing.maker.name or (first.removed, first.kept) != (thing.removed, thing.kept):
        return False
    if first.maker.role == "placement":
        named = {noun for one in group for noun in one.nouns}
        if named and thing.nouns and named.isdisjoint(thing.nouns):
            return False  # two elements, each by its name
    elif first.maker.role != "element":
        return True
    places = {one.place.words for one in group if one.place}
    return thing.place is None or not places or thing.place.words in places


def _mention(group: list[Thing]) -> Mention:
    called = [change for thing in group for change in thing.called]
    said = [change for thing in group for change in thing.changes]
    last = {
        name: next((getattr(thing, name) for thing in reversed(group) if getattr(thing, name) is not None), None)
        for name in ("place", "moved", "start", "stop")
    }
    return Mention(
        maker=group[0].maker.name,
        nouns=tuple(dict.fromkeys(noun for thing in group for noun in thing.nouns)),
        changes=(*together(called), *once(said)),
        removed=group[0].removed,
        kept=group[0].kept,
        implied=not any(thing.nouns for thing in group),
        **last,
    )
