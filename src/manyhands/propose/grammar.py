"""A note taken apart into what it asks of whom.

The words of the makers are looked up, longest phrase first; then each describing word is bound to
the noun that it stands with: before it ("thick black smoke"), after it ("smoke, thick and black"),
or as a statement ("make the sky darker").  No word is dropped in silence.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from manyhands.core.errors import NoteError
from manyhands.core.maker import Maker
from manyhands.core.words import Effects, Plus, Times
from manyhands.propose import english
from manyhands.propose.effects import (
    blown,
    changes_of,
    colour_parameter,
    has_parameter,
    is_number,
    with_unit,
)
from manyhands.propose.heard import Change, Heard, Place, Understanding, Unknown
from manyhands.propose.lexicon import Lexicon, Sense, lexicon_of
from manyhands.propose.prompt import with_prompts, without_prompts
from manyhands.propose.sentence import Circumstance, Item, Thing, again, is_light, is_small, mentions_of
from manyhands.propose.when import When, when_said

LONGEST = 2000  # characters of a note
PICTURE = "picture"
"""The noun of the maker that answers when a note names nothing: "a little darker"."""


def understand(
    note: str,
    makers: Mapping[str, Maker],
    *,
    about: Sequence[str] = (),
    named: Mapping[tuple[str, ...], str] | None = None,
    meant: Collection[tuple[str, ...]] = (),
) -> Understanding:
    """Take a note apart.

    Args:
        about: the makers of a recipe that the note speaks of, so that "thicker" alone means its smoke.
        named: what elements that were brought in are called, to their ids.
        meant: what things in the plate are called of which a matte was brought in.
    Raises: NoteError if there is nothing to read, too much of it, or in no letters that are known here.
    """
    check_note(note)
    lexicon = lexicon_of(makers.values(), named=named, meant=meant)
    blanked = without_prompts(note)
    if blanked != note and blanked.strip():
        beside = with_prompts(_Listener(blanked, makers, about, lexicon).understanding(), note, makers)
        if beside is not None:
            return beside
    return _Listener(note, makers, about, lexicon).understanding()


def check_note(note: str) -> None:
    """Raises: NoteError if a note is empty, too long, holds control signs, or is in another alphabet."""
    if not note.strip():
        raise NoteError("note: it is empty.", 'Say what you want to see, such as "thick black smoke on the roof".')
    if len(note) > LONGEST:
        raise NoteError(
            f"note: it is {len(note)} characters long; at most {LONGEST}.",
            "Say what is to be seen in a sentence or two; notes on other shots go with those shots.",
            length=len(note),
            limit=LONGEST,
        )
    odd = sorted(
        {f"U+{ord(letter):04X}" for letter in note if not letter.isprintable() and letter not in "\n\t\r\u00a0"}
    )
    if odd and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in note if letter not in "\n\t\r"):
        raise NoteError(f"note: it holds control signs ({', '.join(odd[:5])}).", "Write it as plain text.")
    letters = [letter for letter in note if letter.isalpha()]
    if letters and not any(letter.isascii() or "LATIN" in unicodedata.name(letter, "") for letter in letters):
        raise NoteError(
            "note: none of it is in Latin letters.",
            "Notes are read in English; `manyhands makers` lists the words that are known.",
        )
    if not letters:
        raise NoteError(
            "note: it holds no words.", 'Say what you want to see, such as "thick black smoke on the roof".'
        )


def _told(found: When) -> str:
    if found.start and found.stop:
        return "when it begins and ends"
    return "when it ends" if found.stop else "when it starts"


def _can_begin(maker: Maker) -> bool:
    """Whether it can begin within the shot: at a moment, or at a frame."""
    return any((item.name, item.unit) in (("at", "s"), ("first_frame", "frame")) for item in maker.parameters())


def _can_end(maker: Maker) -> bool:
    return has_parameter(maker, "until") or has_parameter(maker, "last_frame")


def _called(maker: Maker) -> str:
    """What people call it: the first of its nouns."""
    return next(iter(maker.words.nouns), maker.name)


_MEASURES = {"wide": "width_px", "across": "width_px", "broad": "width_px", "tall": "height_px", "high": "height_px"}
_PARTS = {"top": "on", "bottom": "foot", "middle": "on", "left": "left of", "right": "right of", "ground": "foot"}
_PLACE_ADJECTIVES = (
    "far",
    "near",
    "tall",
    "high",
    "big",
    "small",
    "old",
    "whole",
    "entire",
    "main",
    "red",
    "white",
    "flat",
)


class _Listener:
    """Reads one note from left to right."""

    def __init__(self, note: str, makers: Mapping[str, Maker], about: Sequence[str], lexicon: Lexicon) -> None:
        self.note = note
        self.makers = makers
        self.about = [name for name in about if name in makers]
        self.has_take = any(makers[name].role != "placement" for name in self.about)
        self.lexicon = lexicon
        self.tokens = list(english.split_words(note))
        self.items = self._items()
        self.meaning: dict[int, str] = {}
        self.why: dict[int, str] = {}
        self.things: list[Thing] = []
        self.circumstances: list[Circumstance] = []
        self.sun_at: int | None = None
        self.sun: tuple[int, int, int] | None = None
        self.remarks: list[str] = []
        self.degree, self.degree_at = 1.0, -1
        self.ratio: float | None = None
        self.ratio_at = -1
        self.raising: float | None = None
        self.raising_at = -1
        self.quantity: float | None = None
        self.quantity_at = -1
        self.amount: tuple[float, str] | None = None
        self.amount_at = -1
        self.refused: Literal["", "refusal", "forbidding"] = ""
        self.refused_used = False
        self.refused_at = -1
        self.covered: tuple[Literal["refusal", "forbidding"], int] | None = None
        self.keeping_at = -1
        self.resting: list[int] = []
        self.only_at = self.ending_at = -1
        self.ending: Thing | None = None
        self.clause_at = self.list_at = 0
        self.strength = 1.0
        self.waiting_place: tuple[Place, int, int] | None = None
        self.starting: When | None = None
        self.start_at = (-1, -1)
        self.moving_at = -1
        self.drifting_at = -1
        self.softened_at = -1
        self.last_adjective: tuple[list[Thing], Effects, str] | None = None

    # -- phrases ---------------------------------------------------------------------------------

    def _items(self) -> list[Item]:
        shown = [index for index, (word, _, _) in enumerate(self.tokens) if word not in "-‐‑"]
        words = [english.plain(self.tokens[index][0]) for index in shown]
        items, place = [], 0
        while place < len(shown):
            length, senses, form = self.lexicon.find(words[place : place + self.lexicon.longest])
            length = max(1, length)
            first, last = shown[place], shown[place + length - 1]
            items.append(Item(first, last, " ".join(words[place : place + length]), senses, form))
            place += length
        hyphens = [index for index, (word, _, _) in enumerate(self.tokens) if word in "-‐‑"]
        inside = {index for item in items for index in range(item.first, item.last + 1)}
        items += [Item(index, index, "-", ()) for index in hyphens if index not in inside]
        return sorted(items, key=lambda item: item.first)

    def _text(self, first: int, last: int) -> str:
        """The note's own words from one item to another."""
        start, end = self.tokens[self.items[first].first][1], self.tokens[self.items[last].last][2]
        return self.note[start:end]

    # -- the sentence ----------------------------------------------------------------------------

    def understanding(self) -> Understanding:
        index = 0
        while index < len(self.items):
            index += self._read(index)
        self._leave_over()
        self._blow()
        mentions = mentions_of(self.things, self.makers)
        understood, filler, unknown = [], [], []
        for number, item in enumerate(self.items):
            start, end = self.tokens[item.first][1], self.tokens[item.last][2]
            text = self.note[start:end]
            if self.meaning.get(number):
                understood.append(Heard(text=text, start=start, end=end, meaning=self.meaning[number]))
            elif number not in self.why and is_small(item):
                filler.append(Heard(text=text, start=start, end=end, meaning=""))
            else:
                unknown.append(
                    Unknown(
                        text=text,
                        start=start,
                        end=end,
                        why=self.why.get(number, "no maker answers to it"),
                        did_you_mean=() if number in self.why else self._alike(item),
                    )
                )
        return Understanding(
            note=self.note,
            understood=tuple(understood),
            filler=tuple(filler),
            unknown=tuple(unknown),
            mentions=tuple(mentions),
            sun=self.sun,
            remarks=tuple(self.remarks),
        )

    def _alike(self, item: Item) -> tuple[str, ...]:
        if len(item.text) < 3 or not item.text.isascii():
            return ()
        return tuple(difflib.get_close_matches(item.text, self.lexicon.words(), n=3, cutoff=0.75))

    def _read(self, index: int) -> int:
        """Read from one item on; returns how many items were used."""
        if self.meaning.get(index):
            return 1  # it was read with what stands before it
        for part in (self._time, self._number, self._place, self._word):
            used = part(index)
            if used:
                return used
        return 1

    def _item(self, index: int) -> Item | None:
        return self.items[index] if 0 <= index < len(self.items) else None

    def _skip_small(self, index: int) -> int:
        """The next item that is no article or other small word."""
        while (item := self._item(index)) and is_light(item) and not item.sense("relation", "direction", "target"):
            index += 1
        return index

    def _mark(self, first: int, last: int, meaning: str) -> None:
        for number in range(first, last + 1):
            if number not in self.meaning or not self.meaning[number]:
                small = is_small(self.items[number]) and first != last and number not in (first, last)
                self.meaning[number] = "" if small else meaning

    # -- when ------------------------------------------------------------------------------------

    def _time(self, index: int) -> int:
        found = when_said(self.items, index)
        if found is None:
            return 0
        thing = self.ending or self._goes()
        if thing is not None and found.stop is None:
            found = When(found.last, stop=found.start)
        self.ending = None
        self.start_at = (index, found.last)
        self._mark(index, found.last, _told(found))
        if thing is None:
            thing = next((one for one in reversed(self.things) if _can_begin(one.maker) and one.is_wanted), None)
        if thing is None:
            self.starting = found
        else:
            self._time_of(thing, found)
        return found.last - index + 1

    def _goes(self) -> Thing | None:
        """What is not wanted from some time on: "no smoke after 2 seconds"."""
        last = self.things[-1] if self.things else None
        return last if last and last.removed and last.at >= self.clause_at and _can_end(last.maker) else None

    def _time_of(self, thing: Thing, found: When) -> None:
        """Let a thing begin and end when it was said, where its maker can."""
        if found.stop is not None and not _can_end(thing.maker):
            why = f"a time, but {_called(thing.maker)} has no end that could be set"
            self._unmark(range(self.start_at[0], self.start_at[1] + 1), why)
            return
        if found.stop is not None:
            thing.removed = False
            thing.stop = found.stop
            self.meaning[thing.at] = thing.maker.name
        thing.start = found.start or thing.start

    def _end(self, index: int) -> bool:
        """ "The smoke stops after 2 seconds", "stop the smoke": with no time it is not wanted."""
        if self._is_a_stop(index):
            return True
        before = self._item(index - 1)
        if self.items[index].text in ("end", "stop", "finish") and before and before.text in ("the", "a", "an"):
            return False  # a noun: "at the end"
        here = [thing for thing in self.things if thing.at >= self.clause_at and thing.nouns]
        ahead = self._item(self._skip_small(index + 1))
        if not here and ahead is not None and ahead.sense("noun"):
            self._refuse(index)
            return True
        thing = self._latest(lambda maker: True) or self._from_about(_can_end, index)
        if thing is None:
            self.why[index] = "nothing is named before it that could end"
        elif self.refused:
            self._mark_again(self.refused_at, self.refused_at, "it goes on")
            self.refused, self.refused_used = "", True
            self._mark(index, index, "it goes on")
        else:
            self._end_of(thing, index)
        return True

    def _end_of(self, thing: Thing, index: int) -> None:
        self._mark(index, index, "it ends")
        following = when_said(self.items, index + 1)
        if following is not None:
            self.ending = thing
        elif thing.start is not None and self.start_at[0] >= self.clause_at:
            began, thing.start = thing.start, None
            self._time_of(thing, When(index, stop=began))
        else:
            thing.removed = True
            self.meaning[thing.at] = f"without {thing.maker.name}"
            said = self._text(index, index)
            self.remarks.append(
                f"“{said}”: no time was said, so it is taken as not wanted; “after 2 seconds” would let it end then."
            )

    def _is_a_stop(self, index: int) -> bool:
        """ "A stop darker": a measure of light."""
        before = self._item(index - 1)
        if self.items[index].text != "stop" or before is None or before.text not in ("a", "one", "full"):
            return False
        self.amount, self.amount_at = (1.0, "stops"), index
        self._mark(index, index, "how much")
        if not self._follows_describing(index + 1):
            self._apply_amount_back(index, index + 1)
        return True

    # -- how much --------------------------------------------------------------------------------

    def _number(self, index: int) -> int:
        item = self.items[index]
        if item.number is None:
            return 0
        after = self._item(index + 1)
        unit = after.sense("unit") if after else None
        if unit is None:
            if item.sense("ratio", "quantity") or is_small(item):
                return 0
            self.why[index] = "a number without a unit that is known here"
            return 1
        before = self._item(index - 1)
        negative = (
            before is not None
            and before.text in ("-", "−", "minus")
            and self.tokens[before.last][2] == self.tokens[item.first][1]
        )
        value = -item.number if negative else item.number
        if negative:
            self.meaning[index - 1] = "below 0"
            self.refused = ""
        used = 2
        if (small := self._item(index + 2)) and small.text == "as":
            used += 1
            self.meaning[index + 2] = ""
        self.amount, self.amount_at = (value, unit.value), index
        self._mark(index, index + 1, "how much")
        if self._measure(index + used):
            return used + 1
        if not self._follows_describing(index + used):
            self._apply_amount_back(index, index + used)
        return used

    def _measure(self, index: int) -> bool:
        """ "200 px wide": a size that is said."""
        item = self._item(index)
        assert self.amount
        if item is None or self.amount[1] != "px" or item.text not in _MEASURES:
            return False
        thing = self._latest(lambda maker: has_parameter(maker, _MEASURES[item.text]))
        if thing is None:
            return False
        name = _MEASURES[item.text]
        words = self._text(self.amount_at, index)
        thing.changes.append(Change(parameter=name, how="set", value=self.amount[0], words=words, exact=True))
        self._mark(index, index, f"sets {thing.maker.name}'s {name}")
        self.amount = None
        return True

    def _follows_describing(self, index: int) -> bool:
        index = self._skip_small(index)
        item = self._item(index)
        return item is not None and bool(item.sense("adjective", "raising", "shade", "noun", "direction"))

    def _apply_amount_back(self, index: int, after: int) -> None:
        """ "darker by 20 %", "5600 K": the number belongs to what was said, or to a parameter with that unit."""
        assert self.amount
        value, unit = self.amount
        if self.last_adjective and unit in ("percent", "stops", "times"):
            things, effects, word = self.last_adjective
            for one in things:
                one.changes = [change for change in one.changes if change.words != word]
                words = f"{word}, {self._text(index, min(after, len(self.items)) - 1)}"
                one.changes += self._changes(one.maker, effects, words, 1.0)
            self.amount = None
            return
        if unit in ("stops", "K"):
            thing = self._latest(lambda maker: bool(with_unit(maker, unit))) or self._default(
                lambda maker: bool(with_unit(maker, unit)), index
            )
            if thing:
                name = with_unit(thing.maker, unit)[0]
                words = self._text(index, min(after, len(self.items)) - 1)
                thing.changes.append(Change(parameter=name, how="set", value=value, words=words, exact=True))
                self._mark(index, after - 1, f"sets {thing.maker.name}'s {name}")
                self.amount = None

    # -- where -----------------------------------------------------------------------------------

    def _place(self, index: int) -> int:
        item = self.items[index]
        relation = item.sense("relation")
        at, rank, target = index, 0, None
        if relation:
            at = index + 1
            while (here := self._item(at)) is not None:
                if here.sense("rank") and (follow := self._item(at + 1)) and follow.sense("target"):
                    found = here.sense("rank")
                    rank = int(found.value) if found else 0
                elif here.sense("target"):
                    target = here.sense("target")
                    break
                elif not (is_light(here) and not here.sense("relation")) and here.text not in _PLACE_ADJECTIVES:
                    break
                at += 1
        elif (found := item.sense("target")) and not item.sense("noun"):
            target = found
        if target is None:
            return 0
        kind, name, last = (relation.value if relation else "on"), target.value, at
        of, then = self._item(at + 1), self._skip_small(at + 2)
        inner = self._item(then)
        if of and of.text == "of" and inner and (whole := inner.sense("target")) and name in _PARTS:
            kind, rank, name, last = _PARTS[name], 0, whole.value, then
        if relation is None and self.drifting_at == index - 1 and name in ("left", "right"):
            self._direct(index, english.LEFT if name == "left" else english.RIGHT)
            return 1
        words = self._text(index, last)
        self._put(Place(relation=kind, target=name, words=words, rank=rank), index, last)
        return last - index + 1

    def _put(self, place: Place, first: int, last: int) -> None:
        if self.moving_at >= 0 and place.target in ("left", "right", "top", "bottom") and place.relation == "at":
            way = {"left": english.LEFT, "right": english.RIGHT, "top": english.UP, "bottom": english.DOWN}[
                place.target
            ]
            self._move(way, first, last)
            return
        if self.refused and not self.refused_used:
            why = "a place that is ruled out leaves open where it is to be; say where"
            self._unmark(range(self.refused_at, last + 1), why)
            self.why[first], self.refused = why, ""
            return
        if self.things and self.things[-1].removed and self.things[-1].at >= self.clause_at:
            self._mark(first, last, f"where it is not wanted: {place.words}")
            return
        self._mark(first, last, f"where: {place.words}")
        if self._colours(place, first, last):
            return
        standing = [thing for thing in self.things if self._stands(thing.maker) and thing.is_wanted]
        standing = [thing for thing in standing if place.target in thing.maker.words.places] or standing[:0]
        before = standing[-1].place if standing else None
        if standing and before is None:
            standing[-1].place = place
        elif before and place.target in ("left", "right") and not self._is_listed(first):
            words = f"{before.words} {place.words}"
            standing[-1].place = before.model_copy(update={"side": place.target, "words": words})
        else:
            self.waiting_place = (place, first, last)

    def _colours(self, place: Place, first: int, last: int) -> bool:
        """A place that shapes what lies over the whole picture: "haze on the ground"."""
        thing = self._latest(lambda maker: True)
        if thing is None or self._stands(thing.maker) or place.target not in thing.maker.words.places:
            return False
        effects = thing.maker.words.places[place.target]
        thing.changes += self._changes(thing.maker, effects, place.words, 1.0)
        shaped = f", {thing.maker.name}: {', '.join(effects)}" if effects else ""
        self._mark_again(first, last, f"where: {place.words}{shaped}")
        return True

    def _stands(self, maker: Maker) -> bool:
        """It stands somewhere in the plate: an element, made or brought in."""
        return maker.role in ("element", "placement") and not maker.cuts

    def _is_listed(self, index: int) -> bool:
        """After "and" or a comma: one more of several."""
        item = self._item(index - 1)
        return item is not None and item.sense("separator") is not None

    def _direct(self, index: int, way: tuple[int, int, int]) -> None:
        item = self.items[index]
        if self.amount and self.amount[1] in ("stops", "percent") and way in (english.UP, english.DOWN):
            sign = 1 if way == english.UP else -1
            self.amount = (sign * abs(self.amount[0]), self.amount[1])
            self._mark(index, index, "how much")
            self._apply_amount_back(self.amount_at, index + 1)
            return
        if self.sun_at is not None:
            self.sun = english.OPPOSITE[way]
            self._mark(index, index, f"the light comes {item.text}")
        elif self.moving_at >= 0:
            self._move(way, index, index)
        elif self.circumstances:
            self.circumstances[-1].way = way
            self.circumstances[-1].words += f" {item.text}"
            self._mark(index, index, f"the {self.circumstances[-1].words} goes that way")
        elif self._add_wind(index, way):
            self._mark(index, index, "the wind goes that way")
        elif item.text in ("up", "down") and self.last_adjective:
            self._mark(index, index, f"goes with “{self.last_adjective[2]}”")
        else:
            self.why[index] = "a direction, but nothing here moves"

    def _is_a_way(self, index: int) -> bool:
        """A phrase that also describes is a direction where something that goes was named last: "wind to the left"."""
        described = {sense.maker for sense in self.items[index].of("adjective")}
        named = max((thing.at for thing in self.things if thing.maker.name in described), default=-1)
        goes = [self.moving_at, self.drifting_at, -1 if self.sun_at is None else self.sun_at]
        return max(goes + [one.at for one in self.circumstances]) > named

    def _add_wind(self, index: int, way: tuple[int, int, int]) -> bool:
        senses = [sense for sense in self.lexicon.phrases.get(("wind",), ()) if sense.kind == "circumstance"]
        drifts = self.drifting_at >= 0 or {"from", "left", "right"} & set(self.items[index].text.split())
        if not senses or not drifts:
            return False
        self.circumstances.append(Circumstance(index, senses, "wind", 0.7, way))
        return True

    def _move(self, way: tuple[int, int, int], first: int, last: int) -> None:
        thing = self._latest(self._stands) or self._from_about(self._stands, first)
        if thing is None:
            self.why |= dict.fromkeys(range(first, last + 1), "nothing here stands somewhere")
            return
        thing.moved = way
        self._mark(first, last, f"moves the {thing.maker.name}")

    # -- words -----------------------------------------------------------------------------------

    def _word(self, index: int) -> int:
        item = self.items[index]
        if item.sense("separator"):
            kind = item.sense("separator")
            assert kind
            self.meaning[index] = "not wanted" if item.text == "nor" and (self.refused or self.covered) else ""
            if item.text == "then" and self.things:
                self.why[index] = "no order in time is read; say when, such as “after 2 seconds”"
            self._pause(str(kind.value), index)
            return 1
        for known, tell in (
            ("phrasal", self._phrasal),
            ("ending", self._end),
            ("keeping", self._keep),
            ("as it is", self._as_it_is),
            ("rest", self._rest),
            ("only", self._only),
            ("than", self._than),
        ):
            if item.sense(known) and tell(index):
                return 1
        if item.text in english.PARTICLES and self._particle(index):
            return 1
        if item.sense("noun") and not self._reads_as_adjective(index):
            self._noun(index)
            return 1
        after = self._item(index + 1)
        if item.sense("degree") and item.sense("adjective") and after and after.sense("adjective", "raising"):
            item.senses = tuple(sense for sense in item.senses if sense.kind == "degree")  # "even darker"
        for kind_, take in (
            ("ratio", self._take_ratio),
            ("quantity", self._take_quantity),
            ("softened", self._take_softened),
            ("raising", self._take_raising),
        ):
            if item.sense(kind_) and take(index):
                return 1
        if (found := item.sense("direction")) and item.sense("adjective") and self._is_a_way(index):
            self._direct(index, found.value)
            return 1
        if self._adjective(index):
            return 1
        if circumstance := item.of("circumstance"):
            self._circumstance(index, circumstance)
        elif item.sense("strength") and self._strength(index):
            pass
        elif found := item.sense("degree"):
            self.degree, self.degree_at = self.degree * float(found.value), index
            self._mark(index, index, "how strongly")
        elif found := item.sense("forbidding", "refusal"):
            self._refuse(index, forbidding=found.kind == "forbidding")
        elif item.sense("sun"):
            self.sun_at = index
            self._mark(index, index, "the light of the scene")
        elif found := item.sense("direction"):
            self._direct(index, found.value)
        elif item.sense("moving"):
            self.moving_at = index
            self._mark(index, index, "where it is to be")
        elif item.sense("drifting"):
            self.drifting_at = index
            self._mark(index, index, "it moves with the wind")
        elif found := item.sense("target"):
            return 0
        elif item.sense("beginning"):
            self._mark(index, index, "asks for it")
        elif item.sense("relation") and (follow := self._item(self._skip_small(index + 1))) and follow.sense("noun"):
            self._mark(index, index, f"goes with “{follow.text}”")
        elif item.sense("relation") and not is_small(item):
            self.why[index] = "no place that is known here stands after it"
        elif found := item.sense("light"):
            self._mark(index, index, str(found.value))
        return 1

    # -- what is not wanted, and what is to stay -------------------------------------------------

    def _refuse(self, index: int, *, forbidding: bool = False) -> None:
        """Whatever is named next is not wanted; "don't remove" is a wish to keep it."""
        if self.refused == "forbidding" and not self.refused_used and not forbidding:
            self.refused = ""
            self._mark_again(self.refused_at, self.refused_at, "stays as it is")
            self._keep(index)
            return
        self.refused, self.refused_used = ("forbidding" if forbidding else "refusal"), False
        self.refused_at = index
        self._mark(index, index, "not wanted")

    def _phrasal(self, index: int) -> bool:
        """ "Turn the smoke off", "take the fire away"."""
        at = index + 1
        while (item := self._item(at)) is not None and not item.sense("separator"):
            before = self.items[at - 1]
            if item.text in english.PARTICLES and before.sense("noun") and self._is_clause_end(at + 1):
                self._refuse(index)
                self._mark(at, at, "not wanted")
                return True
            at += 1
        return False

    def _particle(self, index: int) -> bool:
        """ "Smoke off": not wanted."""
        at = index - 1
        while (item := self._item(at)) is not None and is_light(item) and not item.sense("separator"):
            at -= 1
        thing = next((one for one in self.things if one.at == at), None)
        if thing is None or self.items[index].text == "away" or not self._is_clause_end(index + 1):
            return False
        thing.removed = True
        self.meaning[thing.at] = f"without {thing.maker.name}"
        self._mark(index, index, "not wanted")
        return True

    def _is_clause_end(self, index: int) -> bool:
        item = self._item(index)
        return item is None or item.sense("separator") is not None or when_said(self.items, index) is not None

    def _keep(self, index: int) -> bool:
        """ "Keep the sky as it is", "don't touch the sky"."""
        if self.refused == "forbidding" and not self.refused_used:
            self.refused = ""  # "don't keep the smoke"
            self._refuse(index)
            return True
        self.keeping_at = index
        self.resting.append(index)
        return True

    def _as_it_is(self, index: int) -> bool:
        """ "The sky stays as it is"; of two, "stay as they are" says both."""
        text = self.items[index].text
        since = self.list_at if "they" in text or text.split()[0] in ("stay", "remain") else self.clause_at
        for thing in self.things:
            if thing.at >= since and thing.nouns:
                thing.held.append(index)
        self.resting.append(index)
        return True

    def _rest(self, index: int) -> bool:
        """ "Keep everything else as it is": nothing else is touched anyway."""
        follow = self._item(self._skip_small(index + 1))
        if self.keeping_at < 0 and not (follow and follow.sense("as it is")):
            return False
        self._mark(index, index, "stays as it is")
        for at in range(max(self.keeping_at, 0), index):
            if at in self.resting:
                self._mark(at, at, "stays as it is")
        self.keeping_at = -1
        if follow and follow.sense("as it is"):
            at = self._skip_small(index + 1)
            self._mark(at, at, "stays as it is")
        return True

    def _only(self, index: int) -> bool:
        follow = self._item(index + 1)
        if follow and follow.sense("degree", "quantity", "softened"):
            self._mark(index, index, "no more than that")
        else:
            self.only_at = index
        return True

    def _than(self, index: int) -> bool:
        if self.has_take:
            self._mark(index, index, "beside what the take has")
        else:
            self.why[index] = "there is no take yet to compare with"
        return True

    def _unmark(self, numbers: Iterable[int], why: str) -> None:
        for number in numbers:
            if 0 <= number < len(self.items) and (self.meaning.pop(number, "") or not is_small(self.items[number])):
                self.why[number] = why

    def _mark_again(self, first: int, last: int, meaning: str) -> None:
        for number in range(first, last + 1):
            self.meaning.pop(number, None)
        self._mark(first, last, meaning)

    def _pause(self, kind: str, index: int) -> None:
        goes_on = kind == "or" or self._is_list(kind, index)
        if self.refused_used or self.covered:
            self.refused, self.refused_used = "", False
            if goes_on and self.covered:
                (self.refused, self.refused_at), self.refused_used = self.covered, True
            else:
                self.covered = None
        if not goes_on:
            self.keeping_at = -1
        self.clause_at = index + 1
        if kind in ("comma", "stop"):
            self.list_at = index + 1
        self.ending = None
        if kind == "stop":
            if self.moving_at >= 0 and not any(thing.moved or thing.place for thing in self.things):
                self._unmark([self.moving_at], "it is not said where to")
            self.moving_at = self.drifting_at = -1
            self.sun_at = None
            self.last_adjective = None

    def _is_list(self, kind: str, index: int) -> bool:
        """Another noun of the same list: "without smoke and fire", "no smoke, fire or embers"."""
        at = index + 1
        if self.keeping_at >= 0 or (self.covered and self.items[self.covered[1]].text not in ("no", "without")):
            at = self._skip_small(at)  # "remove the smoke and the fire"
        item, after = self._item(at), self._item(at + 1)
        if item is None or not item.sense("noun"):
            return False
        return kind == "and" or (
            kind == "comma" and after is not None and after.text in ("or", "nor", "and") and self.covered is not None
        )

    def _reads_as_adjective(self, index: int) -> bool:
        """A word that is both ("light"): an adjective if what it describes stands by it."""
        item = self.items[index]
        senses = item.of("adjective") + item.of("colour") + item.of("shade")
        if not senses:
            return False
        ahead = self._ahead(index)
        makers = {sense.maker for sense in item.of("adjective")}
        if ahead is not None and any(sense.maker in makers for sense in self.items[ahead].of("noun")):
            return True
        return any(thing.maker.name in makers and not thing.implied for thing in self.things[-2:])

    def _ahead(self, index: int) -> int | None:
        """The noun or circumstance that describing words before it lead to."""
        at = index + 1
        while (item := self._item(at)) is not None:
            separator = item.sense("separator")
            describing = item.sense("adjective", "colour", "degree", "shade", "raising", "strength", "softened")
            if (item.sense("noun") and not (item.sense("adjective") and self._ahead(at) is not None)) or item.sense(
                "circumstance"
            ):
                return at
            if separator and separator.value in ("and", "comma"):
                follow = self._item(at + 1)
                if follow is None or not follow.sense("adjective", "colour", "degree", "shade", "raising", "strength"):
                    return None
            elif at <= index + 2 and item.text in ("of", "the", "its", "my") and self.items[index].form == "verb":
                pass  # "darken the sky"
            elif not describing and item.text not in ("-", "a", "an", "looking", "coloured", "colored", "kind", "of"):
                return None
            at += 1
        return None

    def _noun(self, index: int) -> None:
        item = self.items[index]
        words = self._text(index, index)
        for sense in item.of("noun"):
            maker = self.makers[sense.maker]
            # describing words before it may have made room for it
            thing = next((one for one in self.things if one.at == index and one.maker is maker), None)
            if thing is None:
                thing = Thing(maker, index)
                self.things.append(thing)
            thing.nouns, thing.removed, thing.implied = [sense.word], bool(self.refused), False
            thing.forbidden = self.refused == "forbidding"
            if self.keeping_at >= 0:
                thing.held.append(self.keeping_at)
            thing.called = [
                change.model_copy(update={"noun": True})
                for change in changes_of(maker, sense.value, words, 1.0, None, None)
            ]
            self._quantify(thing, sense.value, words)
            self._catch(thing)
        names = ", ".join(dict.fromkeys(sense.maker for sense in item.of("noun")))
        goes = any(self._is_thing(sense) for sense in item.of("noun"))
        self._mark(index, index, f"{'without ' if self.refused and not goes else ''}{names}")
        if self.refused:
            self.covered, self.refused, self.refused_used = (self.refused, self.refused_at), "", True
        self.degree, self.raising, self.quantity, self.ratio = 1.0, None, None, None

    def _is_thing(self, sense: Sense) -> bool:
        """Something in the plate that a maker can take away."""
        words = self.makers[sense.maker].words
        return bool(words.things) and sense.word not in words.nouns

    def _catch(self, thing: Thing) -> None:
        """Give a new thing what was said before it of where and when."""
        if not _can_begin(thing.maker) or thing.removed:
            return
        if (
            self._stands(thing.maker)
            and self.waiting_place
            and self.waiting_place[0].target in thing.maker.words.places
        ):
            thing.place, self.waiting_place = self.waiting_place[0], None
        if self.starting:
            found, self.starting = self.starting, None
            self._time_of(thing, found)

    def _quantify(self, thing: Thing, effects: Effects, words: str) -> None:
        """ "more smoke", "a little fire", "half the haze": the first thing that the noun sets is how much."""
        name = next((key for key, value in effects.items() if is_number(value) or isinstance(value, (Times, Plus))), "")
        factor, said = 1.0, []
        if self.raising is not None:
            factor *= 1.5 ** (self.raising * self.degree)
            said.append(self.raising_at)
        if self.quantity is not None:
            factor *= self.quantity ** (self.degree if self.degree_at >= 0 and self.raising is None else 1)
            said.append(self.quantity_at)
        if self.ratio is not None:
            factor *= self.ratio
            said.append(self.ratio_at)
        exact = self.ratio is not None
        if self.amount and self.amount[1] in ("percent", "times"):
            value, unit = self.amount
            sign = -1 if (self.raising or 1) < 0 else 1
            factor = value if unit == "times" else max(0.0, 1 + sign * value / 100)
            said.append(self.amount_at)
            self.amount, exact = None, True
        if factor == 1.0 or not said:
            return
        if not name:
            for at in said:
                self.why[at] = f"{words} has no amount that could change"
                self.meaning.pop(at, None)
            return
        phrase = (
            self._text(min(said), thing.at) if min(said) < thing.at else f"{words} {self._text(min(said), min(said))}"
        )
        thing.changes.append(Change(parameter=name, how="times", value=factor, words=phrase, exact=exact))

    def _take_ratio(self, index: int) -> bool:
        found = self.items[index].sense("ratio")
        assert found
        self.ratio, self.ratio_at = float(found.value), index
        self._mark(index, index, "how much")
        return True

    def _take_quantity(self, index: int) -> bool:
        at = self._skip_small(index + 1)
        item, found = self._item(at), self.items[index].sense("quantity")
        assert found
        ahead = self._ahead(index)
        stands_before = item is not None and (
            item.sense("noun") or (ahead is not None and not self.items[index].sense("degree"))
        )
        if not stands_before or (item and item.form == "comparative"):
            return False
        self.quantity, self.quantity_at = float(found.value), index
        self._mark(index, index, "how much")
        return True

    def _take_softened(self, index: int) -> bool:
        found = self.items[index].sense("softened")
        ahead = self._item(self._skip_small(index + 1))
        if found is None or ahead is None or not ahead.sense("adjective", "raising"):
            return False
        value = float(found.value)
        # "don't make it too dark" asks for less of it, not for the opposite
        forbidden = bool(self.refused) or any(thing.forbidden for thing in self.things[-1:])
        self.degree, self.degree_at = 0.5 if forbidden and value < 0 else self.degree * value, index
        if self.refused:
            self.refused, self.refused_used = "", True
        self.softened_at = index
        self._mark(index, index, "less of it" if self.degree > 0 else "the other way")
        return True

    def _take_raising(self, index: int) -> bool:
        found = self.items[index].sense("raising")
        assert found
        if self.items[index].sense("adjective") and self._ahead(index) is None:
            return False
        ahead = self._item(self._skip_small(index + 1))
        if ahead is not None and ahead.sense("adjective", "shade") and not ahead.sense("noun"):
            self.degree, self.degree_at = self.degree * float(found.value), index
        elif ahead is not None and ahead.sense("circumstance") and not ahead.sense("noun"):
            self.strength = 1.5 ** (float(found.value) * self.degree)
        elif self._ahead(index) is not None or (ahead is not None and ahead.sense("noun")):
            self.raising, self.raising_at = float(found.value), index
        else:
            thing = self.things[-1] if self.things else None
            effects: Effects = next((s.value for s in self._noun_senses(thing)), {}) if thing else {}
            if thing is None or not effects:
                return False
            self.raising, self.raising_at = float(found.value), index
            self._quantify(thing, effects, thing.nouns[-1])
            self.raising, self.degree = None, 1.0
        self._mark(index, index, "how much")
        return True

    def _noun_senses(self, thing: Thing) -> list[Sense]:
        if not thing.nouns:
            return []
        return [s for s in self.items[thing.at].of("noun") if s.maker == thing.maker.name]

    # -- describing words ------------------------------------------------------------------------

    def _adjective(self, index: int) -> bool:
        item = self.items[index]
        adjectives, colour = item.of("adjective"), item.sense("colour")
        if shade := item.sense("shade"):
            follow = self._item(index + 1)
            if follow and (named := follow.sense("colour")) and not follow.sense("noun"):
                tone = tuple(min(1.0, part * float(shade.value)) for part in named.value)
                shaded = Sense("colour", f"{item.text} {follow.text}", tone)
                if self._describe(index, [], shaded, last=index + 1):
                    self._as_the_one_before(index + 1)
                    follow.senses = ()
                    return True
        if not adjectives and not colour:
            return False
        if item.sense("drifting"):
            self.drifting_at = index
        if self._describes_circumstance(index):
            return self._strength(index)
        return self._describe(index, adjectives, colour)

    def _as_the_one_before(self, index: int) -> None:
        """The second word of one colour ends in the list of the first."""
        for told in (self.meaning, self.why):
            if index - 1 in told:
                told[index] = told[index - 1]
        if index - 1 in self.resting:
            self.resting.append(index)
            for thing in self.things:
                thing.held += [index] if index - 1 in thing.held else []

    def _describes_circumstance(self, index: int) -> bool:
        ahead = self._ahead(index)
        return bool(self.items[index].sense("strength")) and ahead is not None and not self.items[ahead].sense("noun")

    def _describe(self, index: int, adjectives: list[Sense], colour: Sense | None, *, last: int | None = None) -> bool:
        effects_of: dict[str, tuple[Effects, bool]] = {
            sense.maker: (sense.value, False) for sense in adjectives if sense.value is not None
        }
        if colour:
            for maker in self.makers.values():
                if maker.name not in effects_of and (name := colour_parameter(maker)):
                    effects_of[maker.name] = ({name: colour.value}, True)
        words = self._text(index, last or index)
        things = [] if self._is_a_verb(index, effects_of) else self._described(index, effects_of)
        if self._is_left(index, things):
            return True
        if not things and self.items[index].sense("drifting"):
            self._mark(index, index, "it moves with the wind")
            return True
        if not things:
            self.why[index] = f"nothing that is asked for can be {english.plain(words)}"
            if last:
                self.why[last] = self.why[index]
            return True
        degree = self.degree
        if self.refused:
            degree, self.refused_used = -0.6 * degree, True
        if item_form := self.items[index].form:
            degree *= {"superlative": 1.5, "ish": 0.7}.get(item_form, 1.0)
        said = []
        before = self.amount, self.ratio
        for thing in things:
            effects, named = effects_of[thing.maker.name]
            self.amount, self.ratio = before
            changes = self._changes(thing.maker, effects, words, degree, named_colour=named)
            thing.changes += changes
            said.append(f"{thing.maker.name}: {', '.join(change.parameter for change in changes) or 'no change'}")
            self.last_adjective = ([thing], effects, words) if thing is things[0] else self.last_adjective
        self._mark(index, last or index, "; ".join(said))
        if self.refused and all(part.endswith("no change") for part in said):
            why = f"what is not to be {english.plain(words)} may be anything else; say what"
            self._unmark([self.refused_at, *range(index, (last or index) + 1)], why)
        self.degree, self.amount, self.ratio = 1.0, None, None
        return True

    def _is_a_verb(self, index: int, effects_of: Mapping[str, Any]) -> bool:
        """ "Clear the smoke": done to a thing that it does not describe, so it must not land elsewhere."""
        article, noun = self._item(index + 1), self._item(index + 2)
        if index > self.clause_at or not (article and article.text == "the" and noun):
            return False
        named = {sense.maker for sense in noun.of("noun")}
        return bool(named) and named.isdisjoint(effects_of)

    def _is_left(self, index: int, things: Sequence[Thing]) -> bool:
        """ "Don't darken the sky", "don't make the sky darker": it stays as it is."""
        forbidden = [thing for thing in things if thing.forbidden]
        if forbidden and self._touches_softened(index):
            for thing in forbidden:
                thing.removed = thing.forbidden = False
                self.meaning[thing.at] = thing.maker.name
            return False
        doing = bool(self.refused) and self.items[index].form in ("verb", "comparative")
        if not forbidden and not (doing and things):
            return False
        for thing in forbidden or things:
            thing.removed = thing.forbidden = False
            thing.held.append(index)
        self.resting += [at for at in (self.refused_at, index) if at >= 0]
        self.refused, self.refused_used, self.degree = "", True, 1.0
        return True

    def _touches_softened(self, index: int) -> bool:
        return self.softened_at >= 0 and self._skip_small(self.softened_at + 1) == index

    def _described(self, index: int, effects_of: Mapping[str, Any]) -> list[Thing]:
        """Whom a describing word describes."""
        item = self.items[index]
        ahead = self._ahead(index)
        behind = [
            thing for thing in self.things if thing.maker.name in effects_of and (thing.forbidden or not thing.removed)
        ]
        touching = self._touches_noun(index)
        if touching and behind and behind[-1].at == touching and (item.form == "comparative" or ahead is None):
            return [thing for thing in behind if thing.at == touching]
        if ahead is not None:
            makers = [sense.maker for sense in self.items[ahead].of("noun") if sense.maker in effects_of]
            if makers:
                return [self._coming_thing(ahead, self.makers[name]) for name in makers]
        if behind and not self._describes_stranger(index):
            return [thing for thing in behind if thing.at == behind[-1].at]
        if self._describes_stranger(index):
            return []
        known = self._from_about(lambda maker: maker.name in effects_of, index) or self._default(
            lambda maker: maker.name in effects_of and self._calls(maker, effects_of[maker.name][0], index), index
        )
        return [known] if known else []

    def _calls(self, maker: Maker, effects: Effects, index: int) -> bool:
        """A describing word calls a maker by itself where nothing else is named, or where it says how much of it.

        "A darker sky, foggy" asks for haze; "hot smoke" and "the dog is still" ask for no sparks and no snow.
        """
        if PICTURE in maker.words.nouns or maker.role not in ("element", "treatment"):
            return True
        ahead = self._ahead(index)
        before = self.items[self.clause_at : index]
        stranger = any(not item.senses and not is_light(item) and item.text[:1].isalpha() for item in before)
        if not self.things and ahead is None and not stranger:
            return True
        amount = next((next(iter(said), "") for said in maker.words.nouns.values()), "")
        return maker.role == "treatment" and ahead is None and amount in effects

    def _describes_stranger(self, index: int) -> bool:
        """ "purple elephants": the word belongs to one that nobody knows, and must not land elsewhere."""
        at = index + 1
        while (item := self._item(at)) is not None and item.sense("adjective", "colour", "shade", "degree"):
            at += 1
        return item is not None and not item.senses and not is_light(item) and item.text[:1].isalpha()

    def _coming_thing(self, ahead: int, maker: Maker) -> Thing:
        """The thing that a noun ahead will name."""
        thing = next((one for one in self.things if one.at == ahead and one.maker is maker), None)
        if thing is None:
            thing = Thing(maker, ahead, implied=True)
            self.things.append(thing)
        return thing

    def _touches_noun(self, index: int) -> int | None:
        at = index - 1
        while (
            (item := self._item(at)) is not None
            and (is_light(item) or item.sense("degree", "raising", "unit", "ratio") or item.number is not None)
            and not item.sense("separator")
        ):
            at -= 1
        if item is not None and item.sense("noun") and any(thing.at == at for thing in self.things):
            return at
        return None

    def _from_about(self, knows: Any, index: int) -> Thing | None:
        for name in sorted(self.about, key=lambda name: not self._stands(self.makers[name])):
            maker = self.makers[name]
            if knows(maker):
                thing = Thing(maker, index, implied=True)
                self.things.append(thing)
                said = english.plain(self._text(index, index))
                self.remarks.append(f"“{said}” names nothing; it was taken to mean the {_called(maker)} that is there.")
                return thing
        return None

    def _default(self, knows: Any, index: int) -> Thing | None:
        """Who answers when nothing is named: what treats the whole picture, else the only one that can."""
        able = [maker for maker in self.makers.values() if knows(maker)]
        whole = [maker for maker in able if PICTURE in maker.words.nouns]
        if not whole and len(able) != 1:
            return None
        thing = Thing((whole or able)[0], index, implied=True)
        self.things.append(thing)
        return thing

    def _latest(self, knows: Any) -> Thing | None:
        return next((thing for thing in reversed(self.things) if knows(thing.maker) and not thing.removed), None)

    def _changes(
        self, maker: Maker, effects: Effects, words: str, degree: float, *, named_colour: bool = False
    ) -> list[Change]:
        """What words do, with the amount that was said before them, which is then used up."""
        found = changes_of(maker, effects, words, degree, self.amount, self.ratio, named_colour=named_colour)
        self.amount = self.ratio = None
        return found

    # -- wind and weather ------------------------------------------------------------------------

    def _circumstance(self, index: int, senses: list[Sense]) -> None:
        words = self._text(index, index)
        strength = 0.0 if self.refused else self.strength * (self.degree if self.degree_at >= 0 else 1.0)
        if self.refused:
            self.covered, self.refused, self.refused_used = (self.refused, self.refused_at), "", True
        self.circumstances.append(Circumstance(index, senses, words, strength))
        self.strength, self.degree = 1.0, 1.0
        self._mark(index, index, f"{'no ' if strength == 0 else ''}{words}")

    def _strength(self, index: int) -> bool:
        found = self.items[index].sense("strength")
        assert found
        value = float(found.value) ** (self.degree if self.degree > 0 else 1.0)
        ahead = self._ahead(index)
        if ahead is not None and self.items[ahead].sense("circumstance"):
            self.strength *= value
        elif self.circumstances:
            self.circumstances[-1].strength *= value
        else:
            return False
        self.degree = 1.0
        self._mark(index, index, "how strong the wind is")
        return True

    def _blow(self) -> None:
        """Let wind and weather act on all that answers to them."""
        for one in self.circumstances:
            names = {sense.maker: sense for sense in one.senses}
            things = [thing for thing in self.things if thing.maker.name in names and thing.is_wanted]
            if not things:
                things = [Thing(self.makers[name], one.at, implied=True) for name in self.about if name in names]
                self.things += things
            if not things and not any(thing.at == one.at for thing in self.things):
                self.meaning.pop(one.at, None)
                self.why[one.at] = "nothing that is asked for moves with it"
            seen: set[str] = set()
            for thing in things:
                if thing.maker.name not in seen or thing.place:
                    thing.changes += blown(one.words, one.strength, one.way, names[thing.maker.name].value, thing.maker)
                seen.add(thing.maker.name)

    # -- the end ---------------------------------------------------------------------------------

    def _leave_over(self) -> None:
        """What was waiting for a word that never came."""
        self._settle()
        elements = [thing for thing in self.things if self._stands(thing.maker) and thing.is_wanted]
        if self.waiting_place:
            self._place_left(elements)
        if self.starting:
            able = [thing for thing in self.things if _can_begin(thing.maker) and thing.is_wanted]
            thing = able[-1] if able else self._from_about(_can_begin, self.start_at[0])
            if thing is not None:
                self._time_of(thing, self.starting)
            else:
                why = "a time, but nothing is asked for that could begin or end"
                self._unmark(range(self.start_at[0], self.start_at[1] + 1), why)
        self._leave_over_amounts()

    def _place_left(self, elements: Sequence[Thing]) -> None:
        """A place that stands before nothing: it belongs to what was said before, or to what the take has."""
        assert self.waiting_place
        place, first, last = self.waiting_place
        able = [thing for thing in elements if place.target in thing.maker.words.places]
        bare = [thing for thing in able if thing.place is None]
        thing = bare[-1] if bare else None
        if thing is None and not elements:
            thing = self._from_about(lambda maker: self._stands(maker) and place.target in maker.words.places, first)
        if thing is not None:
            thing.place = place
        elif able:
            self.things.append(again(able[-1], place))
        else:
            self._unmark(range(first, last + 1), self._no_place(elements, place))

    def _no_place(self, elements: Sequence[Thing], place: Place) -> str:
        if elements:
            return f"a place, but {_called(elements[-1].maker)} does not go {place.words}"
        if self.things:
            return "a place, but what is asked for lies over the whole picture"
        return "a place, but nothing is asked for that could stand there"

    def _settle(self) -> None:
        """Decide what stays as it is, and what "only" leaves out."""
        for thing in self.things:
            if thing.held and not thing.is_shaped and not thing.removed:
                thing.kept = True
                self._mark_again(thing.at, thing.at, f"{thing.maker.name}: stays as it is")
        for at in self.resting:
            holding = [thing for thing in self.things if at in thing.held]
            shaped = any(thing.is_shaped and thing.at > at for thing in self.things)
            if any(thing.kept for thing in holding) or self.items[at].form in ("verb", "comparative"):
                self._mark_again(at, at, "stays as it is")
            elif (holding and not all(thing.removed for thing in holding)) or (shaped and not holding):
                self._mark(at, at, "how it is to be")
            elif not self.meaning.get(at):
                self.why[at] = "nothing is named that could stay as it is"
        if self.only_at >= 0:
            self._settle_only()

    def _settle_only(self) -> None:
        asked = {thing.maker.name for thing in self.things if thing.is_wanted}
        if self.has_take:
            self.why[self.only_at] = "what the take has is left as it is; say what is to go, such as “no fire”"
        elif len(asked) == 1:
            self._mark(self.only_at, self.only_at, "nothing else")
        else:
            self.why[self.only_at] = "more than one thing is asked for" if asked else "nothing is asked for"

    def _leave_over_amounts(self) -> None:
        unused = []
        if self.amount is not None:
            unused += [self.amount_at, self.amount_at + 1]
        for value, at in (
            (self.ratio, self.ratio_at),
            (self.raising, self.raising_at),
            (self.quantity, self.quantity_at),
        ):
            if value is not None:
                unused.append(at)
        if self.degree != 1.0 and self.degree_at >= 0:
            self._strengthen_back()
        if self.refused and not self.refused_used:
            unused.append(self.refused_at)
        if self.drifting_at >= 0 and not any(one.way for one in self.circumstances):
            unused.append(self.drifting_at)
        if self.moving_at >= 0 and not any(thing.moved or thing.place for thing in self.things):
            unused.append(self.moving_at)
        for at in unused:
            if 0 <= at < len(self.items):
                self.meaning.pop(at, None)
                self.why[at] = "nothing stands by it that it could change"

    def _strengthen_back(self) -> None:
        """ "darker, a lot": a degree at the end belongs to the word before."""
        if self.last_adjective is None:
            self.meaning.pop(self.degree_at, None)
            self.why[self.degree_at] = "nothing stands by it that it could change"
            return
        things, effects, word = self.last_adjective
        for thing in things:
            before = thing.changes
            thing.changes = [change for change in thing.changes if change.words != word]
            thing.changes += self._changes(thing.maker, effects, word, self.degree)
            if thing.changes == before:
                self.meaning.pop(self.degree_at, None)
                self.why[self.degree_at] = f"“{word}” has no degrees"
