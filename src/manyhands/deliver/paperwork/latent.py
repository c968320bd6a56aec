"""The latent disclosure: the fields that SB 942 asks for, and which of them stand in the signed manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.core.extent import HandExtent
from manyhands.deliver.document import Blank, Cell, Document, Fields, Section, Table
from manyhands.deliver.film import Film, ShotTold
from manyhands.deliver.manifest import AUTHORSHIP
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import not_told

IN_MANIFEST = (
    ("name of the provider", ""),
    ("name of the system", "hands: name"),
    ("version of the system", "hands: version"),
    ("time and date", "delivered_at"),
    ("unique identifier", "take"),
)
"""What the law asks for, and the field of our signed assertion that holds it; empty where none does."""


@paper(
    "latent disclosure",
    about="gives who provides each generator, which system and version, when, and an identifier",
    to="whoever asks for it, and platforms that read it",
    check="counsel",
    source="California SB 942 as amended by AB 853, operative 2 August 2026, from summaries of the law; films, series "
    "and games are said to be exempt",
)
def latent_disclosure(film: Film) -> Iterable[Document]:
    """One for the film: a block for each model that is seen in a shot."""
    blocks = [(shot, part) for shot in film.accepted for part in shot.trained]
    yield Document(
        "Latent disclosure",
        (
            *(Section(f"{shot.id}: {part.hand.name}", (Fields(tuple(_fields(shot, part))),)) for shot, part in blocks),
            *(() if blocks else (Section("", ("No model is seen in an accepted take.",)),)),
            Section(
                "What stands in the master",
                (
                    f"A delivered master is signed with an assertion {AUTHORSHIP}, which a machine can read.",
                    Table(
                        ("asked for", "field of the assertion"),
                        tuple((asked, field or "it does not stand there") for asked, field in IN_MANIFEST),
                    ),
                    "The time that stands there is that of the delivery; the one above is that of the take.",
                ),
            ),
            *not_told(film, "Not in this paper"),
        ),
        data={"latent_disclosures": [{"shot": shot.id, **dict(_fields(shot, part))} for shot, part in blocks]},
    )


def _fields(shot: ShotTold, part: HandExtent) -> Iterator[tuple[str, Cell]]:
    provider, system, version, time, identifier = (asked for asked, _ in IN_MANIFEST)
    ask = "ask whoever runs the system; the record names the system only"
    yield provider, Blank(f"{part.hand.name}: who provides it", ask)
    yield system, part.hand.name
    yield version, part.hand.version or Blank(f"{part.hand.name}: its version", ask)
    yield time, shot.made_at or Blank(f"{shot.id}: when its take was made", "manyhands log list")
    yield identifier, shot.take
