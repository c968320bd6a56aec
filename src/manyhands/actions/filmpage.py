"""One page for the audience of all shots that a production has delivered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from manyhands.actions.delivery import dossier_of
from manyhands.actions.pagelooks import room_of_film
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import StateError
from manyhands.core.hand import Hand, person
from manyhands.core.shot import Shot
from manyhands.core.showing import WIDEST, Showing
from manyhands.core.take import Take
from manyhands.deliver.authority import open_authority
from manyhands.deliver.filmdata import MasterTold
from manyhands.deliver.filmpage import film_told
from manyhands.deliver.filmpapers import film_files
from manyhands.disk import write_whole


def disclose_film(studio: Studio, by: Hand, out: Path, *, shot_ids: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write one page for the audience of every shot's last delivery, its sealed data, and what both stand on.

    That is ``film.html``, ``film.json``, the public root, and the disclosure of each shot as it is told today.

    Leave is asked again, for the showing for which each was delivered: what may no longer be shown is on no new page.

    Args:
        shot_ids: of these shots; none are all that were delivered.
    Raises: StateError if nothing was delivered, or one of the shots was not; RightsError; RoleError; NotFoundError;
    CapacityError, StoreError.
    """
    studio.check(by, "disclose")
    out_there = _delivered(studio)
    chosen = [studio.production.get(Shot, id_).id for id_ in dict.fromkeys(shot_ids)] or sorted(out_there)
    missing = [id_ for id_ in chosen if id_ not in out_there]
    if missing or not chosen:
        who = f"shot {missing[0]}: it was not delivered" if missing else "film: no shot of it was delivered"
        raise StateError(f"{who}.", "Deliver first: manyhands deliver SHOT.")
    room, dossiers, masters = room_of_film(len(chosen)), [], []
    for id_ in chosen:
        take, told, delivered_by, delivered_at = out_there[id_]
        showing = studio.production.find(Showing, f"{take.id}:{told['sha256'][:12]}") or WIDEST
        dossier = dossier_of(studio, by, studio.production.get(Shot, id_), take, showing, room=room)
        dossiers.append(replace(dossier, by=delivered_by, at=delivered_at))
        masters.append(_master(told))
    at = studio.clock()
    authority = open_authority(studio.folder / "keys", studio.name, at=datetime.fromisoformat(at).astimezone(UTC))
    files = film_files(film_told(dossiers, by=by.name, at=at), authority, masters)
    for name, content in files.items():
        write_whole(out / name, content)
    return tuple(out / name for name in files)


def _delivered(studio: Studio) -> dict[str, tuple[Take, dict[str, Any], Hand, str]]:
    """By shot: the take that went out last, what the log says of its master, and who delivered it when."""
    found = {}
    for row in studio.production.log(act="delivered"):
        told = json.loads(row.about)
        take = studio.production.get(Take, told["take"])
        member = studio.production.find(Member, row.by)
        found[take.shot] = (take, told, member.person if member else person(row.by.partition(":")[2]), row.at)
    return found


def _master(told: dict[str, Any]) -> MasterTold:
    """A master as the log names it: of a folder of frames the hash is that of its list."""
    name = told["master"]
    kind = "image sequence" if not Path(name).suffix else "movie"
    return MasterTold(name=name, encodingFormat=kind, sha256=told["sha256"])
