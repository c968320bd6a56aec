"""The consent rider: a draft for a lawyer, one for each person and for what is to be made of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from manyhands.deliver.document import LINE, Blank, Cell, Document, Fields, Points, Section
from manyhands.deliver.film import Film, PersonTold, ShotTold, answered
from manyhands.deliver.paperwork.kind import paper

SCOPES = {
    "likeness_alter": "change how you look or play in what was filmed of you",
    "likeness_replica": "make your face, body or performance where it was not filmed",
    "voice_replica": "make your voice say what it did not say",
}

BY_HAND = "by a lawyer, with the person and who acts for them"


@paper(
    "consent rider",
    about="drafts a person's consent to one thing that is to be made of them",
    to="the person, and who acts for them",
    check="a lawyer, before anybody signs",
    source="SAG-AFTRA TV/Theatrical 2023, digital replicas, by the union's page Digital Replicas 101; its text was "
    "not seen; California AB 2602, Labor Code section 927, from summaries",
)
def consent_rider(film: Film) -> Iterable[Document]:
    """A draft for each person and scope that a shot touches, also where a consent is recorded: rules may want more."""
    wanted: dict[tuple[str, str], list[tuple[ShotTold, PersonTold]]] = {}
    for shot in film.shots:
        for one in shot.people:
            for scope in one.scopes or ("",):
                wanted.setdefault((one.name, scope), []).append((shot, one))
    for (name, scope), found in wanted.items():
        yield _rider(film, name, scope, found)


def _rider(film: Film, name: str, scope: str, found: list[tuple[ShotTold, PersonTold]]) -> Document:
    one = found[0][1]
    is_minor, is_dead = (one.answers[fact].value for fact in ("is_minor", "is_deceased"))
    return Document(
        f"Consent rider, draft: {name}",
        (
            Section(
                "",
                (
                    "This is a draft for a lawyer. Nothing here is agreed, and nobody should sign it as it stands.",
                    Fields(
                        (
                            ("Production", film.production),
                            ("Company", _line("the company that asks")),
                            ("Person", name),
                            *(_signs_for(name, one) if is_minor or is_dead else ()),
                            ("Who acts for them (lawyer, agent, union)", _representation(film, found[0], name)),
                        )
                    ),
                ),
            ),
            Section("1. What you are asked", (f"May we {SCOPES[scope]}?",) if scope else (Points((_what(found[0]),)),)),
            Section("2. Where and what for", (Fields(tuple(_where(found))), _described(found))),
            Section(
                "3. What this is not",
                (
                    "It is for this production and for the shots above. Another production, another medium or another "
                    "use is asked anew. It is no leave to train a model for anything else, nor to pass anything on.",
                ),
            ),
            Section(
                "4. Pay, time, and keeping",
                (
                    Fields(
                        (
                            ("Pay (days you would have worked, or as agreed)", _line("pay")),
                            ("From", _line("the day from which it holds")),
                            ("Until", _line("the day on which it ends")),
                            ("Where what is learned of you is kept, and who has it", _line("how it is kept")),
                            ("What follows where you withdraw", _line("what a withdrawal does")),
                            ("After your death", _line("whether it holds after death")),
                        )
                    ),
                ),
            ),
            Section(
                "5. Signed apart",
                (
                    "This consent is signed by itself, and not within other terms.",
                    Fields(
                        (
                            ("Signature", _line("signature")),
                            ("Date", _line("date of the signature")),
                            ("For the production", _line("who signs for the production")),
                        )
                    ),
                ),
            ),
            *_recorded(found),
        ),
        of=f"{name} {scope.replace('_', ' ')}".strip(),
    )


def _line(what: str) -> Blank:
    return Blank(what, BY_HAND, LINE)


def _what(found: tuple[ShotTold, PersonTold]) -> Cell:
    shot, one = found
    return Blank(
        f"{shot.id}, {one.name}: what is made of them",
        f'manyhands policy say {shlex.quote(shot.id)} is_replica=yes --of {shlex.quote(one.name)} --why "…"',
        LINE,
    )


def _signs_for(name: str, one: PersonTold) -> Iterator[tuple[str, Cell]]:
    if one.answers["is_minor"].value:
        yield (
            "Guardian, who signs",
            one.guardian
            or Blank(
                f"{name}: their guardian", f"manyhands people add {shlex.quote(name)} --minor --guardian NAME", LINE
            ),
        )
    if one.answers["is_deceased"].value:
        yield "Estate, or who holds the rights", _line("who holds the rights after their death")


def _representation(film: Film, found: tuple[ShotTold, PersonTold], name: str) -> Cell:
    shot, one = found
    told = answered(
        one.answers["has_representation"],
        "has_representation",
        shot=shot.id,
        of=name,
        about=film.meanings.get("has_representation", ""),
    )
    return told if isinstance(told, Blank) else LINE if told == "yes" else "nobody, as far as the record says"


def _where(found: list[tuple[ShotTold, PersonTold]]) -> Iterator[tuple[str, Cell]]:
    for shot, _ in found:
        yield (
            f"Shot {shot.id}",
            f"frames {shot.span.start} to {shot.span.end}; as the director asked: "
            f"{'; '.join(f'“{note}”' for note in shot.notes) if shot.notes else 'nothing is written down'}",
        )


def _described(found: list[tuple[ShotTold, PersonTold]]) -> Fields:
    what = _line(f"a precise description of the use in {', '.join(shot.id for shot, _ in found)}")
    return Fields((("What is made, so precisely that you would recognise it", what),))


def _recorded(found: list[tuple[ShotTold, PersonTold]]) -> Iterator[Section]:
    grants = dict.fromkeys(each for _, one in found for each in one.granted)
    if grants:
        told = tuple(f"{id_}, signed on {signed}" for id_, signed in grants)
        yield Section("A consent to this is on record", (Points(told),))
