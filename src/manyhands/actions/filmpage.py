"""One page for the audience of all shots that a production has delivered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from manyhands.actions.delivery import dossier_of
from manyhands.actions.studio import Studio
from manyhands.core.errors import StateError
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.showing import WIDEST, Showing
from manyhands.core.take import Take
from manyhands.deliver.authority import ROOT, open_authority
from manyhands.deliver.disclosure import EncodingTold
from manyhands.deliver.filmpage import film_page, film_told
from manyhands.disk import write_whole

PAGE = "film.html"


def disclose_film(studio: Studio, by: Hand, out: Path, *, shot_ids: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write one page for the audience of every shot's last delivery, with the public root beside it.

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
    dossiers, masters = [], []
    for id_ in chosen:
        take, told = out_there[id_]
        showing = studio.production.find(Showing, f"{take.id}:{told['sha256'][:12]}") or WIDEST
        dossiers.append(dossier_of(studio, by, studio.production.get(Shot, id_), take, showing))
        masters.append(_master(told))
    at = studio.clock()
    authority = open_authority(studio.folder / "keys", studio.name, at=datetime.fromisoformat(at).astimezone(UTC))
    page = film_page(film_told(dossiers, by=by.name, at=at), authority, masters)
    write_whole(out / PAGE, page.encode())
    write_whole(out / ROOT, authority.root_pem)
    return out / PAGE, out / ROOT


def _delivered(studio: Studio) -> dict[str, tuple[Take, dict[str, Any]]]:
    """By shot: the take that went out last, and what the log says of its master."""
    found = {}
    for row in studio.production.log(act="delivered"):
        told = json.loads(row.about)
        take = studio.production.get(Take, told["take"])
        found[take.shot] = (take, told)
    return found


def _master(told: dict[str, Any]) -> EncodingTold:
    """A master as the log names it: of a folder of frames the hash is that of its list."""
    name = told["master"]
    kind = "image sequence" if not Path(name).suffix else "movie"
    return EncodingTold(name=name, encodingFormat=kind, bytes=0, sha256=told["sha256"])
