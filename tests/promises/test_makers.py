"""What every maker promises, tested for each that is installed; see CONTRIBUTING, "Add a maker"."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError, Stopped
from manyhands.core.frame import Frame
from manyhands.core.maker import Maker
from manyhands.core.track import Track, standing
from manyhands.makers import all_makers
from manyhands.openweight.cards import models_folder
from tests import openweights
from tests.plates import plate

MAKERS = list(all_makers().values())
every_maker = pytest.mark.parametrize("maker", MAKERS, ids=[maker.name for maker in MAKERS])
every_picture = pytest.mark.parametrize(
    "maker", [maker for maker in MAKERS if maker.gives == "clip"], ids=lambda maker: maker.name
)

SMALL = 0.08  # of a plate that the defaults are meant for


@pytest.fixture(autouse=True)
def hosted(request: pytest.FixtureRequest) -> Iterator[None]:
    """For a maker that costs something: a service of our own on this machine."""
    maker = request.node.callspec.params.get("maker") if hasattr(request.node, "callspec") else None
    if maker is None or maker.quote is None:
        yield
    else:
        from tests.hosted.made import drawn
        from tests.hosted.server import Runway, known

        with known(Runway(makes=lambda *_: [("made.mp4", drawn(2))])):
            yield


def small(maker: Maker) -> Any:
    drawn: dict[str, Any] = {}
    if "shapes" in maker.params.model_fields:
        drawn["shapes"] = "spline 200,200 900,150 800,600"
    if maker.quote:
        drawn["prompt"] = "make it snow"
    elif "model" in maker.params.model_fields:
        drawn |= {"model": openweights.carded("wan"), "prompt": "smoke over the roof", "steps": 2}
    return maker.checked(drawn).scaled(SMALL)


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder of models of its own, for makers that draw with one: tiny ones, with random weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MANYHANDS_MODELS", str(tmp_path_factory.mktemp("models")))
        yield


def inputs(maker: Maker, clip: Clip) -> dict[str, Clip | Track | None]:
    """Something for every input: a track that stands, an element that is the plate's own middle."""
    from manyhands.comp.layers import cropped, held, multiply

    def part(frame: Frame, at: int) -> Frame:
        matte = np.zeros(frame.alpha.shape, np.float32)
        matte[8:40, 20:60] = 0.6
        return held(frame, matte)

    element = clip.each(part)
    matte = clip.each(lambda frame, at: held(frame, (np.arange(clip.height) > 30)[:, None] * np.ones((1, clip.width))))
    darker = matte.each(lambda frame, at: multiply(frame, np.full(frame.alpha.shape, 0.5), frame.authorship.hands[0]))
    painted = replace(darker, numbers=(clip.span.start, clip.span.end))
    stand_ins: dict[str, Clip | Track] = {
        "plate": clip,
        "element": Clip(clip.span, 48, 40, lambda at: cropped(element.frame(at), 12, 4, 48, 40)),
        "foreground": matte,
        "painted": painted,
        **dict.fromkeys(("matte", "front", "other", "picture", "garbage", "holdout", "affected"), matte),
        "clean": clip,
        "edit": clip,
        "dark": clip,
        "bright": clip.each(_brighter),
        "motion": standing(clip.span, clip.width, clip.height),
    }
    return {item.name: stand_ins.get(item.name) for item in maker.inputs}


def _brighter(frame: Frame, at: int) -> Frame:
    """The same before a brighter background."""
    return Frame(frame.rgba + np.float32([0.2, 0.2, 0.2, 0]) * (1 - 0.5 * frame.rgba), frame.authorship)


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


def plate_for(maker: Maker, frames: int = 6) -> Clip:
    """The house; for a keyer the house before a screen, for a hosted model as long as it takes."""
    if maker.quote:
        return plate(50)
    if "screen" not in maker.params.model_fields:
        return plate(frames)

    def screened(frame: Frame, at: int) -> Frame:
        sky = (np.arange(frame.height) < 20)[:, None, None]
        rgb = np.where(sky, np.array([0.14, 0.32, 0.09], np.float32), frame.rgb)
        return Frame(np.dstack([rgb, frame.alpha]).astype(np.float32), frame.authorship)

    return plate(frames).each(screened)


def make(maker: Maker, clip: Clip, *, seed: int = 1) -> Any:
    return maker.make(inputs(maker, clip), small(maker), Chance(seed, "step"), silent)


@every_picture
def test_same_inputs_and_seed_give_the_same_pixels(maker: Maker) -> None:
    if not maker.repeats:
        pytest.skip(f"{maker.name} declares that it cannot repeat itself")
    first, second = make(maker, plate_for(maker)), make(maker, plate_for(maker))
    for at in (1001, 1003):
        one, other = first.frame(at), second.frame(at)
        assert np.array_equal(one.rgba, other.rgba)
        assert np.array_equal(one.authorship.weights, other.authorship.weights)


