"""What each painter gave to a taught model, found by teaching it anew without them, in every combination.

Each subset of the painters teaches the model from the beginning, with the same seed and for as many steps; what it then
comes to is measured on frames that nobody painted; and each painter's part is the Shapley value over all of that.  All
of it is published, subset by subset, so that a payee can divide it again and can teach any one subset again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from manyhands.actions.decisions import accepted
from manyhands.actions.jobs import check_rights, footing_of, job_to_look_at
from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, StateError, TrustError
from manyhands.core.hand import Hand
from manyhands.core.noun import canonical
from manyhands.core.recipe import Recipe, Step, source_named, sources_in
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.ledger.royalties import Key, measured
from manyhands.ledger.shapley import MOST_EXACT, Coalition, Shapley, recomputed, shapley, wanted
from manyhands.makers import find_maker
from manyhands.run import valuing
from manyhands.run.job import Job
from manyhands.run.shelf import account_of
from manyhands.run.valuing import MEASURES, Trial, measure_of

PUBLISHED = "royalties"
FRAMES = 8  # that are measured, at most: spread over the shot
ORDERS = 60  # that are sampled of more painters than are valued in every subset
ORDER_SEED = 1
TRUNCATE = Fraction(1, 100)
TOLERANCE = 0.02
"""How far a value that was taught again on another machine or by other versions may lie from the published one."""


@dataclass(frozen=True)
class Plan:
    """What is to be taught and measured, before it begins.

    ``painters`` has the sources of each; ``subsets`` is how many are valued, at most where orders are sampled;
    ``believed_seconds`` is for those that do not lie here from before.
    """

    take: str
    shot: str
    step: str
    hand: str
    painters: dict[str, tuple[str, ...]]
    method: str
    measure: str
    reference: str
    frames: tuple[int, ...]
    steps: int
    seeds: tuple[int, ...]
    subsets: int
    believed_seconds: int


@dataclass(frozen=True)
class Measured:
    """What each painter gave, in the unit of the measure, and as shares; ``error`` is each part's standard error.

    ``published`` is empty in a draft.
    """

    plan: Plan
    parts: dict[str, str]
    shares: dict[str, str]
    error: dict[str, float]
    values: tuple[tuple[Coalition, str], ...]
    how: str
    seconds: float
    published: str
    sha256: str


@dataclass(frozen=True)
class Again:
    """A published subset, taught again here: both values, whether the models are one bit for bit, and a verdict."""

    of: Coalition
    seed: int
    published: str
    found: str
    is_same_model: bool
    is_near: bool
    verdict: str


def measure(
    studio: Studio,
    by: Hand,
    take_id: str,
    *,
    step: str = "",
    steps: int = 0,
    truth: str = "",
    seeds: int = 1,
    frames: int = FRAMES,
    orders: int = ORDERS,
    is_draft: bool = False,
) -> Measured:
    """Measure what each painter gave to a take's taught model, and publish it; a stopped one goes on where it was.

    Args:
        step: the recipe's step that was taught, where several were.
        steps: how long each subset learns; 0 is as long as the take's model did.
        truth: the id of a matte, or of painted frames that taught nobody, to be measured against; without it the
            model that all of them taught, as it is in the take.
        seeds: how many times each subset is taught, with the take's seed and those that follow it.
        frames: how many frames are measured, at most; none that anybody painted for it is.
        orders: how many orders are sampled, of more painters than are valued in every subset.
        is_draft: teach and publish nothing: only the plan is told.
    Raises: RoleError, NotFoundError, RightsError; StateError if nothing was taught, by one painter alone, or every
        frame is painted; InputError for what was given; Stopped; CapacityError without the extra that teaches.
    """
    studio.check(by, "measure")
    laid = _laid_out(studio, take_id, step, steps, truth, seeds, frames, orders)
    if not truth and accepted(studio, laid.plan.shot) != take_id:
        raise StateError(
            f"measure: nobody has accepted {take_id}, so that it is nothing to measure against.",
            "Accept it first; or measure against a matte or frames that were held out: --truth SOURCE.",
        )
    check_rights(studio, studio.production.get(Shot, laid.plan.shot), laid.recipe)
    if is_draft:
        return Measured(laid.plan, {}, {}, {}, (), "a draft: nothing was taught", 0.0, "", "")
    players = list(laid.plan.painters)
    known: dict[Coalition, Fraction] = {}
    told: dict[Coalition, list[dict[str, Any]]] = {}
    settings = laid.sampling
    try:
        while some := wanted(known, players, **settings):
            trials = [laid.trial(of, seed) for of in some for seed in laid.plan.seeds]
            for trial, one in zip(
                trials, valuing.valued(trials, workers=studio.workers, report=studio.report), strict=True
            ):
                told.setdefault(trial.of, []).append(one)
            known |= {of: _mean(told[of]) for of in some}
    finally:
        for left in (studio.folder / "scratch").glob("looked.*"):
            shutil.rmtree(left, ignore_errors=True)
    valued_ = shapley(lambda of: known[tuple(sorted(of))], players, **settings)
    return _published(studio, by, laid, valued_, told)


def recompute(studio: Studio, by: Hand, take_id: str, of: Collection[str], *, seed: int | None = None) -> Again:
    """Teach one published subset of a take's painters again, and hold its value against the published one.

    Raises: RoleError, RightsError; NotFoundError if nothing was published of the take, or not of that subset;
    TrustError if what was published was changed since, or does not divide as it says.
    """
    studio.check(by, "look")
    document = published(studio, take_id)
    then = check_published(document, of, seed=seed)
    key = tuple(then["of"])
    plan = document["plan"]
    laid = _laid_out(
        studio, take_id, plan["step"], plan["steps"], document["truth"], len(plan["seeds"]), len(plan["frames"]),
        document["orders"],
    )  # fmt: skip
    trial = laid.trial(key, then["seed"])
    check_rights(studio, studio.production.get(Shot, laid.plan.shot), laid.recipe)
    now = valuing.found(trial)
    apart = abs(Fraction(now["value"]) - Fraction(then["value"]))
    same = now["model_sha256"] == then["model_sha256"]
    if same and apart == 0:
        verdict = "the same, bit for bit"
    elif apart <= TOLERANCE:
        verdict = f"within {TOLERANCE}, as on another machine or by other versions"
    else:
        verdict = f"further away than {TOLERANCE}: dispute it"
    return Again(key, then["seed"], then["value"], now["value"], same, apart <= TOLERANCE, verdict)


def check_published(document: Mapping[str, Any], of: Collection[str], *, seed: int | None = None) -> dict[str, Any]:
    """What was published of one subset of the painters.  Raises: NotFoundError that lists the subsets that were."""
    key = tuple(sorted(of))
    for one in document["subsets"]:
        if tuple(one["of"]) == key and seed in (None, one["seed"]):
            return dict(one)
    known = [" and ".join(one["of"]) or "nobody" for one in document["subsets"]]
    raise NotFoundError("published subset", " and ".join(key) or "nobody", known=known)


def published(studio: Studio, take_id: str) -> dict[str, Any]:
    """What was published last of a take's painters, once it is found to be what the log holds and to divide so.

    Raises: NotFoundError; TrustError if it was changed since, or does not divide as it says.
    """
    found = logged(studio)
    if take_id not in found:
        raise NotFoundError("measured take", take_id, known=list(found))
    return _document(studio, found[take_id])


def _document(studio: Studio, about: Mapping[str, Any]) -> dict[str, Any]:
    """What a line of the log says was published.  Raises: TrustError."""
    path = studio.folder / about["file"]
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != about["sha256"]:
        raise TrustError(
            f"{path}: the log tells of another file (SHA-256 {about['sha256'][:12]}…).",
            "Restore it from a copy of the production, or measure again.",
        )
    document: dict[str, Any] = json.loads(content)
    if {name: str(part) for name, part in recomputed(_valued_in(document)).parts.items()} != document["parts"]:
        raise TrustError(f"{path}: its values do not divide into its parts.", "Measure again.")
    return document


def measured_keys(studio: Studio, takes: Mapping[str, str]) -> list[Key]:
    """The keys that were measured of some takes; none where nobody was found to have given anything.

    Args:
        takes: by the id of each: its shot.
    Raises: TrustError for a file that was changed since.
    """
    there = logged(studio)
    found = []
    for take, shot in takes.items():
        if take in there:
            document = _document(studio, there[take])
            where, valued = f"{there[take]['file']} (SHA-256 {there[take]['sha256']})", _valued_in(document)
            if max(valued.parts.values()) > 0:
                found.append(measured(document["plan"]["hand"], valued, shot=shot, published=where))
    return found


def logged(studio: Studio) -> dict[str, dict[str, Any]]:
    """By take: the log's last line of what was published of it."""
    rows = [json.loads(row.about) for row in studio.production.log(act="measure")]
    return {about["take"]: about for about in rows}


