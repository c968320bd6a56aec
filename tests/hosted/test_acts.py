"""Performances, upscales and plates with cuts: asked of a Runway of our own as a person asks, and held to its books."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.core.clip import Clip
from manyhands.hosted import prices
from manyhands.media.exr import read_frame
from manyhands.media.masters import write_master
from manyhands.media.stills import write_png
from manyhands.media.view import view_for
from manyhands.store.production import open_production
from tests.doors import here
from tests.hosted.made import ME, drawn, film, makes, other, production, ran, told, write_plate
from tests.hosted.server import Runway
from tests.hosted.test_shot import paid
from tests.plates import plate

LONG = 72  # three seconds: the shortest performance
HAND = "literal, by hand"


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """A production with a shot of three seconds."""
    return production(tmp_path, write_plate(tmp_path / "plate.mp4", LONG))[0]


def asked(where: Path, **params: object) -> Any:
    """What is offered when these parameters are set by hand."""
    given = {**({"prompt": ""} if "act" in params else {}), **params}  # those acts take no words
    sets = [word for name, value in given.items() for word in ("--set", f"runway.{name}={value}")]
    return here("propose", "sh010", *ME, "-p", where, "--like", HAND, *sets, "--why", "to see", "--json")


def offer(where: Path, **params: object) -> Any:
    return asked(where, **params).value["offers"][0]


def character(where: Path, tmp_path: Path) -> str:
    """A picture of somebody, 90 x 120, as a source."""
    write_png(tmp_path / "face.png", np.full((120, 90, 3), 90, np.uint8))
    source = told("source", "add", tmp_path / "face.png", *ME, "-p", where, "--own", "--hosted")
    return f"source:{source['id']}"


def consented(where: Path, tmp_path: Path, person: str, *more: str, scope: str = "likeness_replica") -> Any:
    document = tmp_path / "consent.pdf"
    document.write_bytes(b"signed by " + person.encode())
    words = ("--document", document, "--about", "the mask in scene 12", "--signed", "2019-05-01", *more)
    return told("consent", "add", person, "--scope", scope, *words, *ME, "-p", where)


def says(where: Path, take: Mapping[str, Any]) -> str:
    return " ".join(told("take", "show", take["id"], *ME, "-p", where)["looks"]["findings"])


# --- performances -------------------------------------------------------------------------------


def test_a_performance_drives_a_character_under_two_consents(runway: Runway, shot: Path, tmp_path: Path) -> None:
    given = [consented(shot, tmp_path, name) for name in ("Person A", "Person B")]
    runway.makes, runway.cost = lambda *_: [("made.mp4", drawn(3))], 15
    (quote,) = offer(
        shot,
        act="character_performance",
        performer="person  a",
        character=character(shot, tmp_path),
        character_of="Person B",
        body_control="yes",
        expression_intensity=5,
    )["prices"].values()
    assert quote["credits_most"] == 15  # act_two: 5 a second
    assert "the performance of person  a in these frames" in quote["leaves"]
    assert any("the likeness of Person B" in one for one in quote["leaves"])
    take = ran(shot, "--agree").value
    (task,) = runway.tasks.values()
    body = dict(task.body)
    sent, face = body.pop("reference"), body.pop("character")
    assert (sent["type"], face["type"]) == ("video", "image")
    assert {name: body[name] for name in ("model", "bodyControl", "expressionIntensity", "ratio")} == {
        "model": "act_two", "bodyControl": True, "expressionIntensity": 5, "ratio": "1104:832",
    }  # fmt: skip
    assert film(runway.blobs[sent["uri"]], tmp_path).span.length == LONG
    assert runway.blobs[face["uri"]][:8] == b"\x89PNG\r\n\x1a\n"
    assert paid(shot) == runway.money == take["cost_minor"] == quote["minor_most"] == 15
    assert "the performance is that of person  a; the character is the likeness of Person B" in says(shot, take)
    opened = open_production(shot)
    (line,) = opened.log(act="agree")
    opened.close()
    assert json.loads(line.about)["consents"] == [one["id"] for one in given]


def test_a_film_drives_a_filmed_character_that_is_nobody(runway: Runway, shot: Path, tmp_path: Path) -> None:
    consented(shot, tmp_path, "Person A")
    runway.makes, runway.cost = lambda *_: [("made.mp4", drawn(3))], 15
    wide: Clip = plate(90, width=200, height=64)
    write_master(tmp_path / "played.mp4", wide, span=wide.span, format="mp4", view=view_for("rec709"))
    played = told("source", "add", tmp_path / "played.mp4", *ME, "-p", shot, "--own", "--hosted")["id"]
    (quote,) = offer(
        shot,
        act="character_performance",
        performer="Person A",
        performance=f"source:{played}",
        character=f"source:{played}",
    )["prices"].values()
    assert any("stated to be nobody real" in one for one in quote["leaves"])
    assert ran(shot, "--agree").value
    (task,) = runway.tasks.values()
    assert task.body["character"]["type"] == "video"
    sent, face = (film(runway.blobs[task.body[name]["uri"]], tmp_path) for name in ("reference", "character"))
    assert (sent.span.length, face.span.length) == (LONG, 90)
    assert sent.width / sent.height == pytest.approx(200 / 64, abs=0.02)  # in its own shape, not the plate's


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), "Person A has not consented to likeness_replica"),
        (("--scope", "likeness_alter"), "Person A has not consented to likeness_replica"),
        (("--until", "2020-01-01"), "the consent of Person A to likeness_replica ended on 2020-01-01"),
    ],
    ids=["none", "another scope", "ended"],
)
def test_without_a_consent_nothing_is_even_proposed(
    runway: Runway, shot: Path, tmp_path: Path, given: tuple[str, ...], missing: str
) -> None:
    if given:
        scope = "likeness_alter" if "--scope" in given else "likeness_replica"
        consented(shot, tmp_path, "Person A", *(given if "--until" in given else ()), scope=scope)
    face = character(shot, tmp_path)
    said = asked(shot, act="character_performance", performer="Person A", character=face, character_of="Person B")
    error = said.refused("RightsError")
    assert missing in error["what"]
    assert "Person B has not consented to likeness_replica" in error["what"]
    assert 'manyhands consent add "Person B" --scope likeness_replica' in error["fix"]
    assert runway.calls == []


def test_a_performance_of_nobody_is_refused(runway: Runway, shot: Path, tmp_path: Path) -> None:
    said = asked(shot, act="character_performance", character=character(shot, tmp_path))
    assert "performer is empty" in said.refused("ParameterError")["what"]
    assert runway.calls == []


def test_a_consent_that_was_withdrawn_stops_the_run_and_the_delivery(
    runway: Runway, shot: Path, tmp_path: Path
) -> None:
    runway.makes, runway.cost = lambda *_: [("made.mp4", drawn(3))], 15
    first = consented(shot, tmp_path, "Person A")
    offer(shot, act="character_performance", performer="Person A", character=character(shot, tmp_path))
    told("consent", "revoke", first["id"], "--why", "she asked us to", *ME, "-p", shot)
    for words in (("run", "sh010", HAND, "--agree"), ("agree", "sh010", HAND)):
        error = here(*words, *ME, "-p", shot, "--json").refused("RightsError")
        assert "the consent of Person A to likeness_replica was withdrawn on" in error["what"]
    assert runway.calls == []
    again = consented(shot, tmp_path, "Person A", "--until", "2999-01-01")
    take = ran(shot, "--agree").value
    told("take", "show", take["id"], *ME, "-p", shot)
    told("decide", take["id"], "accept", "--why", "good", *ME, "-p", shot)
    found = told("consent", "revoke", again["id"], "--why", "she asked us to", *ME, "-p", shot)
    (touched,) = found["takes"]
    assert (touched["take"], touched["standing"]) == (take["id"], "needs a decision")
    assert (touched["frames"], touched["scopes"]) == (touched["of"], ["likeness_replica"])
    assert told("rights", "report", again["id"], "-p", shot)["takes"] == found["takes"]
    assert "that of Person A" in says(shot, take)  # it can be looked at, and its bill too
    assert told("sent", "sh010", HAND, *ME, "-p", shot)[0]["credits"] == 15
    here("deliver", "sh010", *ME, "-p", shot, "-o", tmp_path / "out", "--json").refused("RightsError")
    assert not (tmp_path / "out").exists()


def test_a_performance_that_ends_early_is_refused_before_it_is_paid(runway: Runway, shot: Path, tmp_path: Path) -> None:
    consented(shot, tmp_path, "Person A")
    short = told("source", "add", write_plate(tmp_path / "s.mp4", 48), *ME, "-p", shot, "--own", "--hosted")["id"]
    face = character(shot, tmp_path)
    offer(shot, act="character_performance", performer="Person A", performance=f"source:{short}", character=face)
    error = ran(shot, "--agree").refused("InputError")
    assert "the performance has 2.00 s; the shot has 3.00 s" in error["what"]
    assert (runway.calls, paid(shot)) == ([], 0)


# --- upscales -----------------------------------------------------------------------------------

UPSCALERS = ("magnific_video_upscaler_creative", "magnific_precision_upscaler_v2", "enhance_frame_rate")


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with prices for what has none that is known: the test's own."""
    table = {**prices.table()}
    table["price"] = [*table["price"], {"models": [UPSCALERS[0], UPSCALERS[2]], "credits_a_second": 10}]
    table["price"] += [{"models": [UPSCALERS[1]], "credits_each": 7}]
    monkeypatch.setattr(prices, "table", lambda: table)


