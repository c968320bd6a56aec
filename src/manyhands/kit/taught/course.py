"""A course: from a plate and a few painted frames to a model, its pictures and an account of it all.

The passes, in order: ``look`` finds motion in every frame; ``learn`` goes its rounds, each handing
its weights to the next, so that it can be stopped and goes on, and leaves the model; ``ask`` draws every
frame and says how unsure it is; ``compare`` holds neighbours against each other along the flow;
``tell`` writes the account.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import CapacityError, MediaError, ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Maker
from manyhands.core.passes import ACCOUNT, Pass, Passes, Shelf, accounted, passed
from manyhands.kit.flow import flow_to
from manyhands.kit.taught import account as accounts
from manyhands.kit.taught import asking, score
from manyhands.kit.taught.lessons import CROP_PX, PLANES, REACH, Example, Lessons, encoded, recoloured, whole
from manyhands.kit.taught.model import FITS_PX, Model, Seen, as_onnx, check_installed, leaning
from manyhands.kit.taught.motion import own_motion, small_grey

STEPS_A_ROUND = 25
HELD_FOR = 1 / 4  # the part of the budget in which one painted frame is held out, where there are three
RATES = {False: 2e-3, True: 4e-3}  # of learning a matte alone, and a change of colour with it
LEANS = tuple(sorted((step / 10 for step in range(-8, 13)), key=abs))  # in the order in which they win when equal
_f = np.float32

Target = Callable[[Frame, Frame], tuple[np.ndarray, np.ndarray | None]]
"""From a painted frame and the plate's: the matte (H, W), and what the picture should become, encoded, or None."""


