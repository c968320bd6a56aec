"""Papers: which of them the production's rules want now, and each written from the facts of the record.

The facts are gathered once, kept as ``facts.json`` beside what is written, and every paper names their hash.  Nothing
is sent to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.actions.compared import LEAST_PEOPLE, hours_by_role
from manyhands.actions.delivery import cue_lines, first_timecode
from manyhands.actions.extents import frame_extents
from manyhands.actions.facts import facts_ahead, facts_of, uses_of
from manyhands.actions.gate import Check, checks
from manyhands.actions.jobs import job_to_look_at
from manyhands.actions.people import find_person
from manyhands.actions.plates import plate_footage
from manyhands.actions.proposals import answers
from manyhands.actions.roles import Member
from manyhands.actions.slate import Slate, slate
from manyhands.actions.statements import Statement
from manyhands.actions.studio import Studio
from manyhands.actions.takes import takes
from manyhands.core.decision import last_accepted
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.grant import Need
from manyhands.core.hand import Hand
from manyhands.core.labour import Task
from manyhands.core.names import is_same_name
from manyhands.core.party import Known
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.deliver.document import Blank
from manyhands.deliver.film import (
    Answer,
    Film,
    MemberTold,
    PersonTold,
    ShotTold,
    TaskTold,
    UseTold,
    Wish,
)
from manyhands.deliver.paperwork import Paper, all_papers, find_paper, how_made, written
from manyhands.disk import write_whole
from manyhands.makers import find_maker
from manyhands.rights import FACTS, Registry, find_pack
from manyhands.rights.conditions import Fact
from manyhands.rights.facts import PERSON, USE
from manyhands.run.job import Job

FACTS_FILE = "facts.json"


@dataclass(frozen=True)
class Wanted:
    """A paper that rules want, or may want once somebody says what is ``missing``; by which command it is made."""

    paper: str
    is_certain: bool
    rules: tuple[str, ...]
    shots: tuple[str, ...]
    missing: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Papers:
    """The papers that are wanted, the files that were written, and what is blank in each of them."""

    wanted: tuple[Wanted, ...]
    facts_sha256: str
    files: tuple[Path, ...]
    blanks: tuple[Blank, ...]


def papers(
    studio: Studio,
    by: Hand,
    *,
    shot_ids: Sequence[str] = (),
    names: Sequence[str] = (),
    out: Path | None = None,
) -> Papers:
    """Say which papers the production's rules want, and write them, or those that are named, into a folder.

    Args:
        shot_ids: of these shots; none are all.
        names: papers to write whether a rule wants them or not; "all" is every one.
        out: where to; None writes nothing.
    Raises: RoleError; NotFoundError for a shot or a paper; InputError for names without a folder; CapacityError,
    StoreError.
    """
    studio.check(by, "papers")
    every = "all" in names
    named = list(all_papers().values()) if every else [find_paper(name) for name in dict.fromkeys(names)]
    if named and out is None:
        raise InputError("papers: there is no folder to write them to.", "Add --out FOLDER.")
    chosen = [studio.production.get(Shot, id_) for id_ in dict.fromkeys(shot_ids)] or studio.production.all(Shot)
    film = film_of(studio, by, chosen)
    wanted = wanted_of(film)
    if out is None:
        return Papers(wanted, film.sha256, (), ())
    kinds = named or [all_papers()[one.paper] for one in wanted if one.is_certain and one.paper in all_papers()]
    return _written(studio, by, film, wanted, kinds, out)


def _written(
    studio: Studio, by: Hand, film: Film, wanted: tuple[Wanted, ...], kinds: Sequence[Paper], out: Path
) -> Papers:
    made = [one for kind in kinds for one in written(kind, film, made_on=studio.clock()[:10])]
    files = {name: content for one in made for name, content in one.files.items()}
    if files:
        files[FACTS_FILE] = film.kept
        for name, content in files.items():
            write_whole(out / name, content)
        studio.note("papers", by, papers=[kind.name for kind in kinds], facts_sha256=film.sha256)
    blanks = tuple(blank for one in made for blank in one.document.blanks)
    return Papers(wanted, film.sha256, tuple(out / name for name in sorted(files)), blanks)


def wanted_of(film: Film) -> tuple[Wanted, ...]:
    """The papers that rules want of a film, those that are certain first."""
    found = []
    for name in dict.fromkeys(wish.paper for wish in film.wishes):
        wishes = film.wished(name)
        certain = [wish for wish in wishes if wish.verdict != "unknown"]
        of = certain or wishes
        shots = tuple(dict.fromkeys(wish.shot for wish in of))
        missing = () if certain else tuple(dict.fromkeys(fact for wish in of for fact in wish.missing))
        rules = tuple(dict.fromkeys(f"{wish.pack} {wish.rule}" for wish in of))
        found.append(Wanted(name, bool(certain), rules, shots, missing, how_made(name, shots[0])))
    return tuple(sorted(found, key=lambda one: (not one.is_certain, one.paper.casefold())))


# --- the facts --------------------------------------------------------------------------------


def film_of(studio: Studio, by: Hand, shots: Sequence[Shot]) -> Film:
    """All that papers tell of some shots, as the record stands now."""
    ids, known = {shot.id for shot in shots}, slate(studio, shots)
    came = studio.production.came_by(Take, [take.id for take in known.takes.values() if take])
    runs = {id_: row.at for id_, row in came.items()}
    return Film(
        production=studio.name,
        shots=tuple(_shot(studio, by, shot, known, runs) for shot in shots),
        members=tuple(
            MemberTold(name=one.person.name, roles=one.roles) for one in studio.production.all(Member)
        ),
        tasks=tuple(
            TaskTold(title=one.title, role=one.role, assignee=one.assignee.name, shot=one.shot)
            for one in studio.production.all(Task) if not one.shot or one.shot in ids
        ),
        hours=hours_by_role(studio),
        least_people=LEAST_PEOPLE,
        wishes=tuple(wish for made in checks(studio, by, shots, known=known) for wish in _wishes(made)),
        meanings={name: fact.about for name, fact in {**PERSON, **USE, **FACTS}.items() if fact.kind is bool},
    )  # fmt: skip


def _wishes(made: Check) -> Iterator[Wish]:
    for one in made.found:
        if not one.paper or one.verdict == "pass":
            continue
        pack = find_pack(one.pack)
        rule = next(rule for rule in pack.rule if rule.id == one.rule)
        yield Wish(
            paper=one.paper, pack=pack.id, set_by=pack.set_by, dated=pack.dated, rule=rule.id, says=rule.says,
            source=rule.source, seen=rule.seen, verdict=one.verdict, shot=made.shot, missing=one.missing,
        )  # fmt: skip


def _shot(studio: Studio, by: Hand, shot: Shot, known: Slate, runs: Mapping[str, str]) -> ShotTold:
    take = known.takes.get(shot.id)
    works = _works(studio, shot, take)
    facts = facts_of(known, shot) if take else facts_ahead(known, shot, _model_uses(works), _needs(works))
    said, decided = known.said_of(shot.id), known.decisions.get(shot.id, ())
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    told: dict[str, Any] = {
        "id": shot.id,
        "notes": shot.notes,
        "span": take.span if take else shot.span,
        "timecode": first_timecode(footage, take.span if take else shot.span),
        "answers": _answers(FACTS, facts, said),
        "uses": tuple(_uses(studio, shot, works, facts, said)),
        "people": tuple(_people(known.held, works, facts, said)),
        "takes": len(takes(studio, shot.id)),
    }
    if take is None:
        return ShotTold(**told)
    is_accepted = last_accepted(decided) == take.id
    return ShotTold(
        **told,
        take=take.id,
        frames_sha256=take.frames_sha256,
        made_at=runs.get(take.id, ""),
        width=take.width,
        height=take.height,
        is_accepted=is_accepted,
        parts=take.extent.hands,
        frames=frame_extents(studio, take),
        decisions=tuple(decided),
        sources=tuple(_sources(studio, shot, works)),
        cues=cue_lines(studio, by, shot, take, known.held) if is_accepted else (),
    )


def _works(studio: Studio, shot: Shot, take: Take | None) -> list[Job]:
    """What a take was made of; before there is one, every way of the last answer to a note."""
    if take is None:
        last = answers(studio, shot.id)[-1:]
        ids, seed = [id_ for answer in last for id_ in answer.recipes], 1
    else:
        ids, seed = [take.recipe], take.seed
    return [job_to_look_at(studio, shot, studio.production.get(Recipe, id_), seed=seed) for id_ in ids]


def _steps(works: Iterable[Job]) -> Iterator[tuple[Job, Step]]:
    """Every step, those that several ways share once."""
    seen = set()
    for work in works:
        for step in work.recipe.steps:
            key = (step.name, work.hand_of(step).id)
            if key not in seen:
                seen.add(key)
                yield work, step


def _model_uses(works: Iterable[Job]) -> list[dict[str, Any]]:
    return [use for _, step in _steps(works) for use in uses_of([step])]


def _needs(works: Iterable[Job]) -> list[Need]:
    found = []
    for _, step in _steps(works):
        maker = find_maker(step.maker)
        found += list(maker.consents(maker.checked(step.params)))
    return list(dict.fromkeys(found))


def _sources(studio: Studio, shot: Shot, works: Iterable[Job]) -> Iterator[Source]:
    ids = dict.fromkeys([shot.plate, *(id_ for work in works for id_ in work.recipe.sources)])
    yield from (studio.production.get(Source, id_) for id_ in ids)


def _uses(
    studio: Studio, shot: Shot, works: Sequence[Job], facts: Mapping[str, Any], said: Sequence[Statement]
) -> Iterator[UseTold]:
    """The parts of makers, in the order of the facts: the steps, then what models elsewhere made."""
    steps = list(_steps(works))
    known = list(facts.get("uses") or ())
    for (work, step), use in zip(steps, known, strict=False):
        maker = find_maker(step.maker)
        reached = [shot.plate if name == PLATE else name for name in work.recipe.reached(step)]
        put_in = [studio.production.get(Source, id_) for id_ in reached]
        texts = [str(step.params.get(name, "")).strip() for name in ("prompt", "negative")]
        yield UseTold(
            step=step.name,
            **{name: use[name] for name in ("maker", "kind", "purpose", "origin")},
            system=work.hand_of(step),
            trained_on=maker.about_model(maker.checked(step.params)).trained_on,
            prompt="; not: ".join(text for text in texts if text),
            given=tuple(source.title for source in put_in),
            painted=tuple(source for source in put_in if source.role == "painted"),
            answers=_answers(USE, use, said, of=use["maker"]),
        )
    brought = [source for source in _sources(studio, shot, works) if source.made_by] if works else []
    for source, use in zip(brought, known[len(steps) :], strict=False):
        yield UseTold(
            step="",
            **{name: use[name] for name in ("maker", "kind", "purpose", "origin")},
            system=source.hand,
            brought=source.title,
            answers=_answers(USE, use, said, of=use["maker"]),
        )


def _people(
    held: Registry, works: Sequence[Job], facts: Mapping[str, Any], said: Sequence[Statement]
) -> Iterator[PersonTold]:
    """Those of whom something is made, as far as they are still named: who was forgotten is in no paper."""
    known, needs = held.people, _needs(works)
    for one in facts.get("people") or ():
        party = _party(known, str(one["person"]))
        if party is not None and not party.name:
            continue
        name = party.name if party else str(one["person"])
        told = dict(one)
        if party is not None:
            told["is_minor"] = True if party.party.is_minor else told.get("is_minor")
            told["is_deceased"] = True if party.party.deceased_on else told.get("is_deceased")
        scopes = [scope for whom, scope in needs if is_same_name(whom, name)] or _scopes(one.get("is_replica"))
        granted = [
            grant for grant in held.grants
            if grant.is_about(person=name) and grant.is_valid_on(held.today)
            and any(term.scope in scopes and term.verdict == "permit" for term in grant.terms)
        ]  # fmt: skip
        yield PersonTold(
            name=name,
            scopes=tuple(dict.fromkeys(scopes)),
            is_known=party is not None,
            guardian=party.guardian if party else "",
            answers=_answers(PERSON, told, said, of=name),
            granted=tuple((grant.id, grant.signed_on) for grant in granted),
        )


def _party(known: Sequence[Known], name: str) -> Known | None:
    try:
        return find_person(known, name)
    except NotFoundError:
        return None


def _scopes(is_replica: bool | None) -> list[str]:
    return [] if is_replica is None else ["likeness_replica" if is_replica else "likeness_alter"]


def _answers(
    every: Mapping[str, Fact], known: Mapping[str, Any], said: Sequence[Statement], *, of: str = ""
) -> dict[str, Answer]:
    """What is known of each fact that is a yes or a no, and who said so where a person did."""
    found = {}
    for name, fact in every.items():
        if fact.kind is not bool:
            continue
        value = known.get(name)
        stated = [one for one in said if one.fact == name and bool(one.of) == bool(of)
                  and (not of or is_same_name(one.of, of)) and one.value == value]  # fmt: skip
        last = stated[-1] if value is not None and stated and not fact.derived else None
        found[name] = Answer(
            value=value,
            by=last.by.name if last else "",
            at=last.at if last else "",
            why=last.why if last else "",
        )
    return found