@pytest.mark.parametrize(
    ("params", "model"),
    [
        ({"act": "video_upscale"}, UPSCALERS[0]),
        ({"act": "image_upscale"}, UPSCALERS[1]),
        ({"act": "video_upscale", "model": "enhance_frame_rate", "frame_rate": 48}, UPSCALERS[2]),
    ],
)
def test_what_has_no_known_price_is_refused(runway: Runway, shot: Path, params: dict[str, Any], model: str) -> None:
    offered = offer(shot, **params)
    assert f"there is no price for {model}" in offered["findings"][0]
    assert not offered["is_complete"]
    assert f"no price for {model}" in ran(shot, "--agree").refused("InputError")["what"]
    assert runway.calls == []


def test_an_upscale_comes_back_at_the_plates_size_and_frames(
    runway: Runway, priced: None, shot: Path, tmp_path: Path
) -> None:
    runway.makes = lambda route, body, uploads: [("a.mp4", other(uploads, body["videoUri"])), ("b.mp4", b"second")]
    runway.cost = 30
    (quote,) = offer(shot, act="video_upscale", creativity=20)["prices"].values()
    take = ran(shot, "--agree").value
    (task,) = runway.tasks.values()
    assert (task.body["resolution"], task.body["creativity"]) == ("720p", 20)
    sent = film(runway.blobs[task.body["videoUri"]], tmp_path)
    assert (sent.width, sent.height) == (96, 64)  # its own size: nothing is enlarged before it is sent
    assert (take["width"], take["height"], take["span"]["length"]) == (96, 64, LONG)
    assert "came as 256x144" in says(shot, take)
    assert "2 files came" in says(shot, take)
    assert paid(shot) == runway.money == quote["minor_most"] == 30