@dataclass
class Course:
    """What is learned from which frames, and for how long.

    Args:
        target: what a painted frame says.
        colours: 3 where a change of colour is learned, 0 for a matte alone.
        shorter_px: of the pictures that are learned from and drawn, at most.
        facts: of the maker, for the account.
    """

    maker: str
    plate: Clip
    painted: Clip
    target: Target
    colours: int
    steps: int
    seed: int
    shorter_px: int
    twice: bool
    bell: Callable[[int, int], None]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        maker: Maker,
        plate: Clip,
        painted: Clip,
        target: Target,
        p: Any,
        rng: Chance,
        bell: Bell,
        *,
        colours: int = 0,
    ) -> Course:
        """The course of a maker, with what its parameters say: ``steps``, ``shorter_px`` and ``twice``."""
        return cls(
            maker=maker.name,
            plate=plate,
            painted=painted,
            target=target,
            colours=colours,
            steps=p.steps,
            seed=int(rng.of("taught").at().integers(2**31)),
            shorter_px=p.shorter_px,
            twice=p.twice,
            bell=bell,
            facts={"version": maker.version, **p.model_dump()},
        )

    def __post_init__(self) -> None:
        if (self.painted.width, self.painted.height) != (self.plate.width, self.plate.height):
            raise MediaError(
                f"{self.maker}: the painted frames are {self.painted.width}x{self.painted.height}, the plate is "
                f"{self.plate.width}x{self.plate.height}.",
                "Paint on the plate's own frames, at their size.",
            )
        if not self.numbers:
            raise ParameterError(
                f"{self.maker}: none of the painted frames lies in the shot ({self.plate.span.start} to "
                f"{self.plate.span.end}).",
                "Give them the numbers of the plate's frames.",
                maker=self.maker,
            )

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The painted frames that lie in the shot, in order."""
        there = self.painted.span.frames if self.painted.numbers is None else self.painted.numbers
        return tuple(sorted(at for at in there if at in self.plate.span))

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of what is learned from."""
        scale = min(1.0, self.shorter_px / min(self.plate.width, self.plate.height))
        return max(FITS_PX, round(self.plate.width * scale)), max(FITS_PX, round(self.plate.height * scale))

    @property
    def rounds(self) -> int:
        return -(-self.steps // STEPS_A_ROUND)

    @cached_property
    def held(self) -> int | None:
        """The painted frame that is held out at first: the middle one, where there are three or more."""
        return self.numbers[len(self.numbers) // 2] if len(self.numbers) >= 3 else None

    @property
    def held_rounds(self) -> int:
        return max(1, round(self.rounds * HELD_FOR)) if self.held is not None and self.rounds > 2 else 0

    def passes(self) -> tuple[Pass, ...]:
        pixels = self.size[0] * self.size[1]
        drawing = 1.5e-6 * pixels * (5 if self.twice else 2)
        return (
            Pass("look", self._look, seconds=0.02 + 1e-6 * pixels),
            Pass("learn", self._learn, way="forward", over=range(self.rounds), lasts=True, at_a_time=1, seconds=3.0),
            Pass("ask", self._ask, seconds=drawing),
            Pass("compare", self._compare, seconds=0.02),
            Pass("tell", self._tell, over=range(1), lasts=True, seconds=0.2),
        )

    def picture(self, at: int) -> np.ndarray:
        """The plate's frame as the network sees its colours, at the working size."""
        kept = self._pictures
        if at not in kept:
            kept[at] = _small(encoded(self.plate.frame(at).rgb), self.size)
            while len(kept) > 4:
                del kept[next(iter(kept))]
        return kept[at]

    def planes(self, at: int, shelf: Shelf) -> np.ndarray:
        """All that the network sees of a frame."""
        return whole(self.picture(at), self._motion(at, shelf))

    def see(self, at: int, shelf: Shelf) -> Seen:
        """A frame as the learned model sees it."""
        return self._model(shelf).see(self.planes(at, shelf), twice=self.twice)

    @cached_property
    def _pictures(self) -> dict[int, np.ndarray]:
        return {}

    @cached_property
    def _opened(self) -> list[Model]:
        return []

    def _model(self, shelf: Shelf) -> Model:
        if not self._opened:
            with extra_installed():
                self._opened.append(Model(shelf.load("model")["onnx"].tobytes()))
        return self._opened[0]

    def _motion(self, at: int, shelf: Shelf) -> np.ndarray:
        return _small(shelf.load(f"look.{at}")["motion"].astype(_f) / 255, self.size)

    def _look(self, at: int, before: State, shelf: Shelf) -> State:
        self.bell(at - self.plate.span.start, self.plate.span.length)
        beside = [number for number in (at - 1, at + 1) if number in self.plate.span]
        motion = own_motion(self.picture(at), [self.picture(number) for number in beside])
        grey = small_grey(self.picture(at))
        flows = {
            f"to.{number}": flow_to(grey, small_grey(self.picture(number))).astype(np.float16) for number in beside
        }
        shelf.keep(f"look.{at}", {"motion": np.round(255 * motion).astype(np.uint8), **flows})
        return {}

    @cached_property
    def _examples(self) -> dict[int, Example]:
        return {}

    def examples(self, shelf: Shelf) -> dict[int, Example]:
        """The painted frames by number, read once."""
        if not self._examples:
            for at in self.numbers:
                matte, changed = self.target(self.painted.frame(at), self.plate.frame(at))
                self._examples[at] = Example(
                    at,
                    self.picture(at),
                    self._motion(at, shelf),
                    np.clip(_small(matte, self.size), 0, 1),
                    None if changed is None else _small(changed, self.size),
                )
            self._refuse_useless()
        return self._examples

    def _refuse_useless(self) -> None:
        covers = [float(example.matte.mean()) for example in self._examples.values()]
        if max(covers) == 0:
            raise ParameterError(
                f"{self.maker}: nothing is painted in any of the {len(covers)} painted frames.",
                "Paint what is meant in at least one of them; an empty one says where it is not.",
                maker=self.maker,
            )
        if min(covers) == 1 and not self.colours:
            raise ParameterError(
                f"{self.maker}: the painted mattes cover the whole picture in every frame; there is nothing to tell "
                "apart.",
                "Is the matte a black and white picture without alpha? Then set channel to brightness.",
                maker=self.maker,
            )

    def _learn(self, round_: int, before: State, shelf: Shelf) -> State:
        with extra_installed():
            check_installed()
            from manyhands.kit.taught import network
        began = time.monotonic()
        crop_px = min(CROP_PX, max(32, min(self.size) // FITS_PX * FITS_PX))
        lesson = network.Lesson(PLANES, self.colours, self.steps, crop_px, RATES[bool(self.colours)], float(REACH))
        state = before or network.begin(lesson, np.random.Generator(np.random.PCG64([self.seed, 0])))
        examples = self.examples(shelf)
        chosen = [one for at, one in examples.items() if round_ >= self.held_rounds or at != self.held]
        lessons = Lessons(chosen, self.seed, crop_px=crop_px)
        after = network.learn(state, lesson, lessons.draw, STEPS_A_ROUND, bell=self.bell)
        weights = network.weights_of(after)
        if round_ == self.held_rounds - 1 and self.held is not None:
            held = examples[self.held]
            matte = network.drawn(weights, whole(held.picture, held.motion))[1]
            kept = {"overlap": score.overlap(matte, held.matte), "outline": score.outline(matte, held.matte)}
            shelf.keep("held", {name: np.array(value) for name, value in kept.items()} | {"steps": after["step"]})
        if round_ == self.rounds - 1:
            about = {"maker": self.maker, "steps": str(self.steps), "seed": str(self.seed)}
            lean = self._lean(Model(as_onnx(weights, PLANES, lesson.outputs, about)), list(examples.values()))
            file = as_onnx(leaning(weights, lean), PLANES, lesson.outputs, {**about, "lean": f"{lean:.2f}"})
            shelf.keep("model", {"onnx": np.frombuffer(file, np.uint8)})
        after["seconds"] = state.get("seconds", np.array(0.0)) + (time.monotonic() - began)
        at = self._live
        change, matte = network.drawn(weights, self.planes(at, shelf))
        live = {"picture": _overlaid(self.picture(at), change, matte), "at": np.array(at), "of": np.array(self.steps)}
        shelf.keep("live", live | {name: after[name] for name in ("step", "loss", "seconds")})
        return after

    def _lean(self, model: Model, examples: list[Example]) -> float:
        """By how much the matte has to be more generous, or less, to meet the painted ones best."""
        seen = [model.see(whole(one.picture, one.motion), twice=self.twice).given[..., -1] for one in examples]

        def meets(lean: float) -> float:
            pairs = zip(seen, examples, strict=True)
            return float(np.mean([score.overlap(given + lean > 0, one.matte) for given, one in pairs]))

        return max(LEANS, key=meets)

    @cached_property
    def _live(self) -> int:
        """The frame that is shown while it learns: an unpainted one, as far from painted ones as can be."""
        return max(self.plate.span.frames, key=lambda at: min(abs(at - number) for number in self.numbers))

    def _ask(self, at: int, before: State, shelf: Shelf) -> State:
        self.bell(at - self.plate.span.start, self.plate.span.length)
        seen = self.see(at, shelf)
        matte = seen.matte
        kept = {
            "matte": matte.astype(np.float16),
            "deep": seen.deep,
            "miss": np.array(asking.likely_miss(matte)),
            "looks": np.array(float(seen.apart.sum() / max(float(matte.sum()), 1.0))),
        }
        if at in self.numbers:
            kept["fits"] = np.array(score.overlap(matte, self.examples(shelf)[at].matte))
        shelf.keep(f"ask.{at}", kept)
        return {}

    def _compare(self, at: int, before: State, shelf: Shelf) -> State:
        flows = shelf.load(f"look.{at}")
        own = shelf.load(f"ask.{at}")["matte"].astype(_f)
        found = []
        for number in (at - 1, at + 1):
            if f"to.{number}" in flows:
                brought = asking.carried(shelf.load(f"ask.{number}")["matte"], flows[f"to.{number}"])
                here = cv2.resize(own, brought.shape[::-1], interpolation=cv2.INTER_AREA)
                found.append(asking.apart(here, brought))
        shelf.keep(f"compare.{at}", {"flow": np.array(min(found, default=0.0))})
        return {}

    def _tell(self, at: int, before: State, shelf: Shelf) -> State:
        frames: dict[int, dict[str, float]] = {}
        deep: dict[int, np.ndarray] = {}
        covers: dict[int, float] = {}
        for number in self.plate.span.frames:
            asked = shelf.load(f"ask.{number}")
            deep[number] = asked["deep"]
            covers[number] = float(asked["matte"].mean(dtype=_f))
            frames[number] = {name: float(asked[name]) for name in ("miss", "looks", "fits") if name in asked}
            frames[number]["flow"] = float(shelf.load(f"compare.{number}")["flow"])
        unsure = {number: asking.doubt(**frames[number]) for number in frames}
        examples = self.examples(shelf)
        account = accounts.account(
            self.maker,
            painted=[
                (number, self._hands(number), float(example.matte.mean())) for number, example in examples.items()
            ],
            span=(self.plate.span.start, self.plate.span.end),
            size=self.size,
            held=(self.held, shelf.load("held")) if self.held_rounds else None,
            live=shelf.load("live"),
            frames=frames,
            unsure=unsure,
            following=asking.next_frames(unsure, deep, covers, self.numbers),
            model=shelf.load("model")["onnx"].tobytes(),
            facts={**self.facts, "steps": self.steps, "seed": self.seed},
        )
        shelf.keep(ACCOUNT, accounted(account))
        return {}

    def _hands(self, number: int) -> list[str]:
        return [hand.id for hand in self.painted.frame(number).authorship.hands]


def learned(course: Course, picture: Callable[[int, Shelf], Frame]) -> Clip:
    """The clip whose frames are drawn after the course."""
    plate = course.plate
    return passed(plate.span, plate.width, plate.height, Passes(course.passes(), picture))


@contextmanager
def extra_installed() -> Iterator[None]:
    """Raises: CapacityError, with what to install, if a library that learning or drawing needs is not there."""
    try:
        yield
    except ImportError as error:
        raise CapacityError(
            f"taught: it needs {error.name or error}, which is not installed.",
            "Install it: pip install 'manyhands[taught]'.",
        ) from error


def enlarged(plane: np.ndarray, plate: Frame) -> np.ndarray:
    """A matte of the working size at the plate's, its edge led by the plate's light.

    Shapes: (h, w) to (H, W), 0 to 1.
    Source: the guided filter (He et al. 2013), after linear enlargement.
    """
    if plane.shape == (plate.height, plate.width):
        return plane
    scale = plate.height / plane.shape[0]
    large = cv2.resize(plane, (plate.width, plate.height), interpolation=cv2.INTER_LINEAR)
    guide = np.clip(encoded(plate.rgb), 0, 2).astype(_f)
    led = cv2.ximgproc.guidedFilter(guide, large, round(2 * scale), 2e-4)
    return np.asarray(np.clip(led, 0, 1), _f)


def enlarged_change(change: np.ndarray, plate: Frame) -> np.ndarray:
    """A learned change of the working size at the plate's.  Shapes: (h, w, 15) to (H, W, 15)."""
    if change.shape[:2] == (plate.height, plate.width):
        return change
    size = plate.width, plate.height
    parts = [
        cv2.resize(np.ascontiguousarray(change[..., at : at + 3]), size, interpolation=cv2.INTER_LINEAR)
        for at in range(0, change.shape[-1], 3)
    ]
    return np.asarray(np.dstack(parts), _f)


def _small(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if planes.shape[1::-1] == size:
        return np.asarray(planes, _f)
    way = cv2.INTER_AREA if planes.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.asarray(planes, _f), size, interpolation=way), _f)


def _overlaid(picture: np.ndarray, change: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """What is looked at while it learns: the matte left as it is, the rest dark; or the picture as it becomes."""
    if change.shape[-1]:
        shown = picture + matte[..., None] * (recoloured(picture, change, matte) - picture)
    else:
        shown = picture * (0.25 + 0.75 * matte[..., None])
    return np.asarray(np.clip(255 * shown, 0, 255), np.uint8)
