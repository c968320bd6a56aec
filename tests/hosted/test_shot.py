"""From a plate to a take that a hosted model made, by the command line, against a Runway of our own.

The server counts what it billed; the production's books have to say the same.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.core.entry import Entry
from manyhands.core.frame import Frame
from manyhands.core.spend import Agreement
from manyhands.ledger import balances, check_balanced
from manyhands.media.exr import read_frame
from manyhands.media.footage import open_clip, probe
from manyhands.store.production import open_production
from tests.doors import command, here
from tests.hosted.made import FRAMES, ME, MODEL, film, makes, movie, production, ran, told, write_plate
from tests.hosted.server import BAD_GATEWAY, POOR, Runway, Task
from tests.plates import CAMERA


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_plate(tmp_path_factory.mktemp("plate") / "plate.mp4")


@pytest.fixture(autouse=True)
def films(runway: Runway) -> None:
    runway.makes = makes


def books(where: Path) -> dict[tuple[str, str], int]:
    opened = open_production(where)
    entries = opened.all(Entry)
    opened.close()
    check_balanced(entries)
    return balances(entries)


def paid(where: Path) -> int:
    return books(where).get(("Expenses:Hosted:Runway", "USD"), 0)


def acts(where: Path) -> list[str]:
    return [line["act"] for line in told("log", "list", "-p", where)]


def test_a_take_is_agreed_to_made_billed_and_booked(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, offer = production(tmp_path, footage)
    (quote,) = offer["prices"].values()
    assert (quote["credits_most"], quote["minor_most"], quote["currency"]) == (84, 84, "USD")
    assert offer["preview"] is None
    assert runway.calls == []  # nothing was sent to propose
    take = ran(where, "--agree", "--most", "1.00").value
    assert (runway.count, runway.money) == (1, 56)
    assert paid(where) == take["cost_minor"] == 56
    assert books(where)["Liabilities:Runway:Credits", "USD"] == -56
    assert acts(where)[-3:] == ["agree", "book", "run"]
    assert [hand["name"] for hand in take["hands"] if hand["origin"] == "trained"] == ["runway aleph2"]
    frame = read_frame(where / take["folder"] / f"{take['id']}.1010.exr")
    before = open_clip(probe(footage), CAMERA).frame(1010)
    wall = np.s_[45:60, 30:60]
    # the model made it a quarter as bright; the sky's grade leaves the wall alone
    assert frame.rgb[wall].mean() / before.rgb[wall].mean() == pytest.approx(0.25, rel=0.05)


def test_without_an_agreement_nothing_leaves(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    refused = ran(where).refused("StateError")
    assert "at most USD 0.84, and nobody has agreed" in refused["what"]
    for said in ("aleph2", "make it snow", "H.264", "2026-"):
        assert said in refused["fix"]
    assert runway.calls == []


def test_a_cap_of_the_run_and_of_the_production_hold(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    assert "your cap is USD 0.50" in ran(where, "--agree", "--most", "0.50").refused("CapacityError")["what"]
    told("cap", "0.80", *ME, "-p", where)
    assert "production's cap of USD 0.80" in ran(where, "--agree").refused("CapacityError")["what"]
    assert runway.calls == []
    told("cap", "1.00", *ME, "-p", where)
    assert ran(where, "--agree").value
    again = here("run", "sh010", "literal, by hand", *ME, "-p", where, "--seed", 2, "--agree", "--json")
    assert "USD 0.56 of the production's cap" in again.refused("CapacityError")["what"]
    assert (runway.count, paid(where)) == (1, 56)


def test_a_plate_that_may_not_leave_does_not(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where = tmp_path / "production"
    told("new", where, *ME)
    source = told("source", "add", footage, *ME, "-p", where, "--own")
    told("shot", "add", source["id"], *ME, "-p", where, "--id", "sh010")
    said = here("propose", "sh010", 'a runway edit "make it snow"', *ME, "-p", where, "--json").refused("RightsError")
    assert "do not permit input_hosted" in said["what"]
    assert "--hosted" in said["fix"]
    told("source", "terms", source["id"], *ME, "-p", where, "--own", "--hosted")
    told("propose", "sh010", 'a runway edit "make it snow"', *ME, "-p", where)
    assert runway.calls == []


def test_who_may_not_agree_is_told_whom_to_ask(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    told("person", "Person B", "--role", "artist", *ME, "-p", where)
    by = ("--by", "Person B", "-p", where, "--workers", 0, "--json")
    said = here("run", "sh010", "literal, by hand", *by, "--agree").refused("RoleError")
    assert "producer" in said["what"]
    told("agree", "sh010", "literal, by hand", *ME, "-p", where)
    take = here("run", "sh010", "literal, by hand", *by).value  # under the agreement of somebody who may
    assert (take["cost_minor"], runway.count) == (56, 1)


def test_a_finished_take_and_its_revision_cost_nothing_more(
    runway: Runway, footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, _ = production(tmp_path, footage)
    first = ran(where, "--agree").value
    monkeypatch.delenv("RUNWAYML_API_SECRET")
    assert ran(where).value == first
    offered = told(
        "propose", "sh010", *ME, "-p", where, "--like", "literal, by hand", "--set", "grade.exposure=0.3", "--why", "x"
    )
    assert offered["offers"][0]["prices"] == {}
    second = ran(where).value
    assert second["id"] != first["id"]
    assert (second["cost_minor"], runway.count, paid(where)) == (0, 1, 56)


def test_the_cache_may_be_emptied_and_nothing_is_paid_twice(runway: Runway, footage: Path, tmp_path: Path) -> None:
    import shutil

    where, _ = production(tmp_path, footage)
    first = ran(where, "--agree").value
    for part in ("cache", "scratch"):
        shutil.rmtree(where / part)
    shutil.rmtree(where / first["folder"])
    assert ran(where).value == first
    assert (runway.count, paid(where)) == (1, 56)


def test_a_failed_task_is_booked_with_nothing(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    runway.course, runway.failure = ["RUNNING", "FAILED"], ("INTERNAL.BAD_OUTPUT.CODE02", "no good")
    assert "BAD_OUTPUT" in ran(where, "--agree").refused("MakerError")["what"]
    assert books(where) == {("Expenses:Hosted:Runway", "USD"): 0, ("Liabilities:Runway:Credits", "USD"): 0}
    assert "BAD_OUTPUT" in ran(where, "--agree").refused("MakerError")["what"]  # not sent again by itself
    assert runway.count == 1
    runway.course = ["SUCCEEDED"]
    assert ran(where, "--agree", "--send-again").value
    assert (runway.count, paid(where), runway.money) == (2, 56, 56)


def test_a_lost_answer_asks_a_person_and_counts_for_the_cap(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    told("cap", "2.00", *ME, "-p", where)
    runway.loses = ["cut"]
    for _ in range(2):
        assert "answer was lost" in ran(where, "--agree").refused("StateError")["what"]
    assert runway.count == 1
    told("cap", "1.50", *ME, "-p", where)  # 84 that may be lost and 84 anew are more
    assert "cap of USD 1.50" in ran(where, "--agree", "--send-again").refused("CapacityError")["what"]
    assert runway.count == 1
    told("cap", "2.00", *ME, "-p", where)
    assert ran(where, "--agree", "--send-again").value
    assert (runway.count, paid(where)) == (2, 56)
    opened = open_production(where)
    (agreement,) = opened.all(Agreement)
    opened.close()
    assert (agreement.spent_minor, agreement.lost_minor, agreement.is_open) == (56, 84, False)


def killed_at(where: Path, runway: Runway) -> subprocess.Popen[bytes]:
    """A run in a process of its own, killed by the server's hook."""
    words = command("run", "sh010", "literal, by hand", *ME, "-p", where, "--workers", 0, "--agree")
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)