def test_frames_between_frames_run_in_slow_motion(runway: Runway, priced: None, shot: Path, tmp_path: Path) -> None:
    twice: Clip = plate(2 * LONG, rate_fps=48)
    write_master(tmp_path / "twice.mp4", twice, span=twice.span, format="mp4", view=view_for("rec709"))
    came = film((tmp_path / "twice.mp4").read_bytes(), tmp_path)
    runway.makes, runway.cost = lambda *_: [("made.mp4", (tmp_path / "twice.mp4").read_bytes())], 30
    offer(shot, act="video_upscale", model="enhance_frame_rate", frame_rate=48)
    take = ran(shot, "--agree").value
    (task,) = runway.tasks.values()
    assert task.body["targetFramerate"] == "48"
    assert (take["span"]["length"], take["span"]["rate_fps"]) == (2 * LONG, "24")
    for number in (0, 1, 77, 2 * LONG - 1):
        frame = read_frame(shot / take["folder"] / f"{take['id']}.{1001 + number}.exr")
        wanted = came.frame(came.span.start + number)
        assert np.allclose(frame.rgb, wanted.rgb, rtol=2e-3, atol=1e-4)
    shares = {one["hand"]["origin"]: one["origin_ppm"] for one in take["extent"]["hands"]}
    assert shares["trained"] == 1_000_000


