"""The generative AI disclosure: what a commissioner asks of each use of a model, answered from the record.

Source: Using Generative AI in Content Production, for partners of Netflix, copy of 11 November 2025, whose text was
read; the questions are put in our own words, each with its paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.deliver.document import Blank, Cell, Document, Fields, Section, Table
from manyhands.deliver.film import Film, ShotTold, UseTold
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import ANSWERS, NO_MODELS, asked, each_answer, models_table

PRINCIPLES = (
    ("1", "Does it leave alone what others own and one would recognise?"),
    ("2", "Does the tool neither store, nor use again, nor train on what goes in and comes out?"),
    ("3", "Does it work in a secured environment, where possible?"),
    ("4", "Is what it makes temporary, and not in the final picture?"),
    ("5", "Is no performance, and no work that a union covers, replaced or made without consent?"),
)

FURTHER = (
    ("Data", ("gives_protected_input",)),
    ("Creative work and rights", ("is_key_element", "refers_to_others")),
    ("Talent", ("alters_performance", "performance_consent", "changes_delivery", "has_synthetic_performer")),
    ("Ethics", ("looks_real", "replaces_covered_work")),
    ("What is seen in the final", ("is_prominent", "human_changed", "legal_reviewed")),
    ("Told and approved", ("commissioner_told", "commissioner_approved")),
)


@paper(
    "generative AI disclosure",
    about="answers a commissioner's questions on each use of a model, from the record",
    to="whoever commissioned the work",
    check="the producer",
    source="Using Generative AI in Content Production, copy of 11 November 2025, guiding principles 1 to 5 and what "
    "follows them; its text was read, and it may have been revised since",
)
def generative_ai_disclosure(film: Film) -> Iterable[Document]:
    """One for the film."""
    shots = film.with_models
    if not shots:
        yield Document("Generative AI disclosure", (Section("Uses", (NO_MODELS,)),))
        return
    rows = [
        (shot.id, use.named, f"principle {number}: {question}", _answer(number, shot, use, film))
        for shot in shots
        for use in shot.models
        for number, question in PRINCIPLES
    ]
    further = [Section(title, (Table(ANSWERS, tuple(each_answer(film, shots, facts))),)) for title, facts in FURTHER]
    yield Document(
        "Generative AI disclosure",
        (
            Section("Uses", (models_table(film, prompts=True),)),
            Section(
                "The five guiding principles",
                (Table(("shot", "system", "question", "answer"), tuple(_together(rows))),),
            ),
            Section("What follows from them", (Fields(tuple(_follows(rows))),)),
            *further,
            Section("Each step of the way", (Table(("shot", "system", "is checked"), tuple(_steps(film))),)),
        ),
    )


def _answer(number: str, shot: ShotTold, use: UseTold, film: Film) -> Cell:
    """*Yes* is what the principle wants; whatever nobody said stays open."""
    if number == "1":
        return _not(asked(shot, "recreates_others_work", film))
    if number == "2":
        keeps, trains = (asked(shot, fact, film, use=use) for fact in ("keeps_input", "trains_on_input"))
        return _all_of(_not(keeps), _not(trains))
    if number == "3":
        leaves = asked(shot, "leaves_machine", film, use=use)
        secured = Blank(
            f"{shot.id}, {use.maker}: whether the service's environment is secured", "ask whoever runs the service",
            "it works with others; whether that is secured is not said",
        )  # fmt: skip
        return leaves if isinstance(leaves, Blank) else secured if leaves == "yes" else "yes, on our own machines"
    if number == "4":
        return _is_temporary(shot, use, film)
    consent = asked(shot, "performance_consent", film)
    altered = asked(shot, "alters_performance", film)
    performs: Cell = "yes, with consent" if altered == "yes" and consent == "yes" else _not(altered)
    return _all_of(performs, _not(asked(shot, "replaces_covered_work", film)))


def _is_temporary(shot: ShotTold, use: UseTold, film: Film) -> Cell:
    """By the pixels where there are any: what a model left in a take that is meant for the final is not temporary."""
    final = asked(shot, "is_final", film)
    if isinstance(final, Blank) or final == "no":
        return _not(final)
    if not shot.take:
        return Blank(f"{shot.id}: whether what {use.named} makes is in the final", "make a take, and ask again")
    return "no" if any(part.hand.id == use.system.id for part in shot.trained) else "yes, it leaves no pixel"


def _not(cell: Cell) -> Cell:
    return cell if isinstance(cell, Blank) else "no" if cell.startswith("yes") else "yes"


def _all_of(*cells: Cell) -> Cell:
    """No where one is, else open where one is, else the first."""
    if "no" in cells:
        return "no"
    return next((cell for cell in cells if isinstance(cell, Blank)), cells[0])


def _together(rows: Iterable[tuple[str, str, str, Cell]]) -> Iterator[tuple[Cell, ...]]:
    """Shots in which a system has one answer to a question share a row."""
    found: dict[tuple[str, str, Cell], list[str]] = {}
    for shot, system, question, answer in rows:
        found.setdefault((system, question, answer), []).append(shot)
    for (system, question, answer), shots in found.items():
        yield ", ".join(dict.fromkeys(shots)), system, question, answer


def _follows(rows: Iterable[tuple[str, str, str, Cell]]) -> Iterator[tuple[str, Cell]]:
    """All yes: to tell the contact may be enough; anything else is raised with them, and may need a written yes."""
    by_use: dict[tuple[str, str], list[Cell]] = {}
    for shot, system, _, answer in rows:
        by_use.setdefault((shot, system), []).append(answer)
    enough, raised = "all five are yes: telling you may be enough", "to be raised with you before it goes on"
    found: dict[tuple[str, str], list[str]] = {}
    for (shot, system), answers in by_use.items():
        is_all_yes = all(isinstance(answer, str) and answer.startswith("yes") for answer in answers)
        found.setdefault((system, enough if is_all_yes else raised), []).append(shot)
    for (system, told), shots in found.items():
        yield f"{', '.join(shots)}, {system}", told


def _steps(film: Film) -> Iterator[tuple[Cell, ...]]:
    for shot, use in film.models():
        yield shot.id, use.named, asked(shot, "is_checked", film, use=use)