def test_a_kill_between_the_call_and_its_answer_asks_and_does_not_send(
    runway: Runway, footage: Path, tmp_path: Path
) -> None:
    where, _ = production(tmp_path, footage)
    running: list[subprocess.Popen[bytes]] = []

    def kill(task: Task) -> None:
        running[0].send_signal(signal.SIGKILL)
        running[0].wait(20)

    runway.taken = kill
    running.append(killed_at(where, runway))
    assert running[0].wait(120) == -signal.SIGKILL
    running[0].communicate()
    assert runway.count == 1
    runway.taken = lambda task: None
    for more in ((), ("--agree",)):
        assert "answer was lost" in ran(where, *more).refused("StateError")["what"]
    assert (runway.count, paid(where)) == (1, 0)
    assert ran(where, "--agree", "--send-again").value
    assert (runway.count, paid(where)) == (2, 56)


def test_a_kill_while_the_task_runs_goes_on_without_a_new_yes(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    runway.course = ["RUNNING"] * 500
    running = killed_at(where, runway)
    while not runway.called("GET", "/v1/tasks/.*"):
        assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    for task in runway.tasks.values():
        task.course = ["SUCCEEDED"]
    take = ran(where).value
    assert (runway.count, take["cost_minor"], paid(where)) == (1, 56, 56)


def test_workers_send_once(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    runway.course = ["SUCCEEDED"]
    runway.reads = [BAD_GATEWAY]
    take = ran(where, "--agree", workers=2).value
    assert (runway.count, take["cost_minor"]) == (1, 56)


def test_no_credits_leave_the_books_empty(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    runway.creates = [POOR]
    assert "not enough credits" in ran(where, "--agree").refused("CapacityError")["what"]
    assert (runway.count, books(where)) == (0, {})


def test_no_key_is_told_before_anybody_agrees(
    runway: Runway, footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, _ = production(tmp_path, footage)
    monkeypatch.delenv("RUNWAYML_API_SECRET")
    assert "there is no key" in ran(where, "--agree").refused("RightsError")["what"]
    assert "agree" not in acts(where)


def test_another_size_and_rate_are_brought_to_the_plates_and_told(
    runway: Runway, footage: Path, tmp_path: Path
) -> None:
    from tests.hosted.made import other

    runway.makes = lambda route, body, uploads: [("made.mp4", other(uploads, body["videoUri"])), ("b.mp4", b"second")]
    where, _ = production(tmp_path, footage)
    take = ran(where, "--agree").value
    assert (take["width"], take["height"], take["span"]["length"]) == (96, 64, FRAMES)
    looked = told("take", "show", take["id"], *ME, "-p", where)
    says = " ".join(looked["looks"]["findings"])
    assert f"came as 256x144, 75 frames at 30 fps, brought to 96x64, {FRAMES} frames at 24 fps" in says
    assert "its sides are cropped" in says
    assert "2 files came" in says
    assert "no Content Credentials" in says


@pytest.mark.parametrize("act", ["text_to_video", "image_to_video"])
def test_a_clip_is_made_from_words_or_from_a_frame(runway: Runway, footage: Path, tmp_path: Path, act: str) -> None:
    where, offer = production(tmp_path, footage, params={"act": act, "prompt": "a dragon lands"})
    (quote,) = offer["prices"].values()
    assert quote["credits_most"] == 36  # gen4.5: 12 a second, three begun
    assert ran(where, "--agree").value
    (task,) = runway.tasks.values()
    assert task.route == act
    ratio = {"text_to_video": "1280:720", "image_to_video": "1104:832"}[act]  # the nearest to 3:2 that each has
    assert (task.body["model"], task.body["duration"], task.body["ratio"]) == ("gen4.5", 3, ratio)
    assert len(runway.blobs) == (act == "image_to_video")
    if act == "image_to_video":
        assert runway.blobs[task.body["promptImage"]][:8] == b"\x89PNG\r\n\x1a\n"


def test_keyframes_go_at_their_times(runway: Runway, footage: Path, tmp_path: Path) -> None:
    from manyhands.media.stills import write_png

    where, _ = production(tmp_path, footage)
    write_png(tmp_path / "key.png", np.zeros((64, 96, 3), np.uint8))
    key = told("source", "add", tmp_path / "key.png", *ME, "-p", where, "--own", "--hosted")["id"]
    sets = ("--set", f"runway.keyframe_1=source:{key}", "--set", "runway.keyframe_1_frame=1025")
    told("propose", "sh010", *ME, "-p", where, "--like", "literal, by hand", *sets, "--why", "as painted")
    assert ran(where, "--agree").value
    (task,) = runway.tasks.values()
    (keyframe,) = task.body["keyframes"]
    assert keyframe["seconds"] == 1.0
    assert runway.blobs[keyframe["uri"]][:4] == b"\x89PNG"


def test_a_short_plate_is_refused_before_anything(runway: Runway, tmp_path: Path) -> None:
    where, offer = production(tmp_path, write_plate(tmp_path / "short.mp4", 24))
    assert "1.00 s; at least 2.04167 s" in offer["findings"][0]
    assert "at least" in ran(where, "--agree").refused("InputError")["what"]
    assert runway.calls == []


def say(where: Path) -> None:
    """What rules ask of a hosted model, answered by somebody who has read the contract."""
    answers = ("keeps_input=no", "trains_on_input=no", "may_be_final=yes", "alters_performance=no")
    told("policy", "say", "sh010", *answers, "--why", "the contract; nobody is seen", *ME, "-p", where)


def test_a_delivered_shot_discloses_the_model(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    take = ran(where, "--agree").value
    told("take", "show", take["id"], *ME, "-p", where)
    told("decide", take["id"], "accept", "--why", "good", *ME, "-p", where)
    say(where)
    told("people", "nobody", "sh010", "--why", "a chart", *ME, "-p", where)
    delivered = told("deliver", "sh010", *ME, "-p", where, "-o", tmp_path / "out")
    page = Path(delivered["disclosure_page"]).read_text()
    assert "runway aleph2" in page
    assert delivered["report"]["state"] == "intact and trusted"
    (task,) = runway.tasks
    (came,) = [item for item in delivered["report"]["went_in"] if task in item["title"]]
    assert came["relationship"] == "inputTo"
    # the next film that comes is that master: it carries credentials, and keeps them
    runway.makes = lambda *_: [("made.mp4", Path(delivered["master"]).read_bytes())]
    again = here("run", "sh010", "literal, by hand", *ME, "-p", where, "--seed", 2, "--agree", "--workers", 0, "--json")
    looked = told("take", "show", again.value["id"], *ME, "-p", where)
    assert "what came has Content Credentials" in " ".join(looked["looks"]["findings"])
    told("decide", again.value["id"], "accept", "--why", "better", *ME, "-p", where)
    signed = told("deliver", "sh010", *ME, "-p", where, "-o", tmp_path / "again")
    assert signed["report"]["state"] == "intact and trusted"
    (came,) = [item for item in signed["report"]["went_in"] if "made by runway aleph2" in item["title"]]
    assert came["state"] != "no credentials"


def test_what_came_and_was_changed_since_does_not_go_out(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    take = ran(where, "--agree").value
    told("take", "show", take["id"], *ME, "-p", where)
    told("decide", take["id"], "accept", "--why", "good", *ME, "-p", where)
    say(where)
    told("people", "nobody", "sh010", "--why", "a chart", *ME, "-p", where)
    (came,) = (where / "sent").rglob("came.0.mp4")
    came.chmod(0o644)
    came.write_bytes(came.read_bytes() + b"more")
    error = here("deliver", "sh010", *ME, "-p", where, "-o", tmp_path / "out", "--json").refused("TrustError")
    assert f"take {take['id']}: {came} is not what came" in error["what"]
    assert not (tmp_path / "out").exists()


def test_what_a_kill_leaves_is_readable(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    runway.loses = ["cut"]
    ran(where, "--agree").refused("StateError")
    (asked,) = (where / "sent").rglob("asked.json")
    told_: Any = json.loads(asked.read_text())
    assert told_["body"]["model"] == "aleph2"
    assert set(told_["files"]) == {"plate.mp4"}
    shown = here("sent", "sh010", "literal, by hand", *ME, "-p", where)
    assert "its answer was lost" in shown.out
    (receipt,) = told("sent", "sh010", "literal, by hand", *ME, "-p", where)
    assert (receipt["status"], receipt["credits"], receipt["credits_most"]) == ("ASKED", None, 84)


@pytest.mark.parametrize(
    ("note", "act", "prompt"),
    [
        ('a runway edit "make it snow"', "video_to_video", "make it snow"),
        ("generate “a dragon lands on the roof”", "text_to_video", "a dragon lands on the roof"),
    ],
)
def test_a_note_says_the_prompt_in_quotation_marks(
    runway: Runway, footage: Path, tmp_path: Path, note: str, act: str, prompt: str
) -> None:
    where = tmp_path / "production"
    told("new", where, *ME)
    source = told("source", "add", footage, *ME, "-p", where, "--own", "--hosted")
    told("shot", "add", source["id"], *ME, "-p", where, "--id", "sh010")
    proposed = told("propose", "sh010", note, *ME, "-p", where)
    (offer,) = proposed["offers"]
    (step,) = offer["recipe"]["steps"]
    assert (step["params"].get("act", "video_to_video"), step["params"]["prompt"]) == (act, prompt)
    assert offer["prices"]["runway"]["act"] == act
    assert proposed["answer"]["understanding"]["unknown"] == []
    assert runway.calls == []


def test_the_plate_comes_back_in_hdr_as_light(runway: Runway, footage: Path, tmp_path: Path) -> None:
    import io
    import zipfile

    import OpenEXR

    def archive(route: str, body: dict[str, Any], uploads: dict[str, bytes]) -> list[tuple[str, bytes]]:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as file:
            for number in range(FRAMES):
                path = tmp_path / "frame.exr"
                header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
                OpenEXR.File(header, {"RGB": np.full((64, 96, 3), 4 + number / 100, np.float16)}).write(str(path))
                file.writestr(f"frames/frame.{number + 1:04d}.exr", path.read_bytes())
            file.writestr("provenance.json", "{}")
        return [("made.zip", kept.getvalue())]

    runway.makes = archive
    where, offer = production(tmp_path, footage, params={"act": "video_to_hdr", "prompt": ""})
    assert offer["prices"]["runway"]["credits_most"] == 60  # ruby: 20 a second, three begun
    take = ran(where, "--agree").value
    (task,) = runway.tasks.values()
    assert (task.route, task.body["outputFormat"]) == ("video_to_hdr", "hdr_exr_acescg_sequence_1_3")
    frame = read_frame(where / take["folder"] / f"{take['id']}.1011.exr")
    assert frame.rgb[50, 40] == pytest.approx([4.1, 4.1, 4.1], abs=0.01)


def test_a_still_is_made_by_references(runway: Runway, footage: Path, tmp_path: Path) -> None:
    from manyhands.media.stills import write_png

    write_png(tmp_path / "grey.png", np.full((72, 128, 3), 128, np.uint8))
    runway.makes = lambda *_: [("made.png", (tmp_path / "grey.png").read_bytes())]
    where, _ = production(tmp_path, footage, params={"act": "text_to_image", "prompt": "@ref1 at night"})
    write_png(tmp_path / "ref.png", np.zeros((64, 96, 3), np.uint8))
    ref = told("source", "add", tmp_path / "ref.png", *ME, "-p", where, "--own", "--hosted")["id"]
    sets = ("--set", f"runway.keyframe_1=source:{ref}")
    offered = told("propose", "sh010", *ME, "-p", where, "--like", "literal, by hand", *sets, "--why", "as painted")
    assert offered["offers"][0]["prices"]["runway"]["credits_most"] == 8
    take = ran(where, "--agree").value
    (task,) = runway.tasks.values()
    (reference,) = task.body["referenceImages"]
    assert (task.body["model"], reference["tag"]) == ("gen4_image", "ref1")
    assert runway.blobs[reference["uri"]][:4] == b"\x89PNG"
    first, last = (read_frame(where / take["folder"] / f"{take['id']}.{at}.exr") for at in (1001, 1060))
    assert np.array_equal(first.rgb[40:], last.rgb[40:])
    assert take["span"]["length"] == FRAMES


def test_a_keyframe_outside_the_shot_is_refused(runway: Runway, footage: Path, tmp_path: Path) -> None:
    where, _ = production(tmp_path, footage)
    sets = ("--set", "runway.keyframe_1=source:plate", "--set", "runway.keyframe_1_frame=2000")
    offered = told("propose", "sh010", *ME, "-p", where, "--like", "literal, by hand", *sets, "--why", "x")
    assert "keyframe_1 is for frame 2000; the shot has 1001 to 1060" in offered["offers"][0]["findings"][0]


def test_light_that_is_too_bright_to_send_is_told(runway: Runway, tmp_path: Path) -> None:
    from manyhands.core.clip import Clip
    from manyhands.core.frame import Frame
    from manyhands.media.masters import write_master
    from tests.plates import plate

    def bright(frame: Frame, at: int) -> Frame:
        rgba = frame.rgba.copy()
        rgba[:16] *= 4
        return Frame(np.ascontiguousarray(np.dstack([rgba[..., :3], frame.alpha])), frame.authorship)

    clip: Clip = plate(FRAMES).each(bright)
    write_master(tmp_path / "plate", clip, span=clip.span, format="exr")
    where, _ = production(tmp_path, tmp_path / "plate")
    take = ran(where, "--agree").value
    looked = told("take", "show", take["id"], *ME, "-p", where)
    assert "25.0 % of what was sent is brighter than a screen" in " ".join(looked["looks"]["findings"])


def test_a_graph_makes_no_priced_step_without_the_agreement_to_just_that(
    runway: Runway, footage: Path, tmp_path: Path
) -> None:
    from dataclasses import replace

    from manyhands.actions.jobs import job
    from manyhands.actions.studio import enter
    from manyhands.core.errors import StateError
    from manyhands.core.hand import person
    from manyhands.core.recipe import Recipe
    from manyhands.core.shot import Shot
    from manyhands.run.graph import Graph
    from manyhands.run.take import run_drafts

    where, offer = production(tmp_path, footage)
    studio = enter(where)
    recipe = studio.production.get(Recipe, told_id(where))
    shot = studio.production.get(Shot, "sh010")
    work = job(studio, shot, recipe, seed=1)
    by, quotes = person("Person A"), offer["prices"]
    yes = Agreement(by=by, shot="sh010", recipe=recipe.id, seed=1, quotes=quotes, most_minor=84, currency="USD")

    def opened(agreement: Agreement | None) -> None:
        Graph(replace(work, agreement=agreement), lambda done, of: None, blind=True).clip("runway")

    opened(yes)
    for other in (None, yes.but(seed=2), yes.but(recipe="r-other"), yes.but(quotes={})):
        with pytest.raises(StateError, match="nobody has agreed"):
            opened(other)
    with pytest.raises(StateError, match="nobody has agreed"):
        run_drafts([work], every=10, workers=0, report=lambda progress: None)
    studio.close()
    assert runway.calls == []


def told_id(where: Path) -> str:
    """The id of the last proposed recipe."""
    opened = open_production(where)
    line = opened.log(act="adjust")[-1]
    opened.close()
    return str(json.loads(line.about)["recipe"])


def test_a_longer_shot_goes_in_parts_and_only_what_failed_is_sent_again(
    runway: Runway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace
    from fractions import Fraction

    from manyhands.hosted import acts
    from manyhands.hosted.parts import EDITED

    monkeypatch.setitem(acts.WHOLE, "video_to_video", replace(EDITED, most_s=Fraction(3)))
    where, offer = production(tmp_path, write_plate(tmp_path / "long.mp4", 2 * FRAMES))
    (quote,) = offer["prices"].values()
    assert (quote["credits_most"], quote["sendings"]) == (168, 2)

    def fail_the_second(task: Task) -> None:
        task.course = ["FAILED"] if runway.count == 2 else ["SUCCEEDED"]

    runway.taken, runway.failure = fail_the_second, ("INTERNAL.BAD_OUTPUT.CODE03", "no good")
    assert "BAD_OUTPUT" in ran(where, "--agree").refused("MakerError")["what"]
    assert (runway.count, paid(where), runway.money) == (2, 56, 56)
    assert "at most USD 0.84" in ran(where).refused("StateError")["what"]  # the first part is paid
    take = ran(where, "--agree", "--send-again").value
    assert (runway.count, runway.money, paid(where), take["cost_minor"]) == (3, 112, 112, 112)
    looked = told("take", "show", take["id"], *ME, "-p", where)
    says = " ".join(looked["looks"]["findings"])
    assert "frames 1001 to 1060: task" in says
    assert "frames 1061 to 1120: task" in says
    opened = open_production(where)
    (agreement,) = opened.all(Agreement)
    opened.close()
    assert (agreement.spent_minor, agreement.most_minor, agreement.is_open) == (112, 140, False)


def painted_in(folder: Path) -> Callable[[str, dict[str, Any], dict[str, bytes]], list[tuple[str, bytes]]]:
    """A service that paints a red box into the plate that it was sent."""

    def painted(frame: Frame, at: int) -> Frame:
        rgba = frame.rgba.copy()
        rgba[-120:-20, 40:160, :3] = (0.9, 0.1, 0.1)
        return Frame.of(rgba, MODEL)

    def made(route: str, body: dict[str, Any], uploads: dict[str, bytes]) -> list[tuple[str, bytes]]:
        return [("made.mp4", movie(film(uploads[body["videoUri"]], folder).each(painted)))]

    return made


def shares(take: dict[str, Any]) -> dict[str, int]:
    return {part["hand"]["origin"]: part["origin_ppm"] for part in take["extent"]["hands"]}


def test_an_edit_is_locked_to_the_plate(runway: Runway, tmp_path: Path) -> None:
    runway.makes = painted_in(tmp_path)
    where, _ = production(tmp_path, write_plate(tmp_path / "plate.mp4"))
    sets = ("--set", "lock.edit=runway", "--why", "keep it")
    told("propose", "sh010", *ME, "-p", where, "--like", "literal, by hand", *sets)
    take = ran(where, "--agree").value
    assert (runway.count, paid(where)) == (1, 56)
    assert shares(take)["camera"] > 700_000
    assert shares(take)["trained"] > 10_000


def test_the_hosted_way_of_a_note_is_chosen_agreed_to_and_held_to_the_plate(runway: Runway, tmp_path: Path) -> None:
    runway.makes = painted_in(tmp_path)
    where, _ = production(tmp_path, write_plate(tmp_path / "plate.mp4"))
    note = "a red box on the ground, a darker sky"
    answer = told("propose", "sh010", note, *ME, "-p", where, "--no-previews")["answer"]
    assert [way["kind"] for way in answer["ways"]] == ["simulated", "open-weight", "hosted"]
    hosted = answer["ways"][-1]
    assert (hosted["lacks"], hosted["minor_most"], hosted["name"]) == ("", 84, "hosted")
    run = ("run", "sh010", "hosted", *ME, "-p", where, "--workers", 0)
    here(*run, "--json").refused("StateError")
    assert runway.calls == []  # neither to propose nor without an agreement
    take = told(*run, "--agree", "--most", "0.84")
    assert (runway.count, paid(where)) == (1, 56)
    (task,) = runway.tasks.values()
    assert task.body["promptText"] == note
    assert shares(take)["camera"] > 700_000
    assert shares(take)["trained"] > 10_000
