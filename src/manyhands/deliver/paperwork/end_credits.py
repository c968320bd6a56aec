"""The end credits: roles by department, in an order and a spelling that are written down.

1. Departments stand in the order of the production's roles; then paint, who accepted the pictures, what was brought in,
   and the models.
2. Whoever has a role here, or was given a task in it, is credited in that department; guests are not.
3. A name is spelled as it was first typed, is told once in a department, and stands in alphabetical order of what is
   written, for no rule of ours knows which part of it is the family's.
4. What was brought in is credited by the line that its terms ask for, or by its title and owner; what the production
   shot itself is not.
5. A model is credited by its name and version, apart from people, and never as one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.core.names import is_same_name
from manyhands.deliver.document import Document, Points, Section
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.plain import credit

DEPARTMENTS = {
    "director": "Direction",
    "producer": "Production",
    "ai_supervisor": "AI supervision",
    "creative_technologist": "Creative technology",
    "ml_editor": "Machine learning",
    "artist": "Visual effects",
    "contributor": "With contributions by",
}
"""The heading of each role that is credited, in their order."""

MODELS = "AI models"
OWN = "own"
"""The terms of what the production shot itself: it asks for no credit beside that of who shot it."""


@paper(
    "credits",
    about="gives the end credits: people by department, what was brought in, and the models",
    to="whoever makes the end titles",
    check="the producer, against the agreements on billing",
    source="the house's own rules: departments in the order of the roles, names by the alphabet as they are written, "
    "each once in a department, models apart from people",
)
def end_credits(film: Film) -> Iterable[Document]:
    """One for the film; a department in which nobody is has no heading."""
    found = [(name, lines) for name, lines in _departments(film) if lines]
    yield Document(
        f"{film.production}: end credits",
        tuple(Section(name, (Points(tuple(lines)),)) for name, lines in found)
        or (Section("", ("Nobody has a role in this production yet.",)),),
        data={"departments": [{"department": name, "lines": list(lines)} for name, lines in found]},
    )


def _departments(film: Film) -> Iterator[tuple[str, list[str]]]:
    for role, heading in DEPARTMENTS.items():
        members = [member.name for member in film.members if role in member.roles]
        yield heading, _once([*members, *(task.assignee for task in film.tasks if task.role == role)])
    yield "Paint", _once(source.painted_by for source in film.sources if source.painted_by)
    decided = (one.by.name for shot in film.accepted for one in shot.decisions if one.verdict == "accept")
    yield "Pictures accepted by", _once(decided)
    lines = (credit(source) for source in film.sources if source.terms.credit or source.terms.licence != OWN)
    yield "Footage, stills and sound", sorted(dict.fromkeys(lines))
    models = (use.named for shot in film.accepted for use in shot.models)
    yield MODELS, _once([*models, *(part.hand.versioned for shot in film.accepted for part in shot.trained)])


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, as it was first typed, by the alphabet."""
    found: list[str] = []
    for name in names:
        if not any(is_same_name(name, other) for other in found):
            found.append(name)
    return sorted(found, key=lambda name: (name.casefold(), name))
