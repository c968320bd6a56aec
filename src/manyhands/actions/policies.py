"""The rules that a production is held to: which packs of them, and who chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.rights import Pack, all_packs, find_pack

HOUSE = ("house",)


class Policies(Noun):
    """The packs that a production is held to, by their ids."""

    KIND: ClassVar[str] = "policies"

    packs: tuple[str, ...]


def policies(studio: Studio) -> list[Pack]:
    """The packs that the production is held to; nobody chose: those of the house."""
    chosen = studio.production.find(Policies, "policies")
    return [find_pack(id_) for id_ in (chosen.packs if chosen else HOUSE)]


def policy(studio: Studio, by: Hand, ids: Sequence[str]) -> list[Pack]:
    """Hold the production to these packs, and to no others.  Raises: RoleError, NotFoundError, InputError for none."""
    studio.check(by, "policy")
    if not ids:
        raise InputError("policy: no pack is named.", f"Name one or more of {', '.join(all_packs())}.")
    packs = [find_pack(id_) for id_ in dict.fromkeys(ids)]
    named = tuple(pack.id for pack in packs)
    with studio.act("policy", by, packs=list(named), dated={pack.id: pack.dated for pack in packs}) as t:
        t.put(Policies(packs=named), "policies")
    return packs
