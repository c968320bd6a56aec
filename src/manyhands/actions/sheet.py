"""The contact sheet: of every shot where it stands, and the one take that it shows.

It is asked for after every act by everybody who has it open, in productions of thousands of takes.  So what was
read stays at hand, and only the shots that lines of the log touched since are read anew.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from manyhands.actions.decisions import accepted
from manyhands.actions.studio import Studio
from manyhands.core.decision import Decision
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.store.forgetting import FORGET
from manyhands.store.production import Production


@dataclass(frozen=True)
class Row:
    """A shot, how many takes it has, and the one that stands accepted, or else the last."""

    shot: Shot
    takes: int
    take: Take | None


@dataclass
class Sheet:
    """The contact sheet of one production, as far as it was read."""

    _rows: dict[str, Row] = field(default_factory=dict)
    _head: int = -1
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def rows(self, studio: Studio) -> tuple[int, list[Row]]:
        """The last line of the log, and a row for each shot in the order they came."""
        production = studio.production
        with self._reading:
            head = production.head().number
            touched = touched_since(production, self._head) if self._head >= 0 else None
            if touched is None or head < self._head:
                self._rows = _all(studio)
            else:
                for shot_id in touched:
                    self._read_anew(studio, shot_id)
            self._head = head
            return head, list(self._rows.values())

    def _read_anew(self, studio: Studio, shot_id: str) -> None:
        shot = studio.production.find(Shot, shot_id)
        if shot is None:
            return
        takes = [id_ for id_, at in studio.production.places(Take) if at == shot_id]
        shown = accepted(studio, shot_id) or (takes[-1] if takes else "")
        self._rows[shot_id] = Row(shot, len(takes), studio.production.find(Take, shown) if shown else None)


def touched_since(production: Production, line: int) -> set[str] | None:
    """The shots that the log's lines behind one tell of; None where what they brought may matter to any shot."""
    found: set[str] = set()
    for row in production.log(after=line):
        if row.act == FORGET:
            return None
        brought, about = json.loads(row.brought), json.loads(row.about)
        if any(not shot for *_, shot in brought):
            return None
        found |= {shot for *_, shot in brought}
        if not brought:  # as when somebody was shown a take
            take = production.find(Take, str(about.get("take", "")))
            found.add(take.shot if take else str(about.get("shot", "")))
    return found - {""}


def _all(studio: Studio) -> dict[str, Row]:
    production = studio.production
    of: dict[str, list[str]] = {}
    for take, shot in production.places(Take):
        of.setdefault(shot, []).append(take)
    shot_of = {take: shot for shot, takes in of.items() for take in takes}
    said: dict[str, dict[str, str]] = {}
    for one in production.saved(Decision).values():
        standing = said.setdefault(shot_of.get(one["take"], ""), {})
        standing.pop(one["take"], None)
        standing[one["take"]] = one["verdict"]
    shown = {shot: takes[-1] for shot, takes in of.items()}
    for shot, standing in said.items():
        stands = next((take for take, verdict in reversed(standing.items()) if verdict == "accept"), None)
        if stands:
            shown[shot] = stands
    wanted = set(shown.values())
    takes = {id_: Take.load(one) for id_, one in production.saved(Take, where=lambda id_, _: id_ in wanted).items()}
    return {
        shot.id: Row(shot, len(of.get(shot.id, [])), takes.get(shown.get(shot.id, ""))) for shot in production.all(Shot)
    }
