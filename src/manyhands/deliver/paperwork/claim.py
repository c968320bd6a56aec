"""The limitation of claim: what is disclaimed when a film is registered, and what people made.

Source: US Copyright Office, registration guidance of March 2023, 88 FR 16190, and Copyright and Artificial
Intelligence, Part 2, 29 January 2025, from summaries.  The record says who made which light; where the line of a trifle
lies, and who is the author, it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.deliver.document import Blank, Cell, Document, Fields, Points, Section, Table
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import asked, not_told, share_of, stretch_times
from manyhands.deliver.plain import KINDS, credit, percent

NOTHING_ELSE = "In the accepted takes, nothing of the picture was made by people, cameras or written rules."
COUNSEL = "by counsel, for the registration"


@paper(
    "limitation of claim",
    about="lists what AI made, to be left out of a claim of copyright, and what people made",
    to="the US Copyright Office, by counsel",
    check="counsel",
    source="US Copyright Office, registration guidance of March 2023, 88 FR 16190, and Copyright and Artificial "
    "Intelligence, Part 2, 29 January 2025, from summaries",
)
def limitation_of_claim(film: Film) -> Iterable[Document]:
    """One for the film: exactly the hands that are trained models are excluded, by shot and time code."""
    excluded = tuple(
        (shot.id, part.hand.versioned, share_of(shot, part.hand),
         stretch_times(shot, [part.hand]), asked(shot, "is_more_than_minimal", film),
         asked(shot, "human_changed", film))
        for shot in film.accepted for part in shot.trained
    )  # fmt: skip
    columns = ("shot", "system", "what it did", "time codes", "more than a trifle", "a person's work is seen in it")
    made = tuple(_made(film))
    yield Document(
        "Limitation of claim",
        (
            Section(
                "Author created",
                (
                    Fields(
                        (
                            ("Author", Blank("who claims authorship", COUNSEL)),
                            ("Author created", Blank("what the author is said to have created", COUNSEL)),
                        )
                    ),
                    "No tool is named as an author.",
                ),
            ),
            Section(
                "Material excluded: made or changed by AI",
                (Table(columns, excluded),) if excluded else ("In the accepted takes no AI made or changed anything.",),
            ),
            Section(
                "New material included: made by people, cameras and written rules",
                (Table(("shot", "by", "kind", "of the picture"), made),) if made else (NOTHING_ELSE,),
            ),
            Section("Selection and changes by people", (Points(tuple(_chosen(film)) or ("None is recorded.",)),)),
            Section(
                "Brought in, for counsel to judge",
                (Points(tuple(_brought(film)) or ("Nothing was brought in.",)),),
            ),
            *not_told(film, "Not in this paper"),
        ),
        data={"material_excluded": [{"shot": row[0], "system": row[1], "time_codes": row[3]} for row in excluded]},
    )


def _made(film: Film) -> Iterator[tuple[Cell, ...]]:
    for shot in film.accepted:
        for part in sorted(shot.parts, key=lambda part: (-part.origin_ppm, part.hand.id)):
            if part.hand.origin != "trained" and part.origin_ppm:
                named = part.hand.versioned
                yield shot.id, named, KINDS[part.hand.origin], percent(part.origin_ppm)


def _chosen(film: Film) -> Iterator[Cell]:
    for shot in film.accepted:
        verdicts = ", ".join(f"{one.by.name} {_DID[one.verdict]} {one.take} on {one.at[:10]}" for one in shot.decisions)
        yield f"{shot.id}: {shot.takes} {'take was' if shot.takes == 1 else 'takes were'} made; {verdicts}."


_DID = {"accept": "accepted", "revise": "sent back", "reject": "rejected"}


def _brought(film: Film) -> Iterator[Cell]:
    for source in film.sources:
        yield f"{source.title} ({source.medium}), of {source.owner}: {credit(source)}"