@every_picture
def test_frames_do_not_depend_on_the_order_they_are_asked_for(maker: Maker) -> None:
    forward, backward = make(maker, plate_for(maker)), make(maker, plate_for(maker))
    seen = {at: forward.frame(at).rgba.copy() for at in (1001, 1002, 1003)}
    for at in (1003, 1001, 1002):
        assert np.array_equal(backward.frame(at).rgba, seen[at])


@every_maker
def test_inputs_are_left_as_they_were(maker: Maker) -> None:
    clip = plate_for(maker)
    held = {at: clip.frame(at) for at in clip.span.frames}
    before = {at: (frame.rgba.copy(), frame.authorship.weights.copy()) for at, frame in held.items()}
    kept = Clip(clip.span, clip.width, clip.height, held.__getitem__)
    made = make(maker, kept)
    if isinstance(made, Clip):
        made.frame(1002)
    for at, frame in held.items():
        assert np.array_equal(frame.rgba, before[at][0])
        assert np.array_equal(frame.authorship.weights, before[at][1])


@every_picture
def test_frames_are_whole_and_their_shares_sum_to_alpha(maker: Maker) -> None:
    made = make(maker, plate_for(maker))
    for at in (made.span.start, made.span.start + 2):
        frame = made.frame(at)
        assert frame.rgba.shape == (made.height, made.width, 4)
        assert frame.faults() == []


@every_maker
def test_a_track_covers_the_plates_span(maker: Maker) -> None:
    if maker.gives != "track":
        pytest.skip(f"{maker.name} gives pictures")
    clip = plate_for(maker)
    assert make(maker, clip).span == clip.span


@every_maker
def test_every_parameter_says_its_bounds_unit_and_meaning(maker: Maker) -> None:
    for parameter in maker.parameters():
        assert parameter.unit, parameter.name
        assert len(parameter.about) > 8, parameter.name
        assert not parameter.about.endswith("."), parameter.name
        if isinstance(parameter.default, int | float) and not isinstance(parameter.default, bool):
            assert parameter.low is not None, parameter.name
            assert parameter.low <= parameter.default <= parameter.high, parameter.name


@every_maker
def test_a_value_outside_its_bounds_is_refused_by_name(maker: Maker) -> None:
    for parameter in maker.parameters():
        if parameter.high is None:
            continue
        with pytest.raises(ParameterError, match=f"{maker.name}: {parameter.name} is .*between|must"):
            maker.checked({parameter.name: parameter.high * 2 + 1})


@every_maker
def test_a_parameter_that_it_does_not_have_is_refused(maker: Maker) -> None:
    with pytest.raises(ParameterError, match="fluffiness is not one of its parameters"):
        maker.checked({"fluffiness": 1})


@every_maker
def test_it_can_be_stopped_between_frames(maker: Maker) -> None:
    def stop(done: int, of: int) -> None:
        raise Stopped("stopped.")

    clip = plate_for(maker)
    try:
        made = maker.make(inputs(maker, clip), small(maker), Chance(1, "step"), stop)
    except Stopped:
        return  # it worked before it gave frames, and could be stopped in that
    assert isinstance(made, Clip), f"{maker.name} never rang its bell"


@every_maker
def test_it_says_what_it_is_and_what_a_frame_costs(maker: Maker) -> None:
    assert 20 < len(maker.about) < 300
    assert maker.seconds(maker.checked({}), 1920, 1080) > 0
    assert maker.hand.id == f"{maker.origin}:{maker.name}:{maker.version}"


class Listening:
    """Hears every file and socket that Python opens while it listens."""

    def __init__(self) -> None:
        self.on = False
        self.heard: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        if self.on and (event in ("socket.connect", "socket.getaddrinfo") or event == "open"):
            self.heard.append(f"{event} {details[0]}")


@pytest.fixture(scope="module")
def listening() -> Iterator[Listening]:
    ear = Listening()
    yield ear
    ear.on = False


@every_maker
def test_no_file_and_no_socket_is_opened_that_it_did_not_declare(maker: Maker, listening: Listening) -> None:
    if "network" in maker.needs:
        pytest.skip(f"{maker.name} declares that it sends and fetches files")

    def work() -> None:
        made = make(maker, plate_for(maker, 3))
        if isinstance(made, Clip):
            made.frame(1001)

    work()  # imports and compiled kernels are loaded now
    listening.heard.clear()
    listening.on = True
    work()
    listening.on = False
    declared = f"open {models_folder()}"  # a maker that draws with a model reads that one
    assert [item for item in listening.heard if "__pycache__" not in item and not item.startswith(declared)] == []


@every_maker
def test_it_says_what_it_was_trained_on_and_what_it_is_wanted_for(maker: Maker) -> None:
    about = maker.about_model(maker.checked({}))
    assert bool(about.trained_on) is (maker.origin == "trained")
    assert (maker.kind in ("taught", "open-weight", "hosted")) is (maker.origin == "trained")
    assert (maker.kind == "hosted") is (maker.quote is not None)  # what leaves the machine has its price told before
    for purpose in maker.purposes:
        maker.checked(maker.set_for(purpose, {"plate", "matte"}))
