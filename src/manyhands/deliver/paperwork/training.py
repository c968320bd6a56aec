"""The training documentation: what each taught model learned from, and what is stated of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.deliver.document import Blank, Cell, Document, Fields, Section, Table
from manyhands.deliver.film import Film, ShotTold, UseTold
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import asked

ASK = "ask whoever trained it; the record does not hold it"


@paper(
    "training documentation",
    about="says what each taught model learned from, item by item",
    to="the public, where a model is offered to it",
    check="counsel, before a model is published",
    source="California AB 2013, from 1 January 2026; its items stand here from memory and have to be held against the "
    "statute",
)
def training_documentation(film: Film) -> Iterable[Document]:
    """One for the film; a model that was taught here in full, of others what they state."""
    sections = [_taught(film, shot, use) for shot, use in film.models() if use.kind == "taught"]
    others = {use.system.id: (use.named, _stated(use)) for _, use in film.models() if use.kind != "taught"}
    if others:
        table = Table(("system", "what its makers say it was trained on"), tuple(others.values()))
        sections.append(Section("Models that were trained elsewhere", (table,)))
    yield Document(
        "Training documentation", tuple(sections) or (Section("", ("No model is in the record of these shots.",)),)
    )


def _taught(film: Film, shot: ShotTold, use: UseTold) -> Section:
    return Section(f"{use.named}, taught for {shot.id} (step {use.step})", (Fields(tuple(_items(film, shot, use))),))


def _items(film: Film, shot: ShotTold, use: UseTold) -> Iterator[tuple[str, Cell]]:
    painted = use.painted

    def held(what: str, values: Iterable[str]) -> Cell:
        told = "; ".join(dict.fromkeys(value for value in values if value))
        return told or Blank(f"{shot.id}, {use.named}: {what}", ASK)

    yield "Sources", held("its sources", (source.title for source in painted))
    yield "Painted by", held("who painted", (source.painted_by for source in painted))
    yield "Owners", held("owners", (source.owner for source in painted))
    yield "Under which terms", held("terms", (source.terms.licence for source in painted))
    yield "What it is for", ", ".join(shot.notes) or Blank(f"{shot.id}: what it is for", ASK)
    yield "Kind of data", held("kind of data", (source.medium for source in painted))
    yield "How many sources", str(len(painted)) if painted else Blank(f"{shot.id}, {use.named}: how many", ASK)
    yield "How the data was made or changed before", held("how the data was made", (each.made_how for each in painted))
    yield "Hashes (SHA-256)", held("hashes", (source.sha256 for source in painted))
    yield "Everything was cleared for it", asked(shot, "training_cleared", film, use=use)
    yield "What it learned is offered to the public", asked(shot, "publishes_model", film)
    yield "A summary is published with it", asked(shot, "training_published", film)
    for what in ("personal information in it", "when it was collected", "when it was first used"):
        yield what[:1].upper() + what[1:], Blank(f"{shot.id}, {use.named}: {what}", ASK)
    yield (
        "Synthetic data in it",
        held("synthetic data", ())
        if not painted
        else "none: people painted it"
        if all(source.painted_by and not source.made_by for source in painted)
        else Blank(f"{shot.id}, {use.named}: synthetic data in it", ASK),
    )


def _stated(use: UseTold) -> Cell:
    return use.trained_on or Blank(f"{use.named}: what it was trained on", ASK)
