"""The open-weight maker on tiny models with random weights: what holds for them holds for real ones.

What they draw is noise, so nothing is said here of how it looks; what is held are the joints, the seeds, the masks, the
places in memory, the caches and the account.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from manyhands.comp.layers import held
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import CapacityError, MakerError, NotFoundError, ParameterError, RightsError, Stopped
from manyhands.core.frame import Frame
from manyhands.core.passes import MemoryShelf, Pass
from manyhands.kit import logc3
from manyhands.kit.mattes import TO_REC709
from manyhands.makers.diffusers import diffusers
from manyhands.openweight import cards, pipes, windows
from manyhands.openweight.families import FAMILIES
from tests.openweights import carded
from tests.plates import CAMERA, flat, plate

FRAMES = 14  # two windows of 9 that share 5, and a frame more
WINDOWED: dict[str, Any] = {"window": 9, "overlap": 5}
OTHERS = ("matte", "first_frame", "last_frame", "key_frame", "reference")


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MANYHANDS_MODELS", str(tmp_path_factory.mktemp("models")))
        yield
    pipes.let_go()


def small(frames: int = FRAMES) -> Clip:
    return plate(frames, width=64, height=48)


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


def made(kind: str = "wan", *, on: Clip | None = None, seed: int = 1, bell: Any = silent, **params: Any) -> Clip:
    inputs = {"plate": on or small(), **{name: params.pop(name) for name in OTHERS if name in params}}
    settings = {"model": carded(kind), "prompt": "smoke over the roof", "steps": 2, "precision": "float32", **params}
    clip = diffusers.make(inputs, diffusers.checked(settings), Chance(seed, "step"), bell)
    assert isinstance(clip, Clip)
    return clip


def through(clip: Clip, shelf: MemoryShelf | None = None) -> MemoryShelf:
    """All passes, as the runner goes through them: one window at a time, what is handed on saved between."""
    shelf = shelf or MemoryShelf()
    assert clip.passes
    for item in clip.passes.each:
        state: State = {}
        for number in item.numbers(clip.span):
            state = portion(item, number, state, shelf)
    return shelf


def portion(item: Pass, number: int, before: State, shelf: MemoryShelf) -> State:
    done = f"passes/{item.name}.{number}"
    if not shelf.has(done):
        shelf.keep(done, item.work(number, before, shelf))
    return shelf.load(done)


def account(shelf: MemoryShelf) -> dict[str, Any]:
    return dict(json.loads(shelf.load("account")["json"].tobytes()))


def pictures(shelf: MemoryShelf, clip: Clip) -> np.ndarray:
    return np.stack([shelf.load(f"frame.{at}")["picture"] for at in clip.span.frames])


@pytest.fixture(scope="module")
def drawn(models: None) -> tuple[Clip, MemoryShelf]:
    clip = made(**WINDOWED)
    return clip, through(clip)


def test_the_clip_is_the_plates_in_size_and_frames_and_the_models_in_every_pixel(
    drawn: tuple[Clip, MemoryShelf],
) -> None:
    clip, shelf = drawn
    assert clip.passes
    assert (clip.span, clip.width, clip.height) == (small().span, 64, 48)
    for at in (clip.span.start, clip.span.end):
        frame = clip.passes.picture(at, shelf)
        assert frame.faults() == []
        assert [hand.id for hand in frame.authorship.hands] == ["trained:wan:2"]  # a recipe names its weights too
        assert float(frame.authorship.weights.min()) == 1


def test_the_account_says_with_what_it_was_drawn(drawn: tuple[Clip, MemoryShelf]) -> None:
    told = account(drawn[1])
    card = cards.card_of("wan")
    assert told["model"]["digest"] == card.digest
    assert told["model"]["files"] == card.files
    assert (told["model"]["licence"], told["model"]["accepted_by"]) == ("cc0-1.0", "Person A")
    assert [(one["first"], one["frames"], one["overlap"]) for one in told["windows"]] == [
        (1001, 9, 0),
        (1005, 9, 5),
        (1009, 9, 5),
    ]
    assert all(one["steps"] == 2 and one["fired"] == 0 and one["seconds"] > 0 for one in told["windows"])
    assert told["settings"]["precision"] == "float32"
    assert "diffusers" in told["versions"]
    assert "licence cc0-1.0, accepted by Person A" in told["says"][0]
    assert any("may not be used in a final" in said for said in told["says"])


def test_the_same_seed_gives_the_same_bits_and_another_does_not(drawn: tuple[Clip, MemoryShelf]) -> None:
    clip, shelf = drawn
    pipes.let_go()  # loaded anew, as another process would
    np.testing.assert_array_equal(pictures(through(made(**WINDOWED)), clip), pictures(shelf, clip))
    assert np.any(pictures(through(made(**WINDOWED, seed=2)), clip) != pictures(shelf, clip))


def test_a_run_that_is_stopped_between_steps_goes_on_at_its_window(drawn: tuple[Clip, MemoryShelf]) -> None:
    clip, whole = drawn
    steps: list[int] = []

    def stop(done: int, of: int) -> None:
        steps.append(done)
        if len(steps) == 5:  # twice nothing done and two steps, then one step of the second window
            raise Stopped("stopped.")

    shelf = MemoryShelf()
    with pytest.raises(Stopped):
        through(made(**WINDOWED, bell=stop), shelf)
    assert steps == [0, 1, 2, 0, 1]
    assert shelf.has(f"frame.{clip.span.start}")
    assert not shelf.has(f"frame.{clip.span.start + 5}")
    first = shelf.load(f"frame.{clip.span.start}")["picture"].copy()
    again: list[int] = []
    through(made(**WINDOWED, bell=lambda done, of: again.append(done)), shelf)
    assert again == [0, 1, 2, 0, 1, 2]  # the second and third window; the first was kept
    np.testing.assert_array_equal(shelf.load(f"frame.{clip.span.start}")["picture"], first)
    np.testing.assert_array_equal(pictures(shelf, clip), pictures(whole, clip))


def ask_of(kind: str, head: np.ndarray | None, **more: Any) -> Any:
    from manyhands.openweight.families import Ask

    act = next(iter(FAMILIES[kind].calls))
    asked = {"act": act, "prompt": "smoke", "width": 64, "height": 32, "frames": 9, "rate_fps": 24.0, "steps": 3}
    return Ask(**{**asked, "guidance": 2.0, "strength": 0.8, "seed": 5, "head": head, **more})


@pytest.mark.parametrize("kind", ["wan", "wan-image", "cogvideox"])
def test_the_latents_of_a_window_begin_as_those_of_the_frames_it_takes_up(kind: str) -> None:
    """Decoders here look back only, so the first frames are those frames coded and decoded, whatever was asked."""
    import torch

    rng = np.random.default_rng(4)
    over = FAMILIES[kind].stride + 1
    head = rng.random((over, 32, 64, 3)).astype(np.float32)
    frames = rng.random((2 * over - 1, 32, 64, 3)).astype(np.float32)
    given: dict[str, Any] = {"frames": len(frames)}
    card = cards.ready(carded(kind))
    given |= {"plate": frames} if kind == "cogvideox" else {"first": frames[0]} if kind == "wan-image" else {}
    setup = pipes.Setup(precision="float32")
    one = pipes.draw(card, ask_of(kind, head, **given), setup, silent).frames
    other = pipes.draw(card, ask_of(kind, head, prompt="bad roof", seed=6, **given), setup, silent).frames
    vae = next(iter(pipes._HELD.values())).vae
    with torch.no_grad():
        latents = vae.encode(torch.from_numpy(2 * head - 1).permute(3, 0, 1, 2)[None]).latent_dist.mode()
        expected = vae.decode(latents).sample[0].permute(1, 2, 3, 0).numpy() / 2 + 0.5
    np.testing.assert_allclose(one[:over], np.clip(expected, 0, 1), atol=2e-5)
    np.testing.assert_allclose(one[:over], other[:over], atol=2e-5)
    assert np.abs(one[over:] - other[over:]).max() > 1e-3


def test_a_model_that_draws_the_plate_gives_the_plate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour, place, order of frames and size survive the way in and out, here without a change of size."""

    def nothing(card: Any, ask: Any, setup: Any, bell: Any) -> pipes.Drawn:
        return pipes.Drawn(ask.plate, ask.steps, 0, 1.0, "whole", 0.1)

    monkeypatch.setattr(pipes, "draw", nothing)
    clip = small()
    drawn = made(on=clip, act="video", **WINDOWED)
    assert drawn.passes
    shelf = through(drawn)
    for at in clip.span.frames:
        light = clip.frame(at).rgb
        shown = (light @ TO_REC709.T).min(-1) >= 0  # what no display shows is lost on the way in
        assert shown.mean() > 0.9
        np.testing.assert_allclose(drawn.passes.picture(at, shelf).rgb[shown], light[shown], atol=1e-4)