@pytest.mark.parametrize(("rate", "why"), [("24", "the shot has 24 already"), ("", "not said which frame rate")])
def test_a_frame_rate_that_is_no_more_is_refused(runway: Runway, priced: None, shot: Path, rate: str, why: str) -> None:
    offered = offer(shot, act="video_upscale", model="enhance_frame_rate", frame_rate=rate)
    assert why in offered["findings"][0]
    assert runway.calls == []


def test_an_upscaled_still_stays_for_the_shot(runway: Runway, priced: None, shot: Path, tmp_path: Path) -> None:
    write_png(tmp_path / "large.png", np.full((128, 192, 3), 128, np.uint8))
    runway.makes, runway.cost = lambda *_: [("made.png", (tmp_path / "large.png").read_bytes())], 7
    (quote,) = offer(shot, act="image_upscale")["prices"].values()
    assert quote["leaves"] == ["frame 1001 of the picture that it is given, as PNG (96x64)"]
    take = ran(shot, "--agree").value
    (task,) = runway.tasks.values()
    assert (task.route, task.body["scaleFactor"]) == ("image_upscale", 2)
    assert (take["width"], take["span"]["length"], paid(shot), runway.money) == (96, LONG, 7, 7)


# --- cuts ---------------------------------------------------------------------------------------


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A plate of 160 frames that is cut at 1061."""
    views = plate(160)

    def cut(frame: Any, at: int) -> Any:
        from manyhands.core.frame import Frame

        rgba = frame.rgba if at < 1061 else np.ascontiguousarray(frame.rgba[:, ::-1] * np.float32([0.4, 0.3, 0.4, 1]))
        return Frame(np.ascontiguousarray(rgba), frame.authorship)

    clip = views.each(cut)
    write_master(tmp_path / "edited.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return tmp_path / "edited.mp4"


def test_a_plate_with_a_cut_is_sent_in_parts_that_were_told(runway: Runway, edited: Path, tmp_path: Path) -> None:
    where, offered = production(tmp_path, edited)
    step = next(step for step in offered["recipe"]["steps"] if step["maker"] == "runway")
    assert step["params"]["cuts"] == "1061"
    (quote,) = offered["prices"].values()
    assert quote["sendings"] == 2
    assert quote["leaves"][0].endswith("; cuts at 1061: sent in 2 parts")
    runway.makes, runway.cost = makes, 84
    take = ran(where, "--agree").value
    lengths = [film(runway.blobs[task.body["videoUri"]], tmp_path).span.length for task in runway.tasks.values()]
    assert lengths == [60, 100]
    assert "frames 1061 to 1160: task" in says(where, take)
    assert paid(where) == runway.money == 168


@pytest.mark.parametrize(("cuts", "sendings"), [("none", 1), ("1081", 2), ("1061 1111", 3)])
def test_the_cuts_are_the_persons_to_set(
    runway: Runway, edited: Path, tmp_path: Path, cuts: str, sendings: int
) -> None:
    where, _ = production(tmp_path, edited)
    (quote,) = offer(where, cuts=cuts)["prices"].values()
    assert quote["sendings"] == sendings
    assert ("cuts at" in quote["leaves"][0]) is (cuts != "none")
    assert runway.calls == []


def test_cuts_that_are_no_numbers_are_refused(runway: Runway, edited: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, edited)
    said = asked(where, cuts="at the door")
    assert "it must be numbers of frames with blanks between, or none" in json.dumps(said.value)


# --- while it waits -----------------------------------------------------------------------------


def test_a_run_says_how_its_task_stands(runway: Runway, shot: Path) -> None:
    from dataclasses import replace

    from manyhands.actions.studio import enter
    from manyhands.actions.takes import run
    from manyhands.core.hand import person
    from manyhands.run.schedule import Progress
    from tests.hosted.test_shot import told_id

    runway.makes, runway.course = makes, ["RUNNING", "SUCCEEDED"]  # a worker asks every two seconds
    heard: list[Progress] = []
    studio = replace(enter(shot), workers=1, report=heard.append)
    run(studio, person("Person A"), "sh010", told_id(shot), agree=True)
    studio.close()
    said = [one for one in heard if one.says]
    assert "the service says RUNNING 50 %, waited for 120 min at most" in {one.says for one in said}
    assert {one.kind for one in said} == {"runway: send"}
