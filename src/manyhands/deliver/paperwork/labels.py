"""The label placement list: where a label stands, with which text and which kind of icon, by the pixels' authorship.

Source: Regulation (EU) 2024/1689, Article 50(4), and the icons of the code of practice of 10 June 2026 (*AI GENERATED*,
*AI MODIFIED*), from summaries.  Which of the two it is follows from the share of trained models over the stretch; the
line between them is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.core.extent import PPM
from manyhands.deliver.document import Blank, Cell, Document, Points, Section, Table
from manyhands.deliver.film import Film, ShotTold
from manyhands.deliver.paperwork.kind import paper
from manyhands.deliver.paperwork.tell import asked, not_told
from manyhands.deliver.plain import percent

MOSTLY = PPM // 2
"""From half of the light on, over the frames of a stretch, a picture is generated rather than modified."""

COLUMNS = (
    "shot",
    "time code in",
    "time code out (exclusive)",
    "first frame",
    "last frame",
    "text",
    "icon",
    "made by models",
    "where it is owed",
)


@paper(
    "label placement list",
    about="says where a label stands, from which time code to which, with its text and icon",
    to="whoever finishes and delivers the film",
    check="the producer, and counsel",
    source="Regulation (EU) 2024/1689, Article 50(4), and the code of practice of 10 June 2026, from summaries; New "
    "York S.8420-A for advertisements, from summaries",
)
def label_placement_list(film: Film) -> Iterable[Document]:
    """One for the film: a line for each stretch of frames in which a trained model made or changed light."""
    rows = tuple(row for shot in film.accepted for row in _labels(film, shot))
    told = "Each line is one unbroken stretch of frames in which a model made or changed anything in the picture. "
    told += "From half of the light on it counts as generated, below as modified; that line is ours, and not the law's."
    yield Document(
        "Label placement list",
        (
            Section(
                "",
                (
                    told,
                    Table(COLUMNS, rows, file="labels.csv"),
                    *(() if rows else ("No model made or changed anything in an accepted take: no label is placed.",)),
                ),
            ),
            Section(
                "How a label is shown",
                (
                    Points(
                        (
                            "At the first sight of it, and again after each break.",
                            "So that everybody can perceive it: read out, too, where there is only sound.",
                            "It may stand longer than its stretch, and should not be shorter.",
                        )
                    ),
                ),
            ),
            *not_told(film, "Not in this list"),
        ),
    )


def _labels(film: Film, shot: ShotTold) -> Iterator[tuple[Cell, ...]]:
    hands = [part.hand for part in shot.trained]
    frames = {frame.frame: frame for frame in shot.frames}
    for first, last in shot.stretches(hands):
        sums = [sum(frames[at].origin_ppm.get(hand.id, 0) for hand in hands) for at in range(first, last + 1)]
        made = sum(sums) // len(sums)
        text, icon = _label(made)
        yield (
            shot.id, shot.time(first), shot.time(last + 1), str(first), str(last), text, icon,
            percent(made), _owed(film, shot),
        )  # fmt: skip


def _label(made_ppm: int) -> tuple[str, str]:
    if made_ppm >= MOSTLY:
        return "This picture was generated with AI.", "AI GENERATED"
    if made_ppm:
        return "Parts of this picture were made with AI.", "AI MODIFIED"
    return "This picture was changed with AI.", "AI MODIFIED"


def _owed(film: Film, shot: ShotTold) -> Cell:
    """On the picture, in the credits, or nowhere, by what people said of the work."""
    if shot.answer("is_advertisement").value and shot.answer("has_synthetic_performer").value:
        return "on the picture, conspicuously: an advertisement"
    real, fiction = asked(shot, "looks_real", film), asked(shot, "is_fiction", film)
    if isinstance(real, Blank):
        return real
    if real == "no":
        return "not owed: nobody takes it for real"
    if isinstance(fiction, Blank):
        return fiction
    return "in the credits or on a card is enough: fiction" if fiction == "yes" else "on the picture, at first sight"