def painters_of(studio: Studio, recipe: Recipe, step: Step) -> dict[str, tuple[str, ...]]:
    """Whose painted frames teach a step: by name, the ids of the sources that are theirs."""
    return painters_in(studio.production.several(Source, painted_for(recipe, step)), recipe, step)


def painted_for(recipe: Recipe, step: Step) -> tuple[str, ...]:
    """The ids of the sources that may teach a step."""
    reached = sources_in(step.inputs.get("painted")) or recipe.reached(step)
    return tuple(id_ for id_ in reached if id_ in recipe.sources)


def painters_in(sources: Mapping[str, Source], recipe: Recipe, step: Step) -> dict[str, tuple[str, ...]]:
    """As :func:`painters_of`, of sources that were read already.

    Args:
        sources: by their ids, at least those of :func:`painted_for`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for id_ in painted_for(recipe, step):
        source = sources[id_]
        name = (source.painted_by or source.owner).strip() if source.role == "painted" else ""
        if name:
            found[name] = (*found.get(name, ()), id_)
    return dict(sorted(found.items()))


def taught_step(recipe: Recipe, name: str = "") -> Step:
    """The step of a recipe that was taught by painted frames.

    Raises: NotFoundError if there is none of that name; StateError if there is none, or several and none is named.
    """
    there = {step.name: step for step in recipe.steps if sources_in(step.inputs.get("painted"))}
    if name:
        if name not in there:
            raise NotFoundError("taught step", name, known=list(there))
        return there[name]
    if len(there) != 1:
        what = f"several steps were taught: {', '.join(there)}" if there else "none of its steps was taught here"
        raise StateError(
            f"recipe {recipe.id}: {what}.", "Name one: --step." if there else "Name a take whose model learned."
        )
    return next(iter(there.values()))


@dataclass(frozen=True)
class _Laid:
    """A plan, and what turns a subset of it into a trial."""

    plan: Plan
    recipe: Recipe
    whole: Job
    truth: Any
    truth_id: str
    orders: int
    painted: dict[str, tuple[int, ...]]
    folder: Path

    @property
    def sampling(self) -> dict[str, Any]:
        exact = len(self.plan.painters) <= MOST_EXACT
        return {
            "orders": self.orders,
            "seed": ORDER_SEED,
            "exact_up_to": MOST_EXACT if exact else 0,
            "truncate": Fraction(0) if exact else TRUNCATE,
        }

    def trial(self, of: Coalition, seed: int) -> Trial:
        theirs = {id_ for name in of for id_ in self.plan.painters[name]}
        step = self.recipe.step(self.plan.step)
        named = [id_ for id_ in sources_in(step.inputs["painted"]) if id_ in theirs]
        made: Job | None = None
        if named:
            taught = step.but(
                inputs={**step.inputs, "painted": source_named(*named)},
                params={**step.params, "steps": self.plan.steps},
            )
            steps = tuple(taught if one.name == step.name else one for one in self.recipe.steps)
            made = replace(self.whole, recipe=self.recipe.but(steps=steps), seed=seed)
        numbers = sorted({at for id_ in named for at in self.painted[id_]})
        return Trial(of, step.name, seed, made, self.whole, self.truth, self.plan.frames, tuple(numbers), self.folder)


def _laid_out(
    studio: Studio, take_id: str, step_name: str, steps: int, truth: str, seeds: int, frames: int, orders: int
) -> _Laid:
    if not (1 <= seeds <= 16 and 1 <= frames <= 1000 and 2 <= orders <= 10_000 and 0 <= steps <= 100_000):
        raise InputError(
            f"measure: {seeds} seeds, {frames} frames, {orders} orders or {steps} steps; "
            "it must be 1 to 16, 1 to 1000, 2 to 10000 and 0 to 100000.",
            "Give others.",
        )
    take = studio.production.get(Take, take_id)
    recipe, shot = studio.production.get(Recipe, take.recipe), studio.production.get(Shot, take.shot)
    step = taught_step(recipe, step_name)
    painters = painters_of(studio, recipe, step)
    if len(painters) < 2:
        raise StateError(
            f"measure: {step.name} of {take_id} learned from {' and '.join(painters) or 'nobody who is named'} alone.",
            "There is nothing to divide: one painter has all of it.",
        )
    whole = job_to_look_at(studio, shot, recipe, seed=take.seed)
    painted = {id_: _numbers(studio, id_, shot) for ids in painters.values() for id_ in ids}
    numbers = _measured_frames(studio, shot, painted, truth, sum(painters.values(), ()), frames)
    maker = find_maker(step.maker)
    steps = steps or int(maker.checked(step.params).model_dump()["steps"])
    reference = f"the source {truth}, which taught nobody" if truth else f"the model in {take_id}, which all taught"
    exact = len(painters) <= MOST_EXACT
    count = 2 ** len(painters) if exact else 2 + orders * (len(painters) - 1)
    plan = Plan(
        take=take_id,
        shot=shot.id,
        step=step.name,
        hand=maker.hand.id,
        painters=painters,
        method=valuing.METHOD,
        measure=MEASURES[measure_of(step)],
        reference=reference,
        frames=numbers,
        steps=steps,
        seeds=tuple(range(take.seed, take.seed + seeds)),
        subsets=count,
        believed_seconds=0,
    )
    folder = studio.folder / PUBLISHED / "subsets"
    truth_ = footing_of(studio, truth, shot) if truth else None
    laid = _Laid(plan, recipe, whole, truth_, truth, orders, painted, folder)
    return replace(laid, plan=replace(plan, believed_seconds=_believed(studio, laid, step)))


def _believed(studio: Studio, laid: _Laid, step: Step) -> int:
    """Seconds, by how long the take's model learned here, or by what a step is thought to cost."""
    account = account_of(laid.whole, step) or {}
    plan = laid.plan
    cores = min(8, os.cpu_count() or 1)
    a_step = cores * account["seconds"] / account["steps"] if account.get("steps") else 0.12
    first = wanted({}, list(plan.painters), **laid.sampling)
    here = sum(laid.trial(of, seed).file.is_file() for of in first for seed in plan.seeds)
    trials = max(0, (plan.subsets - 1) * len(plan.seeds) - here)
    return round(trials * (a_step * plan.steps + 0.2 * len(plan.frames) + 2) / max(1, min(studio.workers, trials)))


