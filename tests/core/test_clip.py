"""Clips: frames when they are asked for, simulations in order."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.core.clip import Clip, Simulation, State, remembering, simulated, still
from manyhands.core.errors import NotFoundError
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from tests.plates import CAMERA

SPAN = Span(start=1001, length=5, rate_fps=24)


def grey(value: float) -> Frame:
    return Frame.of(np.full((2, 3, 4), value, np.float32), CAMERA)


def counted() -> tuple[Clip, list[int]]:
    """A clip that notes which frames were read."""
    read: list[int] = []

    def frame(at: int) -> Frame:
        read.append(at)
        return grey(at)

    return Clip(SPAN, 3, 2, frame), read


def test_nothing_is_read_before_it_is_asked_for() -> None:
    clip, read = counted()
    changed = clip.each(lambda frame, at: grey(2 * at))
    assert read == []
    assert changed.frame(1003).rgba[0, 0, 0] == 2006
    assert read == [1003]


@pytest.mark.parametrize("at", [1000, 1006, 0])
def test_a_frame_outside_the_span_is_not_found(at: int) -> None:
    with pytest.raises(NotFoundError, match=f"frame {at}: not found. There is: 1001 to 1005."):
        counted()[0].frame(at)


def test_a_still_is_a_clip_of_one_picture() -> None:
    picture = grey(0.5)
    clip = still(picture, SPAN)
    assert (clip.width, clip.height) == (3, 2)
    assert all(clip.frame(at) is picture for at in SPAN.frames)


def test_the_last_frames_are_remembered_and_older_ones_forgotten() -> None:
    clip, read = counted()
    again = remembering(clip, frames=2)
    for at in (1001, 1001, 1002, 1001, 1003, 1002, 1001):
        assert again.frame(at).rgba[0, 0, 0] == at
    assert read == [1001, 1002, 1003, 1001]


def test_a_simulation_steps_on_in_order_and_begins_anew_when_asked_backwards() -> None:
    steps: list[int] = []

    def step(state: State, frame: int) -> State:
        steps.append(frame)
        return {"n": state["n"] * 2 + frame}

    simulation = Simulation(lambda: {"n": np.array(1.0)}, step, lambda state: state, lambda shown, at: grey(shown["n"]))
    clip = simulated(SPAN, 3, 2, simulation)
    inorder = {at: clip.frame(at).rgba[0, 0, 0] for at in SPAN.frames}
    assert steps == [1002, 1003, 1004, 1005]
    assert clip.frame(1003).rgba[0, 0, 0] == inorder[1003]
    assert clip.frame(1003).rgba[0, 0, 0] == inorder[1003]
    assert steps[4:] == [1002, 1003]


def test_a_changed_simulation_is_a_plain_clip() -> None:
    simulation = Simulation(dict, lambda state, at: state, lambda state: state, lambda shown, at: grey(1))
    assert simulated(SPAN, 3, 2, simulation).each(lambda frame, at: frame).simulation is None
