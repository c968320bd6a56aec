"""Teaching a model again without a work or a painter, and saying what that changed, also where it got worse."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from pydantic import TypeAdapter

from manyhands.actions import adjusting, takes
from manyhands.actions.jobs import footing_of, job_to_look_at
from manyhands.actions.measuring import painters_of
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name
from manyhands.core.noun import canonical
from manyhands.core.recipe import PLATE, Recipe, Step, source_named, sources_in
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.kit.mattes import coverage_of
from manyhands.kit.taught import score
from manyhands.makers import find_maker
from manyhands.media.exr import read_frame
from manyhands.media.stills import write_png
from manyhands.media.view import screen_for
from manyhands.review import pictures
from manyhands.run.graph import frame_path, opened
from manyhands.run.shelf import account_of

TOLD, PICTURE = "taught_again.json", "taught_again.png"
ALIKE = 0.005  # two scores that lie no further apart are told as the same
SHOWN = 3  # frames: of each third of the shot the one in which the two differ most
_MORE = 4  # how many times a difference is shown


@dataclass(frozen=True)
class Score:
    """How well the two met the truth in the frames that taught neither; 1 is all of it."""

    frames: int
    measure: str
    before: float
    after: float


@dataclass(frozen=True)
class Compared:
    """What teaching again changed.

    ``changed`` of ``of`` frames differ in any pixel; ``difference`` is the mean of encoded light over all of them, and
    ``largest`` that of the frame ``at``.  ``overlap`` and ``outline`` are of the old mattes and the new ones with each
    other, None where there are none.  ``fits`` is how well each model meets the painted frames that teach both.
    """

    changed: int
    of: int
    difference: float
    largest: float
    at: int
    overlap: float | None
    outline: float | None
    fits: tuple[float, float] | None
    scores: tuple[Score, ...]
    verdict: str


@dataclass(frozen=True)
class Retaught:
    """The take whose model was taught without, and how it differs; nobody has decided on it yet."""

    take: str
    before: str
    shot: str
    recipe: str
    without: tuple[str, ...]
    taught_by: tuple[str, ...]
    compared: Compared
    picture: str
    told: str


RETAUGHT = TypeAdapter(Retaught)


def reteach(studio: Studio, by: Hand, take_id: str, *, without: str, truth: str = "") -> Retaught:
    """Propose a take's recipe without what a source or a painter taught it, make it, and compare the two.

    The new take waits for somebody to decide on it, as every take does.
    Args:
        without: a source's id, or the name of who painted.
        truth: a matte, or painted frames that taught neither, to hold both against.
    Raises: RoleError, NotFoundError, RightsError; StateError if it cannot be taught without; InputError for a truth
        that is none; Stopped; whatever a run raises.
    """
    studio.check(by, "run")
    before = studio.production.get(Take, take_id)
    shot, recipe = studio.production.get(Shot, before.shot), studio.production.get(Recipe, before.recipe)
    works, settings = check_reteach(studio, before, without=without, truth=truth)
    answer, _ = adjusting.adjust(
        studio, by, shot.id, recipe.id, settings, why=f"taught again without {without}", previews=False
    )
    made = studio.production.get(Recipe, answer.recipes[0])
    after = takes.run(studio, by, shot.id, made.id, seed=before.seed, answers=before.id)
    compared, picture = _compared(studio, before, after, truth)
    folder = f"{after.folder}/look"
    write_png(studio.folder / folder / PICTURE, picture)
    found = Retaught(
        take=after.id,
        before=before.id,
        shot=shot.id,
        recipe=made.id,
        without=tuple(sorted(works)),
        taught_by=tuple(dict.fromkeys(id_ for step in made.steps for id_ in sources_in(step.inputs.get("painted")))),
        compared=compared,
        picture=f"{folder}/{PICTURE}",
        told=f"{folder}/{TOLD}",
    )
    content = canonical(asdict(found))
    write_whole(studio.folder / found.told, content)
    studio.note(
        "retaught", by, take=after.id, before=before.id, without=list(found.without),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    return found


def check_reteach(studio: Studio, before: Take, *, without: str, truth: str = "") -> tuple[set[str], list[str]]:
    """The sources that a take's model would be taught without, and the settings that leave them out.

    Raises: NotFoundError that lists who taught it; StateError if it cannot be taught without; InputError for a truth
        that is none.
    """
    shot, recipe = studio.production.get(Shot, before.shot), studio.production.get(Recipe, before.recipe)
    works = works_of(studio, recipe, without)
    settings, why_not = without_works(recipe, works, plate=shot.plate)
    if why_not:
        raise StateError(f"reteach: {before.id} cannot be taught without {without}: {why_not}.", CURE)
    if truth and (truth in recipe.sources or not studio.production.get(Source, truth).role):
        raise InputError(f"reteach: {truth} is no truth of its own.", "Bring in a matte or frames that taught neither.")
    return works, settings


CURE = "Have other frames painted and propose anew with them, bring in a matte (--matte), or come to terms."


def retaught(studio: Studio, by: Hand, take_id: str) -> list[Retaught]:
    """The takes that were made of a take by teaching it again without somebody, each as it was told then.

    One whose account is gone, or is not what the log holds, is left out.
    Raises: RoleError, NotFoundError.
    """
    studio.check(by, "look")
    studio.production.get(Take, take_id)
    found = []
    for row in studio.production.log(act="retaught"):
        about = json.loads(row.about)
        if about["before"] == take_id and (take := studio.production.find(Take, about["take"])):
            path = studio.folder / take.folder / "look" / TOLD
            content = path.read_bytes() if path.is_file() else b""
            if hashlib.sha256(content).hexdigest() == about["sha256"]:
                found.append(RETAUGHT.validate_json(content))
    return found


def works_of(studio: Studio, recipe: Recipe, without: str) -> set[str]:
    """The ids of the sources by which a work or a painter taught a recipe's steps.

    Raises: NotFoundError that lists who did.
    """
    each = [painters_of(studio, recipe, step) for step in recipe.steps if step.inputs.get("painted")]
    ids = {id_ for one in each for theirs in one.values() for id_ in theirs}
    if without in ids:
        return {without}
    found = {id_ for one in each for name, theirs in one.items() if is_same_name(name, without) for id_ in theirs}
    if not found:
        raise NotFoundError("teacher", without, known=[*dict.fromkeys(name for one in each for name in one), *ids])
    return found


def without_works(recipe: Recipe, works: Collection[str], *, plate: str) -> tuple[list[str], str]:
    """The settings that leave works out of what taught a recipe's steps; or why that cannot be, in words."""
    settings = []
    for step in recipe.steps:
        taught_by = sources_in(step.inputs.get("painted"))
        if plate in works and PLATE in step.inputs.values():
            return [], f"{plate} is the plate itself"
        used = [id_ for id_ in step.sources if id_ in works and id_ not in taught_by]
        if used:
            return [], f"the step {step.name} takes {used[0]} itself"
        if not set(taught_by) & set(works):
            continue
        left = [id_ for id_ in taught_by if id_ not in works]
        if not left:
            return [], f"nothing else taught the step {step.name}"
        settings.append(f"{step.name}.painted={source_named(*left)}")
    return settings, "" if settings else "it was not taught by that"