def test_a_larger_plate_is_drawn_small_and_comes_back_at_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def nothing(card: Any, ask: Any, setup: Any, bell: Any) -> pipes.Drawn:
        asked.append((ask.width, ask.height))
        return pipes.Drawn(ask.plate, ask.steps, 0, 1.0, "whole", 0.1)

    monkeypatch.setattr(pipes, "draw", nothing)
    clip = plate(5, width=150, height=90)
    drawn = made(on=clip, act="video", shorter_px=48)
    assert drawn.passes
    frame = drawn.passes.picture(1003, through(drawn))
    assert asked == [(80, 48)]
    assert (frame.width, frame.height) == (150, 90)
    assert np.abs(frame.rgb - clip.frame(1003).rgb)[:20].mean() < 0.01  # the sky, which has no detail to lose


@pytest.mark.parametrize(("kind", "act"), [("wan", "video"), ("wan-vace", "masked")])
def test_windows_that_come_in_other_colours_are_held(kind: str, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that draws the plate as it is, but for a cast and a drift of its own in each window."""
    rng = np.random.default_rng(8)

    def drifting(card: Any, ask: Any, setup: Any, bell: Any) -> pipes.Drawn:
        cast = rng.uniform(-0.06, 0.06, 3).astype(np.float32)
        drift = np.linspace(0, 0.01, ask.frames, dtype=np.float32)[:, None, None, None]
        grain = rng.normal(0, 0.01, ask.plate.shape).astype(np.float32)
        frames = np.clip((0.85 + 0.1 * rng.random()) * ask.plate + 0.05 + cast + drift + grain, 0, 1)
        return pipes.Drawn(frames, ask.steps, 0, 1.0, "whole", 0.1)

    monkeypatch.setattr(pipes, "draw", drifting)
    clip = plate(90, width=64, height=48, drift=0.2)
    given: dict[str, Any] = {"matte": inside(clip)} if act == "masked" else {}
    joins = [
        one["join"]
        for one in account(through(made(kind, on=clip, act=act, window=33, overlap=9, **given)))["windows"][1:]
    ]
    assert len(joins) == 3
    assert max(join["seconds_before"] for join in joins) > 3
    assert max(join["seconds_after"] for join in joins) < 1
    assert max(join["overlap_after"] for join in joins) < 1
    if act == "masked":  # the plate is the anchor: no window is off from it, the first not either
        picture = windows.to_display(clip.frame(clip.span.start).rgb)
        drawn = through(made(kind, on=clip, act=act, window=33, overlap=9, **given)).load(f"frame.{clip.span.start}")
        apart = windows.colour_apart(
            windows.cells(picture[None]), windows.cells(drawn["picture"][None] / np.float32(65535))
        )
        assert apart < 1


def test_holding_colours_never_makes_a_joint_worse(drawn: tuple[Clip, MemoryShelf]) -> None:
    """Random weights draw other content in every window, so there is no colour to hold."""
    shelf = through(made(on=small(), act="video", steps=6, **WINDOWED))
    for told in (*account(shelf)["windows"], *account(drawn[1])["windows"]):
        assert "join" not in told or told["join"]["seconds_after"] <= max(1.0, told["join"]["seconds_before"])


def test_small_drifts_do_not_add_up_over_many_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that grows lighter by a hundredth and a half in every window; nine of them are no lighter."""

    def lighter(card: Any, ask: Any, setup: Any, bell: Any) -> pipes.Drawn:
        drift = np.linspace(0, 0.015, ask.frames, dtype=np.float32)[:, None, None, None]
        return pipes.Drawn(0.8 * ask.plate + 0.05 + drift, ask.steps, 0, 1.0, "whole", 0.1)

    monkeypatch.setattr(pipes, "draw", lighter)
    clip = plate(113, width=64, height=48, drift=0)
    shelf = through(made(on=clip, act="video", window=17, overlap=5))
    told = account(shelf)["windows"]
    assert len(told) == 9
    assert max(one["join"]["seconds_after"] for one in told[1:]) < 1
    first, last = (shelf.load(f"frame.{at}")["picture"][None] / np.float32(65535) for at in (1008, clip.span.end))
    assert windows.colour_apart(windows.cells(first), windows.cells(last)) < 1


def inside(clip: Clip) -> Clip:
    def part(frame: Frame, at: int) -> Frame:
        matte = np.zeros(frame.alpha.shape, np.float32)
        matte[16:32, 16:48] = 1
        return held(frame, matte)

    return clip.each(part)


def with_change(clip: Clip, rows: slice, columns: slice) -> Clip:
    def changed(frame: Frame, at: int) -> Frame:
        rgba = frame.rgba.copy()
        rgba[rows, columns, :3] = 0.9 - rgba[rows, columns, :3]
        return Frame.of(rgba, CAMERA)

    return clip.each(changed)


def test_nothing_of_the_plate_inside_the_mask_reaches_a_masked_model_and_all_outside_does() -> None:
    clip = small(9)
    params: dict[str, Any] = {"act": "masked", "matte": inside(clip), "window": 9}
    as_shot = pictures(through(made("wan-vace", on=clip, **params)), clip)
    within = with_change(clip, slice(16, 32), slice(16, 48))
    np.testing.assert_array_equal(pictures(through(made("wan-vace", on=within, **params)), clip), as_shot)
    beside = with_change(clip, slice(0, 16), slice(0, 64))
    assert np.any(pictures(through(made("wan-vace", on=beside, **params)), clip) != as_shot)


def test_a_mask_says_where_something_is_made() -> None:
    clip = small(9)
    one = through(made("wan-vace", on=clip, act="masked", matte=inside(clip)))
    turned = inside(clip).each(lambda frame, at: Frame.of(np.ascontiguousarray(frame.rgba[::-1, ::-1]), CAMERA))
    other = through(made("wan-vace", on=clip, act="masked", matte=turned.each(lambda frame, at: frame)))
    np.testing.assert_array_equal(pictures(one, clip), pictures(other, clip))  # it lies in the middle
    less = clip.each(lambda frame, at: held(frame, (np.arange(48) < 16)[:, None] * np.ones((1, 64))))
    assert np.any(pictures(through(made("wan-vace", on=clip, act="masked", matte=less)), clip) != pictures(one, clip))


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("wan", "video"),
        ("wan-image", "image"),
        ("wan-vace", "masked"),
        ("ltx", "text"),
        ("ltx", "image"),
        ("cogvideox", "video"),
    ],
)
def test_every_family_draws_a_shot_of_several_windows(kind: str, act: str) -> None:
    clip = small(26 if FAMILIES[kind].stride == 8 else FRAMES)
    given = {"matte": inside(clip)} if act == "masked" else {"first_frame": clip} if act == "image" else {}
    long: dict[str, Any] = {"window": 17, "overlap": 9} if FAMILIES[kind].stride == 8 else WINDOWED
    shelf = through(made(kind, on=clip, act=act, steps=3, **long, **given))
    told = account(shelf)
    assert len(told["windows"]) >= 2
    assert all(np.isfinite(one["join"]["seconds_after"]) for one in told["windows"][1:])
    assert pictures(shelf, clip).std() > 100


