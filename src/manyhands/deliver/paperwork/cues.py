"""The cue sheet of the film: the lines of every accepted shot."""

from __future__ import annotations

from collections.abc import Iterable

from manyhands.deliver.cuesheet import COLUMNS
from manyhands.deliver.document import Document, Section, Table
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import not_told


@paper(
    "cue sheet",
    about="lists every hand's use in every shot: time code, tool and note, sources, shares, the person responsible",
    to="archives, broadcasters, the Archival Producers Alliance's readers",
    check="the person who keeps track of the uses",
    source="Archival Producers Alliance, guidance on generative AI, from a page about it",
)
def cue_sheet(film: Film) -> Iterable[Document]:
    """One for the film."""
    rows = tuple(cue for shot in film.accepted for cue in shot.cues)
    yield Document(
        "Cue sheet",
        (
            Section("", (Table(COLUMNS, rows, file="cuesheet.csv"), *(() if rows else ("No take is accepted yet.",)))),
            *not_told(film, "Not in this sheet"),
        ),
    )