def _compared(studio: Studio, before: Take, after: Take, truth: str) -> tuple[Compared, np.ndarray]:
    """How two takes differ, and the frames in which they do most, side by side."""
    differences = {}
    changed = 0
    for at in before.span.frames:
        one, other = takes.take_frame(studio, before, at), takes.take_frame(studio, after, at)
        changed += not np.array_equal(one.rgba, other.rgba)
        differences[at] = score.away(one.rgb, other.rgb)
    ranked = sorted(differences, key=lambda at: -differences[at])
    steps = [step for step in studio.production.get(Recipe, after.recipe).steps if step.inputs.get("painted")]
    overlap, outline = _between(studio, before, after, steps)
    scores = tuple(_scores(studio, before, after, steps, truth)) if truth else ()
    found = Compared(
        changed=changed,
        of=before.span.length,
        difference=round(float(np.mean(list(differences.values()))), 6),
        largest=round(differences[ranked[0]], 6),
        at=ranked[0],
        overlap=overlap,
        outline=outline,
        fits=_fits(studio, before, after, steps),
        scores=scores,
        verdict=_verdict(changed, before.span.length, scores),
    )
    parts = np.array_split(list(before.span.frames), min(SHOWN, before.span.length))
    shown = [max(part.tolist(), key=lambda at: differences[at]) for part in parts]
    return found, _side_by_side(studio, before, after, shown)


def _verdict(changed: int, of: int, scores: tuple[Score, ...]) -> str:
    if not scores:
        return (
            f"{changed} of {of} frames differ; whether it got better or worse is not known, since no frames were held "
            "out: look at both, or give --truth"
        )
    told = []
    for one in scores:
        apart = one.after - one.before
        word = "about as well" if abs(apart) <= ALIKE else "better" if apart > 0 else "worse"
        told.append(f"{word} by {one.measure} ({one.before:.1%} before, {one.after:.1%} without)")
    by = f"held against the truth in {scores[0].frames} frames it does"
    return f"{changed} of {of} frames differ; {by} {', '.join(told)}"


Mattes = Callable[[int], np.ndarray]


def _mattes(studio: Studio, take: Take, step: Step) -> Mattes | None:
    """The matte of a take's step by frame, from the cache; None where it is no matte, or gone."""
    if find_maker(step.maker).role != "matte":
        return None
    shot, recipe = studio.production.get(Shot, take.shot), studio.production.get(Recipe, take.recipe)
    made = job_to_look_at(studio, shot, recipe, seed=take.seed)
    folder = made.cache_of(recipe.step(step.name))
    if not all(frame_path(folder, at).is_file() for at in take.span.frames):
        return None
    return lambda at: read_frame(frame_path(folder, at)).alpha


