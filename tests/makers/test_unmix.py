"""Unmix: an element with alpha from two clips, and an honest word on how good it is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import ACCOUNT, MemoryShelf, go_through
from manyhands.core.span import Span
from manyhands.makers.unmix import unmix
from tests.kit.test_unmixing import BRIGHT, DARK, before, element

MODEL = Hand(id="trained:video-model-2:abc123", origin="trained", name="Video model 2")
SPAN = Span(length=2, rate_fps=24)


def clip(light: np.ndarray, span: Span = SPAN) -> Clip:
    rgba = np.dstack([light, np.ones(light.shape[:2])]).astype(np.float32)
    return Clip(span, light.shape[1], light.shape[0], lambda at: Frame.of(rgba, MODEL))


def made(dark: Clip, bright: Clip) -> Clip:
    return unmix.make({"dark": dark, "bright": bright}, unmix.params(), Chance(1, "unmix"), lambda done, of: None)


def account(clip_: Clip) -> dict:
    shelf = MemoryShelf()
    assert clip_.passes
    for item in clip_.passes.each:
        go_through(item, item.numbers(SPAN), {}, shelf)
    return json.loads(shelf.load(ACCOUNT)["json"].tobytes())


def test_the_element_is_the_models_with_its_own_alpha() -> None:
    frame = made(clip(before(DARK)), clip(before(BRIGHT))).frame(1001)
    assert frame.rgba == pytest.approx(element(), abs=1e-3)
    assert [hand.origin for hand in frame.authorship.hands] == ["trained"]
    assert frame.authorship.weights.sum(0) == pytest.approx(frame.alpha, abs=1e-5)


def test_it_says_how_good_the_alpha_is() -> None:
    assert account(made(clip(before(DARK)), clip(before(BRIGHT))))["alpha"] == "good"
    told = account(made(clip(before(DARK)), clip(np.roll(before(BRIGHT), 15, axis=1))))
    assert told["alpha"] == "poor"
    assert "different things" in told["says"][1]


def test_backgrounds_alike_and_clips_of_two_sizes_are_told() -> None:
    with pytest.raises(MediaError, match="about the same"):
        made(clip(before(DARK)), clip(before(DARK))).frame(1001)
    with pytest.raises(MediaError, match="bright is 100x80"):
        made(clip(before(DARK)), clip(before(BRIGHT)[:, :100]))


GREY = np.full(3, 0.18, np.float32)


def alone(light: np.ndarray, kind: str) -> Clip:
    return unmix.make({"dark": clip(light)}, unmix.checked({"kind": kind}), Chance(1, "unmix"), lambda done, of: None)


@pytest.mark.parametrize("kind", ["solid", "smoke", "light"])
def test_from_one_background_alpha_is_said_to_be_assumed(kind: str) -> None:
    told = account(alone(before(GREY), kind))
    assert (told["alpha"], told["contradiction"]) == ("assumed", [])
    assert "not measured" in told["says"][0]
    assert len(told["says"]) == 1


def test_a_background_that_is_not_even_is_told() -> None:
    uneven = before(GREY) * np.linspace(0.4, 1.6, 120, dtype=np.float32)[None, :, None]
    assert "not even" in account(alone(uneven, "solid"))["says"][1]


def test_a_frame_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from manyhands.kit import unmixing

    times = []
    real = unmixing.unmixed
    monkeypatch.setattr(unmixing, "unmixed", lambda *args, **given: times.append(1) or real(*args, **given))
    found = made(clip(before(DARK)), clip(before(BRIGHT)))
    for at in SPAN.frames:
        found.frame(at)
    # once more for its noise, which is found by solving too
    assert len(times) <= 2 * SPAN.length


def test_smokes_colour_is_that_of_the_densest_frame() -> None:
    def puff(at: int) -> np.ndarray:
        y, x = np.mgrid[:80, :120]
        alpha = (at - 1000) / 2 * np.clip(1.5 - np.hypot(x - 60, y - 40) / 20, 0, 1)[..., None]
        return (0.5 * alpha + (1 - alpha) * GREY).astype(np.float32)

    smoke = Clip(SPAN, 120, 80, lambda at: Frame.of(np.dstack([puff(at), np.ones((80, 120))]), MODEL))
    found = unmix.make({"dark": smoke}, unmix.checked({"kind": "smoke"}), Chance(1, "unmix"), lambda done, of: None)
    assert found.frame(1001).alpha.max() == pytest.approx(0.5, abs=0.02)
    assert found.frame(1002).alpha.max() == pytest.approx(1, abs=0.02)