@pytest.mark.parametrize("cache", ["first_block", "taylorseer", "broadcast"])
def test_what_a_cache_spared_is_counted_where_the_work_is_done(cache: str) -> None:
    clip = small(5)
    shelf = through(made(on=clip, steps=10, cache=cache, cache_threshold=0.2))
    (window,) = account(shelf)["windows"]
    assert window["steps"] == 10
    assert 0 < window["fired"] < 10
    assert 0.3 < window["work_share"] < 1
    again = through(made(on=clip, steps=10, cache=cache, cache_threshold=0.2))
    np.testing.assert_array_equal(pictures(again, clip), pictures(shelf, clip))  # nothing stays in it between windows
    said = f"the cache {cache} fired in {window['fired']} of 10 steps"
    assert any(line.startswith(said) for line in account(shelf)["says"])


def test_a_cache_that_never_fires_is_told_so_and_draws_what_none_draws() -> None:
    clip = small(5)
    shelf = through(made(on=clip, steps=4, cache="first_block", cache_threshold=0))
    assert "fired in 0 of 4 steps and spared 0 %" in account(shelf)["says"][1]
    np.testing.assert_array_equal(pictures(shelf, clip), pictures(through(made(on=clip, steps=4)), clip))


@pytest.mark.parametrize(
    ("kind", "act", "cache"),
    [
        (kind, act, cache)
        for kind, act in (("wan-vace", "masked"), ("ltx", "text"), ("cogvideox", "video"), ("ltx2", "text"))
        for cache in ("first_block", "taylorseer", "broadcast")
        if cache not in FAMILIES[kind].call(act).lacks  # type: ignore[arg-type]
    ],
)
def test_every_family_can_have_its_caches(kind: str, act: str, cache: str) -> None:
    clip = plate(9, width=64, height=64)
    beside = {"matte": plate(9, width=64, height=64)} if act == "masked" else {}
    told = account(through(made(kind, on=clip, act=act, cache=cache, steps=8, cache_threshold=0.4, **beside)))
    assert told["windows"][0]["fired"] > 0
    assert told["windows"][0]["work_share"] < 1


