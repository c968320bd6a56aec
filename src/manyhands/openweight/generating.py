"""A shot drawn by a model, window after window, with an account of it all.

The passes, in order: ``draft``, where one is to be finished, draws it small; ``generate`` draws the windows, each
taking up the one before, so that a run can be stopped and goes on at the window where it was; ``tell`` writes the
account.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import State
from manyhands.core.errors import ParameterError
from manyhands.core.passes import ACCOUNT, Pass, Shelf, accounted
from manyhands.core.span import Span
from manyhands.openweight import pipes, windows
from manyhands.openweight.cards import Card
from manyhands.openweight.families import FAMILIES, Act, Ask, Curve, Family
from manyhands.openweight.weights import multiple_px
from manyhands.openweight.windows import Correction, Window

_f = np.float32
Take = Literal["full", "draft", "finish"]
Way = Callable[[np.ndarray], np.ndarray]
"""The first frames of a window, or all of them, in held colours."""
DRAFT_SIZE = 0.5  # of a draft's sides, of the full size
OUTSIDE = 0.05  # of the picture that a mask must leave, for the plate to anchor the colour
HELD = 1.0  # ΔE2000 that two windows may lie apart at a joint


@dataclass
class Shot:
    """What is drawn, by which model, and how.

    Args:
        light: the plate's light (H, W, 3) ACEScg by frame number; ``mask`` (H, W) likewise; the pictures if there are.
        size: of the plate.
        window, overlap, steps, guidance, flow_shift, shorter_px: 0 is the family's own.
        facts: of the maker and of its settings, for the account.
    """

    card: Card
    act: Act
    take: Take
    prompt: str
    negative: str
    span: Span
    size: tuple[int, int]
    light: Callable[[int], np.ndarray]
    mask: Callable[[int], np.ndarray] | None
    first: Callable[[], np.ndarray] | None
    last: Callable[[], np.ndarray] | None
    key: Callable[[], np.ndarray] | None
    key_at: int | None
    reference: Callable[[], np.ndarray] | None
    steps: int
    draft_steps: int
    guidance: float
    strength: float
    flow_shift: float
    shorter_px: int
    window: int
    overlap: int
    setup: pipes.Setup
    rng: Chance
    bell: Callable[[int, int], None]
    facts: dict[str, Any]

    def __post_init__(self) -> None:
        also = self.family.call(self.act).also
        for name in ("last", "key", "reference"):
            if getattr(self, name) is not None and name not in also:
                given = {"last": "last_frame", "key": "key_frame", "reference": "reference"}[name]
                raise ParameterError(
                    f"diffusers: {given} is given; {self.family.title} takes none for the act {self.act}.",
                    "Leave it out, or use a model of a family that takes it: "
                    + ", ".join(
                        one.name for one in FAMILIES.values() if any(name in c.also for c in one.calls.values())
                    ),
                    parameter=given,
                )
        if self.key is not None and self.key_at not in self.span:
            raise ParameterError(
                f"diffusers: key_frame is for frame {self.key_at}; the shot has {self.span.start} to {self.span.end}.",
                "Say for which frame of the shot it is: diffusers.key_frame_at=…",
                parameter="key_frame_at",
            )
        if self.take == "finish" and not self.family.finishes:
            raise ParameterError(
                f"diffusers: take is 'finish'; {self.family.title} cannot begin with a draft.",
                "Draw it with take=full, or use a model of a family that takes a video: "
                + ", ".join(one.name for one in FAMILIES.values() if one.finishes),
                parameter="take",
            )
        if self.act == "masked" and self.mask is None:
            raise ParameterError(
                "diffusers: act is 'masked'; there is no matte of what shall be made.",
                "Give it one: diffusers.matte=source:ID, or a step that makes one.",
                parameter="act",
            )
        if self.act == "image" and self.first is None:
            raise ParameterError(
                "diffusers: act is 'image'; there is no picture to begin with.",
                "Give it one: diffusers.first_frame=source:ID.",
                parameter="act",
            )
        steps = self.steps or self.family.steps
        if (self.act == "video" or self.take == "finish") and int(steps * self.strength) < 1:
            raise ParameterError(
                f"diffusers: strength is {self.strength:g}; of {steps} steps not one is left.",
                f"Set at least {1 / steps:.3f}, or take more steps.",
                parameter="strength",
            )
        if not self.prompt.strip():
            raise ParameterError(
                "diffusers: prompt is empty.", 'Say what is to be seen: diffusers.prompt="…".', parameter="prompt"
            )

    @cached_property
    def family(self) -> Family:
        """The family, with the sizes that this very model can work at."""
        family = FAMILIES[self.card.family]
        return replace(family, multiple_px=multiple_px(Path(self.card.folder), family.multiple_px))

    @cached_property
    def full_size(self) -> tuple[int, int]:
        return self.family.size(*self.size, self.shorter_px or self.family.short_px)

    @cached_property
    def draft_size(self) -> tuple[int, int]:
        return self.family.size(*self.full_size, round(min(self.full_size) * DRAFT_SIZE))

    @cached_property
    def plan(self) -> tuple[Window, ...]:
        return windows.plan(self.family, self.span.length, self.window or self.family.window, self.overlap)

    def passes(self) -> tuple[Pass, ...]:
        numbers = range(len(self.plan))
        cost = 2e-6 * self.plan[0].frames * self.full_size[0] * self.full_size[1] * (self.steps or self.family.steps)
        kept = {"way": "forward", "over": numbers, "lasts": True, "at_a_time": 1}
        found = [Pass("generate", self._generate, seconds=cost, **kept)]  # type: ignore[arg-type]
        if self.take == "finish":
            found.insert(0, Pass("draft", self._draft, seconds=cost / 16, **kept))  # type: ignore[arg-type]
        return (*found, Pass("tell", self._tell, over=range(1), lasts=True, seconds=0.1))

    def frame(self, at: int, shelf: Shelf) -> np.ndarray:
        """A frame as light, at the size it was drawn in.  Shapes: (h, w, 3), ACEScg."""
        return windows.to_light(_opened(shelf.load(f"frame.{at}")["picture"]), self.family.curve)

    def _draft(self, index: int, before: State, shelf: Shelf) -> State:
        return self._drawn(index, before, shelf, self.act, self.draft_size, self.draft_steps, "draft", "window")

    def _generate(self, index: int, before: State, shelf: Shelf) -> State:
        if self.take == "draft":
            return self._drawn(index, before, shelf, self.act, self.draft_size, self.draft_steps, "frame", "window")
        if self.take == "finish":
            return self._drawn(index, before, shelf, "video", self.full_size, self.steps, "frame", "finish")
        return self._drawn(index, before, shelf, self.act, self.full_size, self.steps, "frame", "window")

    def _drawn(
        self,
        index: int,
        before: State,
        shelf: Shelf,
        act: Act,
        size: tuple[int, int],
        steps: int,
        kept: str,
        purpose: str,
    ) -> State:
        """One window: asked for, held in colour, laid to the one before, and kept but for the frames that the next
        one begins with."""
        window = self.plan[index]
        tail = _opened(before["tail"]) if window.overlap else None
        finishing = purpose == "finish"
        plate = None
        if finishing:
            plate = self._enlarged(window, size, shelf)
        elif act in ("video", "masked"):
            plate = self._plate(window, size)
        mask = self._mask(window, size) if act == "masked" else None
        ask = Ask(
            act=act,
            prompt=self.prompt,
            negative=self.negative,
            width=size[0],
            height=size[1],
            frames=window.frames,
            rate_fps=float(self.span.rate_fps),
            steps=steps or self.family.steps,
            guidance=self.guidance or self.family.guidance,
            strength=self.strength,
            flow_shift=self.flow_shift,
            seed=int(self.rng.of(purpose).at(index).integers(2**31)),
            plate=plate,
            mask=mask,
            first=self._still(self.first, size) if act == "image" else None,
            stills=() if finishing else tuple(self._stills(window, size)),
            reference=None if finishing else self._still(self.reference, size),
            head=tail,
        )
        setup = pipes.replaced(self.setup, str(before["place"])) if "place" in before else self.setup
        drawn = pipes.draw(self.card, ask, setup, self.bell)
        if plate is not None and self.family.curve != "srgb":
            plate = self._plate(window, size, self.family.curve)  # to hold the colours against
        anchor = plate if act in ("video", "masked") else None
        second = max(1, min(window.frames, round(self.span.rate_fps)))
        ways = self._ways(drawn.frames, tail, plate, mask, before.get("look"))
        held, joined = next(iter(ways)), None
        if tail is not None:
            held, joined = self._best(ways, before, drawn.frames[:second], tail, anchor)
        frames = ways[held](drawn.frames)
        told: dict[str, Any] = {
            "first": self._number(window.first),
            "frames": window.frames,
            "overlap": window.overlap,
            "seed": ask.seed,
            "steps": drawn.steps,
            "fired": drawn.fired,
            "work_share": round(drawn.share, 4),
            "seconds": round(drawn.seconds, 2),
            "place": drawn.place,
            "colour": held,
            "said": drawn.said,
        }
        if tail is not None:
            told["join"] = joined
            frames[: window.overlap] = windows.laid_together(tail, frames[: window.overlap])
        following = self.plan[index + 1].overlap if index + 1 < len(self.plan) else 0
        for number in range(window.frames - following):
            if window.first + number < self.span.length:
                picture = _closed(frames[number])
                shelf.keep(f"{kept}.{self._number(window.first + number)}", {"picture": picture})
        shelf.keep(f"told.{kept}.{index}", {"json": np.frombuffer(json.dumps(told).encode(), np.uint8)})
        if not following:
            return {}
        after: State = {
            "tail": _closed(frames[-following:]),
            "second": self._cells(frames[-second:]),
            "place": np.array(drawn.place),
        }
        if act == "video" and plate is not None:
            after["look"] = before["look"] if "look" in before else windows.correction(plate, frames).save()
        if anchor is not None:
            after["plate"] = self._cells(anchor[-second:])
        return after

    def _ways(
        self,
        frames: np.ndarray,
        tail: np.ndarray | None,
        plate: np.ndarray | None,
        mask: np.ndarray | None,
        look: np.ndarray | None,
    ) -> dict[str, Way]:
        """The ways in which a window's colours may be held, the best founded first.

        A masked one is brought to the plate, where the mask leaves enough of it to see.  One made from a video begins
        as the window before ended, and goes from there to how the first window changed the plate, so that small drifts
        do not add up.
        """
        ways: dict[str, Way] = {}
        if plate is not None and mask is not None and (mask < 0.5).mean() >= OUTSIDE:
            ways["brought to the plate"] = windows.correction(frames, plate, mask < 0.5).of
        if tail is not None:
            begun = windows.correction(frames[: len(tail)], tail)
            if plate is not None and look is not None:
                ended = windows.correction(frames, Correction.saved(look).of(plate))
                share = np.clip((np.arange(len(frames)) - len(tail)) / max(1, len(frames) - len(tail)), 0, 1)
                share = share[:, None, None, None].astype(_f)

                def going(part: np.ndarray) -> np.ndarray:
                    start = begun.of(part)
                    return np.asarray(start + share[: len(part)] * (ended.of(part) - start), _f)

                ways["brought to the window before, then to the first one's look"] = going
            ways["brought to the window before"] = begun.of
        ways["as drawn"] = np.copy
        return ways

    def _best(
        self, ways: dict[str, Way], before: State, raw: np.ndarray, tail: np.ndarray, anchor: np.ndarray | None
    ) -> tuple[str, dict[str, float]]:
        """The first way whose colours hold at the joint, else the one that comes nearest, with its figures."""
        joins: dict[str, dict[str, float]] = {}
        for name, way in ways.items():
            joins[name] = self._join(before, raw, way(raw), tail, anchor)
            if joins[name]["seconds_after"] <= HELD:
                return name, joins[name]
        best = min(joins, key=lambda name: joins[name]["seconds_after"])
        return best, joins[best]

    def _join(
        self, before: State, raw: np.ndarray, held: np.ndarray, tail: np.ndarray, anchor: np.ndarray | None
    ) -> dict[str, float]:
        """How far the colours lie apart at a joint, before and after they were held."""
        still = np.zeros((1, *windows.GRID, 3), _f)
        plates = (before["plate"], self._cells(anchor[: len(held)])) if anchor is not None else (still, still)
        same = len(tail)
        return {
            "seconds_before": round(windows.colour_broken(before["second"], self._cells(raw), *plates), 3),
            "seconds_after": round(windows.colour_broken(before["second"], self._cells(held), *plates), 3),
            "overlap_before": round(windows.colour_apart(self._cells(tail), self._cells(raw[:same])), 3),
            "overlap_after": round(windows.colour_apart(self._cells(tail), self._cells(held[:same])), 3),
        }

    def _cells(self, values: np.ndarray) -> np.ndarray:
        return windows.cells(values, self.family.curve)

    def _number(self, from_start: int) -> int:
        return self.span.start + from_start

    def _inside(self, window: Window) -> list[int]:
        """The numbers of a window's frames; what lies beyond the shot repeats its last."""
        last = self.span.length - 1
        return [self._number(min(window.first + one, last)) for one in range(window.frames)]

    def _plate(self, window: Window, size: tuple[int, int], curve: Curve = "srgb") -> np.ndarray:
        return np.stack([windows.to_curve(_resized(self.light(at), size), curve) for at in self._inside(window)])

    def _mask(self, window: Window, size: tuple[int, int]) -> np.ndarray:
        assert self.mask is not None
        return np.stack([_resized(self.mask(at), size) for at in self._inside(window)])

    def _stills(self, window: Window, size: tuple[int, int]) -> Iterator[tuple[int, np.ndarray]]:
        """The pictures that stand at frames of a window, beyond those that it begins with again."""
        ends = self.span.length - 1
        key_at = ends if self.key_at is None else self.key_at - self.span.start
        for picture, at in ((self.key, key_at), (self.last, ends)):
            still = self._still(picture, size)
            if still is not None and window.overlap <= at - window.first < window.frames:
                yield at - window.first, still

    def _still(self, picture: Callable[[], np.ndarray] | None, size: tuple[int, int]) -> np.ndarray | None:
        return None if picture is None else windows.to_display(_resized(picture(), size))

    def _enlarged(self, window: Window, size: tuple[int, int], shelf: Shelf) -> np.ndarray:
        pictures = (_opened(shelf.load(f"draft.{at}")["picture"]) for at in self._inside(window))
        return np.stack([np.clip(_resized(picture, size), 0, 1) for picture in pictures])

    def _tell(self, index: int, before: State, shelf: Shelf) -> State:
        told = [self._told(shelf, "frame", number) for number in range(len(self.plan))]
        drafts = (
            [self._told(shelf, "draft", number) for number in range(len(self.plan))] if self.take == "finish" else []
        )
        card = self.card
        account = {
            "kind": "generated",
            **self.facts,
            "model": {
                name: getattr(card, name)
                for name in (
                    "name",
                    "family",
                    "pipeline",
                    "origin",
                    "revision",
                    "licence",
                    "accepted_by",
                    "training",
                    "may_be_final",
                    "digest",
                    "files",
                )
            }
            | {"digital_source_type": card.source_type_url},
            "size": list(self.draft_size if self.take == "draft" else self.full_size),
            "windows": told,
            "drafts": drafts,
            "seconds": round(sum(one["seconds"] for one in (*told, *drafts)), 2),
            "versions": pipes.versions(),
        }
        shelf.keep(ACCOUNT, accounted({**account, "says": _says(self, account)}))
        return {}

    def _told(self, shelf: Shelf, kept: str, index: int) -> dict[str, Any]:
        return dict(json.loads(shelf.load(f"told.{kept}.{index}")["json"].tobytes()))