def _numbers(studio: Studio, id_: str, shot: Shot) -> tuple[int, ...]:
    """The frames of the shot that a source has."""
    footage = plate_footage(studio, studio.production.get(Source, id_))
    there = shot.span.frames if footage.numbers is None else footage.numbers
    return tuple(at for at in there if at in shot.span)


def _measured_frames(
    studio: Studio,
    shot: Shot,
    painted: Mapping[str, Sequence[int]],
    truth: str,
    taught_by: Sequence[str],
    most: int,
) -> tuple[int, ...]:
    """Frames that nobody painted, as many as may be, spread over the shot."""
    if truth in taught_by:
        raise InputError(f"measure: {truth} taught the model itself.", "Measure against what taught nobody.")
    if truth and studio.production.get(Source, truth).role not in ("matte", "painted", "clean"):
        raise InputError(
            f"measure: the source {truth} is no truth to measure against.",
            "Bring in a matte (--as matte), or frames that were held out (--as painted).",
        )
    seen = {at for numbers in painted.values() for at in numbers}
    there = _numbers(studio, truth, shot) if truth else tuple(shot.span.frames)
    free = [at for at in there if at not in seen]
    if not free:
        raise StateError(
            f"measure: every frame of {shot.id} that could be measured is painted.",
            "Bring in frames that were held out, as --truth SOURCE, or make a longer shot.",
        )
    count = min(most, len(free))
    return tuple(dict.fromkeys(free[round((at + 0.5) * len(free) / count - 0.5)] for at in range(count)))