def _between(studio: Studio, before: Take, after: Take, steps: list[Step]) -> tuple[float | None, float | None]:
    """The mean overlap of the two takes' mattes with each other, and of their outlines."""
    pairs = [(_mattes(studio, before, step), _mattes(studio, after, step)) for step in steps]
    both = [(old, new) for old, new in pairs if old and new]
    if not both:
        return None, None
    each = [
        (score.overlap(new(at), old(at)), score.outline(new(at), old(at)))
        for old, new in both
        for at in before.span.frames
    ]
    overlap, outline = np.mean(each, axis=0)
    return round(float(overlap), 4), round(float(outline), 4)


def _fits(studio: Studio, before: Take, after: Take, steps: list[Step]) -> tuple[float, float] | None:
    """How well each model meets the painted frames that teach both; None where an account is gone."""
    shot = studio.production.get(Shot, after.shot)
    each = []
    for step in steps:
        accounts = []
        for take in (before, after):
            recipe = studio.production.get(Recipe, take.recipe)
            made = job_to_look_at(studio, shot, recipe, seed=take.seed)
            accounts.append(account_of(made, recipe.step(step.name)))
        if not all(accounts):
            return None
        told: list[dict[int, float]] = [
            {one["frame"]: one["fits"] for one in (each_ or {})["painted"]} for each_ in accounts
        ]
        each += [(told[0][at], told[1][at]) for at in told[1] if at in told[0]]
    if not each:
        return None
    old, new = np.mean(each, axis=0)
    return round(float(old), 4), round(float(new), 4)


def _scores(studio: Studio, before: Take, after: Take, steps: list[Step], truth: str) -> Iterator[Score]:
    """How well both meet a truth, in frames that taught neither.  Raises: StateError if there is none."""
    shot, recipe = studio.production.get(Shot, before.shot), studio.production.get(Recipe, before.recipe)
    made = job_to_look_at(studio, shot, recipe, seed=before.seed)
    clip = opened(footing_of(studio, truth, shot), 1.0, made)
    taught = {
        at
        for id_ in recipe.sources
        for at in opened(footing_of(studio, id_, shot), 1.0, made).numbers or ()
        if studio.production.get(Source, id_).role == "painted"
    }
    there = [at for at in (shot.span.frames if clip.numbers is None else clip.numbers) if at not in taught]
    if not there:
        raise StateError(f"reteach: every frame of {truth} taught a model.", "Hold frames out that teach nobody.")
    for step in steps:
        old, new = _mattes(studio, before, step), _mattes(studio, after, step)
        if old and new:
            true = {at: coverage_of(clip.frame(at)) for at in there}
            for measure, of in (("overlap (Jaccard)", score.overlap), ("outline (F)", score.outline)):
                means = [float(np.mean([of(mattes(at), true[at]) for at in there])) for mattes in (old, new)]
                yield Score(len(there), measure, round(means[0], 4), round(means[1], 4))
        elif find_maker(step.maker).role != "matte":
            gaps = [_gaps(studio, before, after, clip.frame(at), at) for at in there]
            whole = sum(gap for gap, _, _ in gaps)
            if whole:
                means = [1 - sum(one[which] for one in gaps) / whole for which in (1, 2)]
                yield Score(len(there), "the share of the change that is met", round(means[0], 4), round(means[1], 4))


def _gaps(studio: Studio, before: Take, after: Take, true: Frame, at: int) -> tuple[float, float, float]:
    """How far the plate, the old and the new picture lie from the true one."""
    plate = takes.plate_frame(studio, before, at)
    shown = true.rgb + (1 - true.alpha)[..., None] * plate.rgb
    made = (takes.take_frame(studio, take, at).rgb for take in (before, after))
    return (score.away(plate.rgb, shown), *(score.away(one, shown) for one in made))  # type: ignore[return-value]


def _side_by_side(studio: Studio, before: Take, after: Take, numbers: list[int]) -> np.ndarray:
    shot = studio.production.get(Shot, before.shot)
    screen = screen_for(studio.production.get(Source, shot.plate).colour_space)
    cells = []
    for at in numbers:
        old, new = (screen.display8(takes.take_frame(studio, take, at).rgba) for take in (before, after))
        apart = np.abs(old.astype(np.int16) - new.astype(np.int16)) * _MORE
        cells += [
            (f"before {at}", old),
            (f"without {at}", new),
            (f"difference, {_MORE} times", np.clip(apart, 0, 255).astype(np.uint8)),
        ]
    return pictures.sheet(cells, columns=3, title=f"{before.id} and, taught again, {after.id}")
