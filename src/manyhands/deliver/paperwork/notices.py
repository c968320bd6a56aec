"""Notices: that models are used, to whoever commissioned the work, to unions and guilds, and to a writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.deliver.document import LINE, Blank, Block, Document, Fields, Points, Section, Table
from manyhands.deliver.film import Film, ShotTold
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import ANSWERS, NO_MODELS, each_answer, models_table

SIGNED = Section(
    "",
    (
        "With kind regards,",
        Fields(
            (
                ("Name", Blank("who signs", "by hand, before it is sent", LINE)),
                ("Company", Blank("the company that signs", "by hand, before it is sent", LINE)),
                ("Date", Blank("the day on which it is sent", "by hand, before it is sent", LINE)),
            )
        ),
    ),
)


def _to(whom: str) -> Section:
    return Section("", (Fields((("To", Blank(whom, "by hand, before it is sent", LINE)),)),))


@paper(
    "notice to the commissioner",
    about="tells whoever commissioned the work where models are used, before they are",
    to="whoever commissioned the work",
    check="the producer",
    source="Using Generative AI in Content Production, copy of 11 November 2025, opening; its text was read",
)
def notice_to_the_commissioner(film: Film) -> Iterable[Document]:
    """One letter for the film."""
    opening = (
        f"We would like to tell you where generative AI is used, or is planned to be, in “{film.production}”. "
        "Please tell us if you need to know more, or would like to give your approval before we go on."
    )
    told: tuple[Block, ...] = (opening, models_table(film)) if film.with_models else (opening, NO_MODELS)
    yield Document(
        "Notice of the use of generative AI",
        (
            _to("your contact at the commissioner"),
            Section("What is used", told),
            *_answers(
                film,
                film.with_models,
                "What we know of it",
                ("is_final", "alters_performance", "gives_protected_input", "recreates_others_work", "looks_real"),
            ),
            SIGNED,
        ),
    )


LABOUR = (
    "has_synthetic_performer",
    "added_value_stated",
    "replaces_covered_work",
    "operated_by_crew",
    "requires_model_use",
    "licenses_for_training",
)


@paper(
    "notice to the union",
    about="gives a union or guild notice: synthetic performers, shifted work, work licensed to train on",
    to="the union or guild",
    check="the producer, and counsel for labour",
    source="what the packs of SAG-AFTRA, DGA, IATSE and The Animation Guild want told; the agreements' texts were not "
    "seen",
)
def notice_to_the_union(film: Film) -> Iterable[Document]:
    """One for each union whose rules want it; where none does, one that is addressed by hand."""
    every = film.wished("notice to the union")
    wanted = [wish for wish in every if wish.verdict != "unknown"] or every
    for union in dict.fromkeys(wish.set_by for wish in wanted) or [""]:
        wishes = [wish for wish in wanted if wish.set_by == union]
        ids = {wish.shot for wish in wishes}
        shots = [shot for shot in film.shots if shot.id in ids] if union else list(film.with_models)
        reasons = dict.fromkeys(wish.says for wish in wishes)
        named = union.removesuffix(" and the producers")
        yield Document(
            f"Notice of the use of AI{f': {named}' if named else ''}",
            (
                _to(f"whom to write to at {named}" if named else "the union or guild"),
                Section(
                    "What this is about",
                    (
                        f"We give you notice of the use of AI in “{film.production}”. Please tell us if you would "
                        "like to talk about it.",
                        *(("What the agreement asks, as we understand it:", Points(tuple(reasons))) if reasons else ()),
                    ),
                ),
                *_answers(film, shots, "Facts", LABOUR),
                Section("Models that are used", (models_table(film) if film.with_models else NO_MODELS,)),
                SIGNED,
            ),
            of=named,
            set_by=union,
        )


@paper(
    "notice to the performer",
    about="tells a performer of a scan at least 48 hours before, with the reason for it",
    to="the performer, or who acts for them",
    check="the producer, and counsel for labour",
    source="SAG-AFTRA TV/Theatrical 2023, digital replicas, by the union's page Digital Replicas 101, and summaries of "
    "2026; the text was not seen",
)
def notice_to_the_performer(film: Film) -> Iterable[Document]:
    """One for each person who is said to be scanned, or of whom nobody said that they are not."""
    found: dict[str, list[str]] = {}
    for shot in film.shots:
        for one in shot.people:
            if one.answers["is_scanned"].value is not False:
                found.setdefault(one.name, []).append(shot.id)
    for name, shots in found.items():
        by_hand = "by hand, before it is sent"
        yield Document(
            f"Notice of a scan: {name}",
            (
                Section(
                    "",
                    (
                        Fields(
                            (
                                ("To", name),
                                ("Shots", ", ".join(shots)),
                                ("Day and time of the scan", Blank("day and time of the scan", by_hand, LINE)),
                                ("Place", Blank("the place", by_hand, LINE)),
                                ("What is scanned", Blank("what is scanned", by_hand, LINE)),
                                ("Why it is needed", Blank("the reason for scanning", by_hand, LINE)),
                            )
                        ),
                        "This is meant to reach you at least 48 hours before the scan, or when you are hired if that "
                        "is later. A scan is no consent to a replica; that is asked of you apart, in writing.",
                    ),
                ),
                SIGNED,
            ),
            of=name,
        )


@paper(
    "notice to the writer",
    about="tells a writer which of the text given to them a model made, and with which tools",
    to="the writer",
    check="the producer",
    source="WGA 2023 agreement, Article 72, from the guild's page; 2026 from secondary reports",
)
def notice_to_the_writer(film: Film) -> Iterable[Document]:
    """One letter; the record knows no texts, so that these are named by hand."""
    by_hand = "by hand: the record holds pictures, and no scripts"
    yield Document(
        "Notice to the writer of text that AI made",
        (
            _to("the writer"),
            Section(
                "What this is about",
                (
                    f"We would like to tell you which of the text that was given to you for “{film.production}” a "
                    "model made.",
                    Fields(
                        (
                            ("Text that a model made", Blank("which text", by_hand, LINE)),
                            ("The model and its version", Blank("which model made the text", by_hand, LINE)),
                            ("Handed over on", Blank("when the text was handed over", by_hand, LINE)),
                        )
                    ),
                ),
            ),
            *_answers(
                film,
                film.shots,
                "Facts",
                ("gives_writer_generated_text", "writer_uses_model", "requires_model_use", "trains_on_scripts"),
            ),
            SIGNED,
        ),
    )


def _answers(film: Film, shots: Iterable[ShotTold], title: str, facts: Iterable[str]) -> Iterator[Section]:
    shots = list(shots)
    if shots:
        yield Section(title, (Table(ANSWERS, tuple(each_answer(film, shots, facts))),))
