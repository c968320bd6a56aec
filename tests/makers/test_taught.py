"""The taught matte: learned in seconds on a small clip, with an account, and with errors that say what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import CapacityError, MediaError, ParameterError
from manyhands.core.frame import Frame
from manyhands.core.passes import MemoryShelf, Shelf, go_through
from manyhands.kit.taught.account import told
from manyhands.kit.taught.score import overlap
from manyhands.makers.taught import taught
from tests.taught import HEIGHT, PAINTER, SPAN, WIDTH, painted, plate, true_matte

STEPS = 75


def made(frames: Clip, *, on: Clip | None = None, **params: Any) -> Clip:
    clip = taught.make(
        {"plate": on or plate(), "painted": frames}, taught.checked(params), Chance(1, "step"), lambda done, of: None
    )
    assert isinstance(clip, Clip)
    return clip


def gone_through(clip: Clip, until: str = "tell") -> Shelf:
    shelf = MemoryShelf()
    assert clip.passes
    for item in clip.passes.each:
        go_through(item, item.numbers(clip.span), {}, shelf)
        if item.name == until:
            break
    return shelf


def account_of(shelf: Shelf) -> dict[str, Any]:
    return dict(json.loads(shelf.load("account")["json"].tobytes()))


@pytest.fixture(scope="module")
def learned() -> tuple[Clip, Shelf]:
    clip = made(painted(1001, 1006, 1012), steps=STEPS)
    return clip, gone_through(clip)


def frame_of(learned: tuple[Clip, Shelf], at: int) -> Frame:
    assert learned[0].passes
    return learned[0].passes.picture(at, learned[1])


def test_the_unpainted_frames_are_met(learned: tuple[Clip, Shelf]) -> None:
    unpainted = [at for at in SPAN.frames if at not in (1001, 1006, 1012)]
    found = [overlap(frame_of(learned, at).alpha, true_matte(at - SPAN.start)) for at in unpainted]
    assert np.mean(found) > 0.7
    assert all(frame_of(learned, at).faults() == [] for at in unpainted)


def test_the_account_tells_all(learned: tuple[Clip, Shelf]) -> None:
    account = account_of(learned[1])
    assert [item["frame"] for item in account["painted"]] == [1001, 1006, 1012]
    assert all(item["hands"] == [PAINTER.id] for item in account["painted"])
    assert account["steps"] == STEPS
    assert account["seconds"] > 0
    assert account["held_out"]["frame"] == 1006
    assert account["held_out"]["learned_from"] == [1001, 1012]
    assert 0 < account["held_out"]["after_steps"] < STEPS
    assert 0 <= account["held_out"]["overlap"] <= 1
    assert len(account["paint_next"]) == 2
    assert not {1001, 1006, 1012} & {*account["paint_next"], *(item["frame"] for item in account["unsure"])}
    assert len(account["model_sha256"]) == 64
    assert account["settings"]["steps"] == STEPS
    assert {"torch", "onnxruntime"} <= account["versions"].keys()
    assert account["warnings"] == []
    assert "of frame 1006, held out at first, it met" in account["says"][0]
    assert f"to paint frame {account['paint_next'][0]} and" in account["says"][1]
    words = told(account, {PAINTER.id: "Person A, own"})
    for said in ("75 steps", "frame 1001: Person A, own", "Held out", "Paint next", account["model_sha256"]):
        assert said in words


def test_while_it_learns_there_is_a_picture(learned: tuple[Clip, Shelf]) -> None:
    live = learned[1].load("live")
    assert live["picture"].shape == (HEIGHT, WIDTH, 3)
    assert live["picture"].dtype == np.uint8
    assert int(live["step"]) == int(live["of"]) == STEPS


def test_frames_that_contradict_each_other_are_named() -> None:
    """The same still seen in every frame; half of the painters say it is in, half that it is not."""
    still = plate().frame(1004)
    standing = Clip(SPAN, WIDTH, HEIGHT, lambda at: still)
    inside = true_matte(3)
    mattes = {at: inside if at % 2 else 1 - inside for at in (1001, 1002, 1011, 1012)}
    account = account_of(gone_through(made(painted(*mattes, mattes=mattes), on=standing, steps=50)))
    assert any("contradict" in warning for warning in account["warnings"])
    assert any("contradict" in said for said in account["says"])


def test_one_painted_frame_is_enough_but_says_that_nothing_was_held_out() -> None:
    account = account_of(gone_through(made(painted(1005), steps=10)))
    assert account["held_out"] is None
    assert "Only one frame is painted" in account["warnings"][0]
    assert "nothing was held out" in told(account)


def test_painted_frames_of_another_size_are_refused() -> None:
    with pytest.raises(MediaError, match="taught: the painted frames are 48x64, the plate is 96x64"):
        made(replace(painted(1001), width=48))


def test_painted_frames_outside_the_shot_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"none of the painted frames lies in the shot \(1001 to 1012\)"):
        made(painted(990, 991))


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "nothing is painted"), (1.0, "cover the whole picture.*set channel to brightness")]
)
def test_mattes_that_tell_nothing_apart_are_refused(value: float, words: str) -> None:
    mattes = {at: np.full((HEIGHT, WIDTH), value, np.float32) for at in (1002, 1007)}
    with pytest.raises(ParameterError, match=f"taught: .*{words}"):
        gone_through(made(painted(1002, 1007, mattes=mattes), steps=10), until="learn")


def test_a_black_and_white_picture_can_be_the_matte() -> None:
    frames = painted(1002)

    def opaque(frame: Frame, at: int) -> Frame:
        return Frame.of(np.dstack([frame.rgb, np.ones((HEIGHT, WIDTH), np.float32)]), PAINTER)

    shelf = gone_through(made(frames.each(opaque), channel="brightness", steps=10), until="learn")
    assert shelf.has("model")


def test_the_light_that_the_painters_brought_is_left_as_it_was() -> None:
    frames = painted(1002)
    before = frames.frame(1002).rgba.copy()
    gone_through(made(frames, steps=10), until="learn")
    np.testing.assert_array_equal(frames.frame(1002).rgba, before)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    clip = made(painted(1002), steps=10)
    assert clip.passes
    shelf = MemoryShelf()
    shelf.keep("model", {"onnx": np.zeros(4, np.uint8)})
    shelf.keep("look.1001", {"motion": np.zeros((HEIGHT, WIDTH, 2), np.uint8)})
    with pytest.raises(CapacityError, match=r"pip install 'manyhands\[taught\]'"):
        clip.passes.named("ask").work(1001, {}, shelf)
    with pytest.raises(CapacityError, match="taught: it needs onnxruntime, which is not installed"):
        clip.passes.named("learn").work(0, {}, shelf)


def test_learning_must_be_permitted() -> None:
    assert taught.scope == "train_shot"
    assert taught.hand.origin == "trained"
