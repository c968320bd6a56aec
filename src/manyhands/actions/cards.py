"""Rate cards that a production keeps: what an hour is paid, as somebody filled it in, with every figure's source.

A card is kept as its rows stand in it; a new one under the same title takes its place, and the log has both.  None is
kept without a figure, and nothing is booked by keeping one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.hand import Hand, slug
from manyhands.core.noun import Noun
from manyhands.ledger.rates import FIGURES, Card, card_of, is_filled, read_card, rows_of

MOST_ROWS = 400

Rows = tuple[dict[str, str], ...]


class RateCard(Noun):
    """A rate card with the rows that are filled in, each by its fields, as text."""

    KIND: ClassVar[str] = "rate_card"

    id: str
    title: str
    rate: Rows
    overtime: Rows = ()
    minimum: Rows = ()
    by: Hand
    at: str

    @property
    def card(self) -> Card:
        return card_of({kind: getattr(self, kind) for kind in FIGURES}, self.id)


def keep_card(studio: Studio, by: Hand, title: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> RateCard:
    """Keep a rate card, or put it in the place of the one that has its title.

    Args:
        rows: by ``rate``, ``overtime`` and ``minimum``; a row without its figure is left out.
    Raises: RoleError; InputError if it has no title, no rate is filled in, or a row lacks something.
    """
    studio.check(by, "wages")
    title = " ".join(title.split())
    if not title:
        raise InputError("rate card: it has no title.", "Say whose rates they are, and of when.")
    card_of(rows, title)
    kept = {kind: tuple(_told(row) for row in rows.get(kind, ()) if is_filled(kind, row)) for kind in FIGURES}
    if not kept["rate"]:
        raise InputError(f"rate card {title}: no rate is filled in.", "Fill in what an hour is paid, with its source.")
    if sum(map(len, kept.values())) > MOST_ROWS:
        raise InputError(f"rate card {title}: it has more than {MOST_ROWS} rows.", "Make two of it.")
    made = RateCard(id=_id(title), title=title, **kept, by=by, at=studio.clock())
    with studio.act("wages", by, card=made.id, title=title, rows={kind: len(some) for kind, some in kept.items()}) as t:
        t.put(made, made.id)
    return made


def keep_card_file(studio: Studio, by: Hand, path: Path) -> RateCard:
    """Keep a rate card that was filled in as a file; its title is the one that it has, or the file's name.

    Raises: RoleError, NotFoundError; InputError as :func:`keep_card`.
    """
    studio.check(by, "wages")
    saved = rows_of(path)
    card_of(saved, path.name)
    return keep_card(studio, by, str(saved.pop("title", "")).strip() or path.stem, saved)


def cards(studio: Studio, by: Hand) -> list[RateCard]:
    """The rate cards that are kept, by title.  Raises: RoleError."""
    studio.check(by, "ledger")
    return sorted(studio.production.all(RateCard), key=lambda one: one.title)


def is_kept(studio: Studio, card: str) -> bool:
    """Whether the production keeps a card of that id or title."""
    return bool(studio.production.several_saved(RateCard, {card, _id(card)}))


def rates_of(studio: Studio, card: Path | str) -> Card:
    """The rates of a card: a file, or one that is kept, by its id or title.

    Raises: NotFoundError; InputError that names the row and what it lacks.
    """
    if isinstance(card, Path):
        return read_card(card)
    for id_ in (card, _id(card)):
        if found := studio.production.find(RateCard, id_):
            return found.card
    raise NotFoundError("rate card", card, known=studio.production.ids(RateCard))


def _id(title: str) -> str:
    return f"card-{slug(title)[:60]}"


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value).strip() for name, value in row.items() if str(value).strip()}
