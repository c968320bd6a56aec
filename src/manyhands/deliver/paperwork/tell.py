"""What several papers tell in the same way: the uses of models, an answer shot by shot, who decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manyhands.core.hand import Hand
from manyhands.deliver.document import Blank, Cell, Points, Section, Table
from manyhands.deliver.film import Answer, Film, ShotTold, UseTold, answered
from manyhands.deliver.plain import named, percent

PURPOSES = {
    "add": "adds something to the picture",
    "take out": "takes something out of the picture",
    "change": "changes the picture",
    "matte": "makes a matte or a track; none of it is seen",
    "enlarge": "enlarges the picture",
    "retime": "changes the speed",
    "steady": "steadies the picture",
    "generate": "generates pictures",
    "perform": "makes a performance",
}

NO_MODELS = "No model had a part in any shot that this paper covers, and none is planned in the record."


def not_told(film: Film, title: str) -> tuple[Section, ...]:
    """The shots that wait for a person's yes, of which a paper tells nothing; no section where none does."""
    return (Section(title, (Points(waiting),)),) if (waiting := film.waiting) else ()


def models_table(film: Film, *, prompts: bool = False) -> Table:
    """Every use of a model: shot, system, what for, where it runs, what went in, and how much of the picture it is."""
    columns = ("shot", "system", "what for", "where it works", "what is put in", "of the picture")
    rows = []
    for shot, use in film.models():
        row: tuple[Cell, ...] = (
            shot.id,
            use.named,
            f"made {use.brought}, which was brought in" if use.brought else PURPOSES.get(use.purpose, use.purpose),
            where_it_works(shot, use),
            _given(shot, use),
            share_of(shot, use.system),
        )
        rows.append((*row, _prompt(shot, use)) if prompts else row)
    return Table((*columns, "prompt") if prompts else columns, tuple(rows))


def _given(shot: ShotTold, use: UseTold) -> Cell:
    if use.brought:
        return Blank(f"{shot.id}, {use.named}: what was put in", ELSEWHERE)
    return named(use.given) if use.given else "nothing but words" if use.prompt else "nothing"


def _prompt(shot: ShotTold, use: UseTold) -> Cell:
    return Blank(f"{shot.id}, {use.named}: its prompt", ELSEWHERE) if use.brought else use.prompt or "none"


ELSEWHERE = "ask whoever made it; it was made elsewhere"


def where_it_works(shot: ShotTold, use: UseTold) -> Cell:
    leaves = asked(shot, "leaves_machine", use=use)
    return leaves if isinstance(leaves, Blank) else "with others" if leaves == "yes" else "on our own machines"


def share_of(shot: ShotTold, hand: Hand) -> str:
    """How much of the picture a model made and changed; of a take that is not there, nothing is known."""
    if not shot.take:
        return "planned, not made"
    part = next((part for part in shot.parts if part.hand.id == hand.id), None)
    told = []
    if part is not None and part.origin_ppm:
        told.append(f"made {percent(part.origin_ppm)}")
    if part is not None and part.altered_ppm:
        told.append(f"changed by {percent(part.altered_ppm)}")
    return named(told) if told else "no pixels"


def asked(shot: ShotTold, fact: str, film: Film | None = None, *, use: UseTold | None = None) -> Cell:
    """What is known of a fact of a shot, or of a maker in it; a blank where nobody said."""
    about = film.meanings.get(fact, "") if film else ""
    if use is not None:
        return answered(use.answers.get(fact, Answer()), fact, shot=shot.id, of=use.maker, about=about)
    return answered(shot.answer(fact), fact, shot=shot.id, about=about)


def who_said(shot: ShotTold, fact: str) -> str:
    """Who answers for an answer, and on what grounds."""
    answer = shot.answer(fact)
    if answer.value is None:
        return ""
    return f"{answer.by}, {answer.at[:10]}: {answer.why}" if answer.by else "from the record"


def each_answer(film: Film, shots: Iterable[ShotTold], facts: Iterable[str]) -> Iterator[tuple[Cell, ...]]:
    """Rows of shots, what is asked, the answer, and who answers for it; shots with one answer share a row."""
    shots = list(shots)
    for fact in facts:
        meaning = film.meanings.get(fact, fact)
        told = meaning[:1].upper() + meaning[1:]
        by_answer: dict[tuple[Cell, str], list[str]] = {}
        for shot in shots:
            by_answer.setdefault((asked(shot, fact, film), who_said(shot, fact)), []).append(shot.id)
        if len(shots) > 1 and all(isinstance(cell, Blank) for cell, _ in by_answer):
            by_answer = {(answered(Answer(), fact, shot="", about=meaning), ""): [ALL]}
        for (cell, who), ids in by_answer.items():
            yield ALL if len(ids) == len(shots) > 1 else ", ".join(ids), told, cell, who


ALL = "all of them"
ANSWERS = ("shot", "what is asked", "answer", "who says so")


def stretch_times(shot: ShotTold, hands: Iterable[Hand]) -> str:
    """The time codes of each stretch in which hands made or altered anything; the out point is exclusive."""
    return "; ".join(f"{shot.time(first)} to {shot.time(last + 1)}" for first, last in shot.stretches(hands))
