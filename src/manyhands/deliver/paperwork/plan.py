"""The plan of AI uses: what a director is shown while being engaged, and whoever else asks what is planned."""

from __future__ import annotations

from collections.abc import Iterable

from manyhands.deliver.document import Document, Section, Table
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import ANSWERS, NO_MODELS, each_answer, models_table


@paper(
    "plan of AI uses",
    about="shows a director, while being engaged, whether and how models are used",
    to="the director",
    check="the producer",
    source="DGA 2026 agreement, from reports of the press; its text was not seen",
)
def plan_of_ai_uses(film: Film) -> Iterable[Document]:
    """One for the film: what is planned, and what is made."""
    uses = (models_table(film, prompts=True),) if film.with_models else (NO_MODELS,)
    facts = ("director_told_at_hiring", "director_consulted", "approved_by_director")
    answers = Table(ANSWERS, tuple(each_answer(film, film.with_models, facts)))
    yield Document(
        "Plan of AI uses",
        (
            Section(
                "",
                (
                    f"This is where models are used, or are planned to be, in “{film.production}”. What one makes "
                    "is in the film only where a named person has accepted the take.",
                ),
            ),
            Section("Uses", uses),
            *((Section("The director's part", (answers,)),) if film.with_models else ()),
            Section(
                "Shots without a model",
                (", ".join(shot.id for shot in film.shots if not shot.models) or "There is none.",),
            ),
        ),
    )