def _mean(told: Sequence[Mapping[str, Any]]) -> Fraction:
    return sum((Fraction(one["value"]) for one in told), Fraction(0)) / len(told)


def _published(
    studio: Studio, by: Hand, laid: _Laid, valued: Shapley, told: Mapping[Coalition, list[dict[str, Any]]]
) -> Measured:
    plan = replace(laid.plan, believed_seconds=0, subsets=len(valued.values))
    files = {id_: studio.production.get(Source, id_).sha256 for ids in plan.painters.values() for id_ in ids}
    document = {
        "plan": json.loads(json.dumps(asdict(plan))),
        "truth": laid.truth_id,
        "recipe": laid.recipe.id,
        "sources_sha256": files,
        "shapley": valued.method,
        "orders": laid.orders,
        "order_seed": ORDER_SEED,
        "sampled": [list(order) for order in valued.orders],
        "truncate": str(valued.truncate),
        "parts": {name: str(part) for name, part in valued.parts.items()},
        "error": {name: f"{error:.9f}" for name, error in (valued.error or {}).items()},
        "values": [{"of": list(of), "value": str(value)} for of, value in valued.values.items()],
        "subsets": [one for of in valued.values for one in told[of]],
    }
    content = canonical(document)
    sha = hashlib.sha256(content).hexdigest()
    inside = f"{PUBLISHED}/measured-{sha[:16]}.json"
    write_whole(studio.folder / inside, content)
    if logged(studio).get(plan.take, {}).get("sha256") != sha:
        studio.note("measure", by, take=plan.take, shot=plan.shot, hand=plan.hand, file=inside, sha256=sha)
    shares, how = dict.fromkeys(valued.parts, Fraction(0)), "nobody was found to have given anything: agree on a key"
    if max(valued.parts.values()) > 0:
        key = measured(plan.hand, valued, shot=plan.shot)
        whole = sum(key.shares.values(), Fraction(0))
        shares, how = {name: share / whole for name, share in key.shares.items()}, key.how
    return Measured(
        plan=plan,
        parts={name: f"{float(part):.6f}" for name, part in valued.parts.items()},
        shares={name: f"{float(share):.6f}" for name, share in shares.items()},
        error={name: round(error, 6) for name, error in (valued.error or {}).items()},
        values=tuple((of, f"{float(value):.6f}") for of, value in valued.values.items()),
        how=how,
        seconds=round(sum(one["seconds"] for each in told.values() for one in each), 1),
        published=inside,
        sha256=sha,
    )


def _valued_in(document: Mapping[str, Any]) -> Shapley:
    """The Shapley value as it was published."""
    return Shapley(
        parts={name: Fraction(part) for name, part in document["parts"].items()},
        method=document["shapley"],
        values={tuple(one["of"]): Fraction(one["value"]) for one in document["values"]},
        orders=tuple(tuple(order) for order in document["sampled"]),
        seed=document["order_seed"] if document["sampled"] else None,
        error={name: float(error) for name, error in document["error"].items()},
        truncate=Fraction(document["truncate"]),
    )