def _says(shot: Shot, account: dict[str, Any]) -> list[str]:
    """The account in sentences, for people who choose and decide."""
    card, told = shot.card, account["windows"]
    width, height = account["size"]
    steps, fired = sum(one["steps"] for one in told), sum(one["fired"] for one in told)
    said = [
        f"drawn by {card.name} ({shot.family.title}, licence {card.licence}, accepted by {card.accepted_by}) at "
        f"{width}x{height} in {len(told)} window{'s' if len(told) > 1 else ''} and {steps} steps, "
        f"{account['seconds']:.0f} s; trained on: {card.training}."
    ]
    if shot.setup.cache != "none":
        spared = 1 - sum(one["work_share"] * one["steps"] for one in told) / max(steps, 1)
        said.append(
            f"the cache {shot.setup.cache} fired in {fired} of {steps} steps and spared {100 * spared:.0f} % of the "
            "work; what it gives is another sample, not the same one sooner."
        )
    joins = [one for one in told if "join" in one]
    if joins:
        worst = max(joins, key=lambda one: one["join"]["seconds_after"])
        apart, was = worst["join"]["seconds_after"], worst["join"]["seconds_before"]
        held = "" if apart <= HELD else f"; more than {HELD:g} is seen: take a longer overlap, or grade it"
        where = f"the widest joint in colour is at frame {worst['first']}"
        said.append(f"{where}: ΔE2000 {apart:.2f} (drawn {was:.2f}){held}.")
    if shot.take == "draft":
        said.append("it is a draft: take=finish with the same seed draws it at full size from this very draft.")
    if not card.may_be_final:
        said.append(f"{card.name} may not be used in a final, as its card says.")
    return said + [f"{line}." for one in told for line in one["said"]]


def _resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if picture.shape[1::-1] == size:
        return np.asarray(picture, _f)
    way = cv2.INTER_AREA if picture.shape[1] > size[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.asarray(picture, _f), size, interpolation=way), _f)


def _closed(display: np.ndarray) -> np.ndarray:
    """Display values in 16 bits, as they are kept."""
    return np.round(65535 * np.clip(display, 0, 1)).astype(np.uint16)


def _opened(kept: np.ndarray) -> np.ndarray:
    return kept.astype(_f) / _f(65535)