@pytest.mark.parametrize("cache", ["first_block", "taylorseer"])
def test_a_step_cache_is_told_apart_what_the_pipeline_does_not_name(
    cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the pipeline names its questions itself, our names must come to the same frames."""
    clip = small(9)
    settings: dict[str, Any] = {"on": clip, "cache": cache, "steps": 6, "cache_threshold": 0.3}
    named = through(made(**settings))
    calls = FAMILIES["wan"].calls
    unnamed = replace(calls["text"], names_its_caches=False)
    monkeypatch.setitem(FAMILIES, "wan", replace(FAMILIES["wan"], calls={**calls, "text": unnamed}))
    ours = through(made(**settings))
    assert account(ours)["windows"][0]["fired"] == account(named)["windows"][0]["fired"] > 0
    np.testing.assert_array_equal(pictures(ours, clip), pictures(named, clip))


@pytest.mark.parametrize("cache", ["first_block", "taylorseer", "broadcast"])
def test_a_video_made_anew_is_cached_too(cache: str) -> None:
    told = account(through(made(on=small(9), act="video", cache=cache, steps=8, cache_threshold=0.3)))
    assert told["windows"][0]["fired"] > 0
    assert told["windows"][0]["work_share"] < 1


def test_a_cache_that_a_network_cannot_have_is_refused() -> None:
    with pytest.raises(ParameterError, match="cache is 'first_block'; the network of LTX-2 cannot have it"):
        through(made("ltx2", on=plate(9, width=64, height=64), cache="first_block"))


def short_of(monkeypatch: pytest.MonkeyPatch, *full: str) -> list[weakref.ref[Any]]:
    """A hook at the edge to torch that fails in some places as torch does when there is no memory left.

    Returns every model that was asked.
    """
    real, placed = pipes._asked, pipes._placed
    were: list[weakref.ref[Any]] = []

    def alone(pipe: Any, *rest: Any) -> None:
        assert [one for one in were if one() is not None] == []  # two models need twice the memory
        placed(pipe, *rest)

    def asked(pipe: Any, *rest: Any) -> Any:
        were.append(weakref.ref(pipe))
        place = next(key[-1] for key, one in pipes._HELD.items() if one is pipe)

        def fail(*_: Any) -> None:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

        hook = pipe.transformer.register_forward_pre_hook(fail) if place in full else None
        try:
            return real(pipe, *rest)
        finally:
            if hook:
                hook.remove()

    monkeypatch.setattr(pipes, "_asked", asked)
    monkeypatch.setattr(pipes, "_placed", alone)
    return were


def test_when_the_memory_is_full_it_goes_one_step_down_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = small(9)
    plain = pictures(through(made(on=clip, window=5, overlap=1)), clip)
    short_of(monkeypatch, "whole")
    shelf = through(made(on=clip, window=5, overlap=1))
    told = account(shelf)
    assert [one["place"] for one in told["windows"]] == ["disk", "disk"]
    assert [len(one["said"]) for one in told["windows"]] == [1, 0]  # the second does not try again
    assert any("the memory was full with whole; it went on with disk" in said for said in told["says"])
    np.testing.assert_allclose(pictures(shelf, clip) / 65535, plain / 65535, atol=1e-4)


def test_when_no_place_is_left_it_says_what_would_change_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    were = short_of(monkeypatch, "whole", "disk")
    with pytest.raises(CapacityError, match="the memory is full, also with") as refused:
        through(made(on=small(5)))
    assert [one() for one in were] == [None, None]  # and the memory is free again
    assert "tiled=yes" in refused.value.fix
    assert "precision=float8" in refused.value.fix


def test_a_model_that_fails_is_named_and_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise ValueError("shapes do not fit")

    monkeypatch.setattr(pipes, "_asked", fails)
    with pytest.raises(MakerError, match="wan failed with ValueError: shapes do not fit"):
        through(made(on=small(5)))


def test_a_draft_is_finished_as_the_same_take() -> None:
    """The draft that finishing draws again is the accepted one bit for bit, and the end depends on it."""
    clip = plate(9, width=96, height=64)
    params: dict[str, Any] = {"on": clip, "draft_steps": 2, "steps": 3, "strength": 0.5}
    draft = through(made(**params, take="draft"))
    finish = through(made(**params, take="finish"))
    assert account(draft)["size"] == [48, 32]
    assert account(finish)["size"] == [96, 64]
    for at in clip.span.frames:
        np.testing.assert_array_equal(draft.load(f"frame.{at}")["picture"], finish.load(f"draft.{at}")["picture"])
    assert account(draft)["windows"][0]["seed"] == account(finish)["drafts"][0]["seed"]
    other = through(made(**{**params, "seed": 2}, take="finish"))
    assert np.any(pictures(finish, clip) != pictures(other, clip))
    assert any("take=finish" in said for said in account(draft)["says"])


def test_a_draft_of_a_family_that_takes_no_video_is_not_finished() -> None:
    with pytest.raises(ParameterError, match="LTX-Video cannot begin with a draft"):
        made("ltx", take="finish")


def test_no_model_no_card_and_no_accepted_licence_stop_it_before_anything_is_loaded() -> None:
    with pytest.raises(ParameterError, match="diffusers: model is empty"):
        made(model="")
    with pytest.raises(NotFoundError, match="model unknown: not found"):
        made(model="unknown")
    carded("cogvideox", accepted_by="")
    card = cards.card_of("cogvideox")
    cards.keep(card.but(accepted_by=""))
    with pytest.raises(RightsError, match="nobody has accepted the licence of cogvideox"):
        made("cogvideox", act="video")
    cards.keep(card.but(accepted_by="Person A"))


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"prompt": " "}, "prompt is empty"),
        ({"act": "masked"}, "act is 'masked'; Wan 2.1/2.2 can do text and video"),
        ({"kind": "wan-vace", "act": "masked"}, "there is no matte"),
        ({"kind": "wan-image", "act": "image"}, "there is no picture to begin with"),
        ({"act": "video", "steps": 4, "strength": 0.2}, "strength is 0.2; of 4 steps not one is left"),
        ({"window": 9, "overlap": 9}, "overlap is 9; it must be less than the window of 9"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_runs(params: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        made(**params)


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "find_spec", lambda name: None if name == "diffusers" else name)
    pipes.check_installed.cache_clear()
    with pytest.raises(CapacityError, match="it needs diffusers, which is not installed") as refused:
        made()
    assert "manyhands[models]" in refused.value.fix


def test_listing_makers_and_models_needs_none_of_the_libraries() -> None:
    """In a process of its own, with all of them forbidden."""
    forbidden = ("torch", "diffusers", "transformers", "accelerate", "huggingface_hub", "tqdm")
    script = f"""
import sys
for name in {forbidden!r}: sys.modules[name] = None
from manyhands.makers import find_maker
from manyhands.openweight.cards import all_cards
from manyhands.cli.commands import app
import manyhands.actions.models, manyhands.openweight.generating
assert find_maker("diffusers").checked({{}}) and all_cards()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_preset_that_this_machine_has_not_is_refused() -> None:
    with pytest.raises(ParameterError, match="preset is 'layers'; on a cpu it must be one of whole, disk or auto"):
        through(made(on=small(5), preset="layers"))


@pytest.mark.parametrize(("name", "value"), [("precision", "bfloat16"), ("precision", "float8"), ("tiled", True)])
def test_what_changes_pixels_runs_and_stands_in_the_account(name: str, value: Any) -> None:
    clip = small(5)
    assert account(through(made(on=clip, **{name: value})))["settings"][name] == value


def test_ltx2_draws_from_words_and_takes_up_the_window_before() -> None:
    clip = plate(33, width=64, height=64)
    told = account(through(made("ltx2", on=clip, window=25, overlap=9)))
    assert [one["overlap"] for one in told["windows"]] == [0, 9]
    assert told["model"]["pipeline"] == "LTX2Pipeline"


@pytest.mark.parametrize(("kind", "frames"), [("ltx", 9), ("ltx2", 17), ("wan-image", 9)])
def test_a_shot_may_begin_and_end_with_a_picture(kind: str, frames: int) -> None:
    """What it ends with is heard: another last picture is another shot, and nothing else has changed."""
    clip = plate(frames, width=64, height=64)
    begins, ends, dark = (
        plate(1, width=64, height=64),
        flat(0.5, 1, width=64, height=64),
        flat(0, 1, width=64, height=64),
    )
    settings: dict[str, Any] = {"kind": kind, "on": clip, "act": "image", "first_frame": begins}
    without = pictures(through(made(**settings)), clip)
    one = pictures(through(made(**settings, last_frame=ends)), clip)
    other = pictures(through(made(**settings, last_frame=dark)), clip)
    assert np.any(one != without)
    assert np.any(other != one)


def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What models are asked from now on."""
    asked: list[Any] = []
    real = pipes.draw

    def draw(card: Any, ask: Any, *rest: Any) -> Any:
        asked.append(ask)
        return real(card, ask, *rest)

    monkeypatch.setattr(pipes, "draw", draw)
    return asked


def test_only_the_last_window_ends_with_the_last_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = heard(monkeypatch)
    clip = plate(20, width=64, height=64)
    picture = plate(1, width=64, height=64)
    through(made("ltx", on=clip, act="image", first_frame=picture, last_frame=picture, window=17, overlap=9))
    # counted in its own window, which reaches beyond the shot
    assert [[at for at, _ in one.stills] for one in asked] == [[], [20 - 1 - 8]]


@pytest.mark.parametrize(("frame", "windows"), [(1005, [[4], []]), (1012, [[11], []]), (1019, [[], [10]])])
def test_a_picture_for_a_frame_in_between_goes_to_the_window_that_draws_it(
    monkeypatch: pytest.MonkeyPatch, frame: int, windows: list[list[int]]
) -> None:
    asked = heard(monkeypatch)
    clip, picture = plate(20, width=64, height=64), flat(0.5, 1, width=64, height=64)
    settings: dict[str, Any] = {"on": clip, "window": 17, "overlap": 9}
    shown = pictures(through(made("ltx", key_frame=picture, key_frame_at=frame, **settings)), clip)
    assert [[at for at, _ in one.stills] for one in asked] == windows
    assert np.any(shown != pictures(through(made("ltx", **settings)), clip))


def test_a_picture_in_between_needs_a_frame_of_the_shot_and_a_family_that_takes_it() -> None:
    clip, picture = plate(9, width=64, height=64), plate(1, width=64, height=64)
    for at in (None, 1010):
        with pytest.raises(ParameterError, match=rf"key_frame is for frame {at}; the shot has 1001 to 1009"):
            made("ltx", on=clip, key_frame=picture, key_frame_at=at)
    with pytest.raises(ParameterError, match=r"key_frame is given; Wan 2\.1/2\.2 from an image takes none"):
        made("wan-image", on=clip, act="image", first_frame=picture, key_frame=picture, key_frame_at=1005)


def test_what_a_masked_model_is_shown_beside_is_heard() -> None:
    clip, picture = small(5), plate(1, width=64, height=48, drift=4)
    matte = small(5)
    settings: dict[str, Any] = {"kind": "wan-vace", "on": clip, "act": "masked", "matte": matte}
    without = pictures(through(made(**settings)), clip)
    shown = pictures(through(made(**settings, reference=picture)), clip)
    assert np.any(shown != without)


def test_a_picture_that_a_family_has_no_use_for_is_refused() -> None:
    picture = plate(1, width=64, height=48)
    with pytest.raises(ParameterError, match=r"last_frame is given; Wan 2\.1/2\.2 takes none for the act text") as said:
        made("wan", last_frame=picture)
    assert "ltx" in said.value.fix
    with pytest.raises(ParameterError, match=r"reference is given; Wan 2\.1/2\.2 takes none"):
        made("wan", reference=picture)


def test_the_light_of_an_hdr_model_comes_through_unclipped() -> None:
    """What the model gives is light; the frame has it as it was, beyond white, to a 4000th."""
    clip = plate(9, width=64, height=64)
    given: list[np.ndarray] = []
    with pytest.MonkeyPatch.context() as patch:
        real = pipes._asked

        def asked(*rest: Any) -> Any:
            coded, steps, counts = real(*rest)
            coded = np.clip(coded + np.linspace(0, 0.5, 64, dtype=np.float32)[:, None], 0, 1)
            given.append(coded)
            return coded, steps, counts

        patch.setattr(pipes, "_asked", asked)
        made_clip = made("ltx2-hdr", on=clip, act="video")
        shelf = through(made_clip)
    assert made_clip.passes
    frame = made_clip.passes.picture(clip.span.start, shelf).rgb
    light = logc3.linear(given[0][0].astype(np.float64))
    assert light.max() > 10
    np.testing.assert_allclose(frame @ TO_REC709.T, light, rtol=2.5e-4, atol=2.5e-4)
    assert account(shelf)["model"]["pipeline"] == "LTX2HDRPipeline"


def test_an_hdr_model_does_not_go_on_from_a_draft() -> None:
    with pytest.raises(ParameterError, match="LTX-2 HDR cannot begin with a draft"):
        made("ltx2-hdr", on=plate(9, width=64, height=64), act="video", take="finish")
