"""The cue sheet: every hand's use in the shot as a line of a table, for producers and archives.

Source: the columns follow what the Archival Producers Alliance asks for of generative material
(a description and time code of every use, the tool and its prompt, the underlying sources and
their status, a named person in charge), for every hand and with its extent.
"""

from __future__ import annotations

from collections.abc import Iterator

from manyhands.core.extent import HandExtent
from manyhands.core.hand import Hand
from manyhands.deliver.document import csv_of
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.plain import KINDS, ROLES, credit, timecode

COLUMNS = (
    "shot",
    "description",
    "time code in",
    "time code out (exclusive)",
    "frames",
    "made by",
    "version",
    "kind",
    "role",
    "note or prompt",
    "underlying sources and status",
    "share ppm",
    "area ppm",
    "altered ppm",
    "person responsible",
    "decision",
    "decided at",
)

Cue = tuple[str, ...]
"""One line of the sheet, a cell for each of its columns."""


def cue_sheet(dossier: Dossier) -> bytes:
    """The table of one shot as CSV."""
    return csv_of(COLUMNS, tuple(cues(dossier)))


def cues(dossier: Dossier) -> Iterator[Cue]:
    """The lines of one shot.

    One for each camera and person that is seen, one for each step of the recipe, one for each
    other hand that helped.  Figures are a hand's: two steps of one maker show the same.
    """
    sources = {source.id: source for source in dossier.sources}
    parts = {part.hand.id: part for part in dossier.take.extent.hands}
    steps = {fact.hand for fact in dossier.steps}
    for part in dossier.parts:
        if part.hand not in steps:
            behind = sources.get(part.hand.behind)
            yield _line(
                dossier,
                part.hand,
                part,
                description=f"{behind.medium}: {behind.title}" if behind else part.hand.name,
                role="brought in" if behind else "made by hand",
                note="",
                status=credit(behind) if behind else "",
            )
    for fact in dossier.steps:
        used = [credit(sources[name]) for name in fact.sources]
        yield _line(
            dossier,
            fact.hand,
            parts.get(fact.hand.id),
            description=f"{fact.step.name}: {fact.about}",
            role=ROLES[fact.role],
            note=dossier.note,
            status="; ".join(used) or credit(dossier.plate),
        )

    for use in dossier.take.uses:
        if use.hand not in steps:
            yield _line(
                dossier,
                use.hand,
                parts.get(use.hand.id),
                description=use.what,
                role="helps, no pixels",
                note="",
                status="",
            )


def _line(
    dossier: Dossier, hand: Hand, part: HandExtent | None, *, description: str, role: str, note: str, status: str
) -> Cue:
    ranges = dossier.ranges(hand) or ((dossier.take.span.start, dossier.take.span.end),)
    first, last = ranges[0][0], ranges[-1][1]
    decision = dossier.decision
    return (
        dossier.shot.id,
        description,
        timecode(first, dossier.take.span, dossier.timecode),
        timecode(last + 1, dossier.take.span, dossier.timecode),
        "; ".join(f"{start}-{end}" for start, end in ranges),
        hand.name,
        hand.version,
        KINDS[hand.origin],
        role,
        note,
        status,
        str(part.origin_ppm if part else 0),
        str(part.area_ppm if part else 0),
        str(part.altered_ppm if part else 0),
        decision.by.name,
        f"{decision.verdict}: {decision.reason}",
        decision.at,
    )
