"""When something begins and ends, as a note says it: "after 2 seconds", "from frame 1010 to 1040"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from manyhands.propose.heard import Moment
from manyhands.propose.sentence import Item, is_light, is_small

Kind = Literal["frame", "frames_in", "seconds"]


@dataclass(frozen=True)
class When:
    """A time that was said; ``last`` is the last item that belongs to it."""

    last: int
    start: Moment | None = None
    stop: Moment | None = None


_STARTS = ("from", "after", "at", "since", "in", "on", "by")
_SMALL = ("at", "from", "on", "in", "after", "the", "with")
_LATER = ("later", "onwards", "onward")
_TO = ("to", "until", "till", "til", "-", "‐", "‑", "–", "—", "through", "up to", "up until")


def when_said(items: Sequence[Item], index: int) -> When | None:
    """The time that is said from one item on, or None if there is none."""
    if index >= len(items):
        return None
    item = items[index]
    how, at = _opened(item), index
    if how is None:
        return None
    if how != "bare":
        at = _after_small(items, index + 1)
    first = _moment(items, at) or _like_the_next(items, at)
    if first is None:
        return None
    moment, kind, last = first
    if (second := _to(items, last + 1, kind, between=item.text == "between")) is not None:
        return When(second[1], start=moment, stop=second[0])
    if how == "lasts":
        return None if kind == "frame" else When(last, stop=moment.model_copy(update={"since_start": True}))
    if how == "until":
        return When(last, stop=moment)
    tail = _late(items, last + 1, bare=how == "bare" and kind != "frame")
    if tail is None or item.text == "between":
        return None
    return When(tail, start=moment)


def _opened(item: Item) -> Literal["start", "until", "lasts", "bare"] | None:
    if item.sense("until") or item.text == "before":
        return "until"
    if item.text == "for":
        return "lasts"
    if item.text in _STARTS or item.text == "between" or item.sense("beginning"):
        return "start"
    return "bare" if item.text in ("frame", "frames") or item.number is not None else None


def _after_small(items: Sequence[Item], at: int) -> int:
    end = at + 3
    while at < min(end, len(items)) and items[at].number is None and _may_pass(items[at]):
        at += 1
    return at


def _may_pass(item: Item) -> bool:
    return item.text in _SMALL or (is_light(item) and not is_small(item))


def _moment(items: Sequence[Item], at: int, like: Kind | None = None) -> tuple[Moment, Kind, int] | None:
    """A moment, what it is counted in, and its last item; a bare number is counted ``like`` another."""
    framed = at < len(items) and items[at].text in ("frame", "frames")
    at += framed
    number = items[at].number if at < len(items) else None
    if number is None:
        return None
    unit = items[at + 1].sense("unit") if at + 1 < len(items) else None
    if framed:
        return Moment(frame=round(number)), "frame", at
    if unit is not None and unit.value == "s":
        return Moment(seconds=number), "seconds", at + 1
    if unit is not None and unit.value == "frames":
        return Moment(frames_in=round(number)), "frames_in", at + 1
    if like is None or unit is not None:
        return None
    return Moment(**{like: number if like == "seconds" else round(number)}), like, at


def _like_the_next(items: Sequence[Item], at: int) -> tuple[Moment, Kind, int] | None:
    """ "from 1 to 3 seconds": the unit stands with the second number only."""
    if at + 2 < len(items) and items[at].number is not None and items[at + 1].text in _TO:
        following = _moment(items, at + 2)
        return _moment(items, at, following[1]) if following else None
    return None


def _to(items: Sequence[Item], at: int, kind: Kind, *, between: bool) -> tuple[Moment, int] | None:
    """The end of a range, and its last item."""
    if at >= len(items) or not (items[at].text in _TO or (between and items[at].text == "and")):
        return None
    found = _moment(items, at + 1, kind)
    return (found[0], found[2]) if found else None


def _late(items: Sequence[Item], at: int, *, bare: bool) -> int | None:
    """The last item of a beginning; one without a preposition needs a word that says that it is a time."""
    text = items[at].text if at < len(items) else ""
    if text in _LATER or (bare and text in ("in", "into")):
        return at
    if text == "on" and (at + 1 == len(items) or items[at + 1].sense("separator")):
        return at
    return None if bare else at - 1
