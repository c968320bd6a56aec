"""The human authorship dossier: who decided what, who made which share, and what no model did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.deliver.document import Blank, Cell, Document, Fields, Section, Table
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import ANSWERS, NO_MODELS, each_answer, models_table, not_told
from manyhands.deliver.plain import ORIGINS, percent

SHARES = ("shot", *ORIGINS.values(), "takes")
DECISIONS = ("shot", "take", "decided by", "verdict", "on", "was shown it", "why")


@paper(
    "human authorship dossier",
    about="shows who decided what, with hours by role and shares shot by shot",
    to="the Academy, where it asks",
    check="the producer",
    source="99th Academy Awards, rules of 1 May 2026, from a page about them",
)
def human_authorship_dossier(film: Film) -> Iterable[Document]:
    """One for the film."""
    shares = tuple(
        (shot.id, *(percent(shot.share(origin)) for origin in ORIGINS), str(shot.takes)) for shot in film.accepted
    )
    yield Document(
        "Human authorship dossier",
        (
            Section("Who made the picture", _or("No take is accepted yet.", SHARES, shares)),
            Section("Who decided", _or("No decision is recorded.", DECISIONS, tuple(_decisions(film)))),
            Section(
                "Performances and script",
                (
                    Table(
                        ANSWERS,
                        tuple(
                            each_answer(
                                film,
                                film.shots,
                                ("alters_performance", "performance_consent", "has_synthetic_performer",
                                 "script_is_human"),
                            )
                        ),
                    ),
                )
                if film.shots
                else ("There is no shot yet.",),
            ),
            Section("Whose hours", (Fields(tuple(_hours(film))),)),
            Section("What models did", (models_table(film) if film.with_models else NO_MODELS,)),
            Section(
                "What a share is not",
                (
                    "A share of pixels is not a share of creativity, of labour, or of authorship in law. A small area "
                    "can matter most.",
                ),
            ),
            *not_told(film, "Not counted here"),
        ),
    )  # fmt: skip


def _or(nothing: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> tuple[Table | str]:
    return (Table(columns, rows) if rows else nothing,)


def _decisions(film: Film) -> Iterator[tuple[Cell, ...]]:
    for shot in film.shots:
        for one in shot.decisions:
            shown = "yes" if one.seen else "the record does not say so"
            yield shot.id, one.take, one.by.name, one.verdict, one.at[:10], shown, one.reason


def _hours(film: Film) -> Iterator[tuple[str, Cell]]:
    """By role, where so many worked that nobody's own hours can be read off."""
    for role, minutes in film.hours.items():
        yield role.replace("_", " "), f"{minutes // 60} h {minutes % 60:02} min"
    if not film.hours:
        yield (
            "Hours",
            Blank(
                f"hours, of a role in which at least {film.least_people} people worked",
                "manyhands time add TASK MINUTES --day DAY",
                f"not told: there is no role in which at least {film.least_people} people said theirs",
            ),
        )
