"""Journeys by the command line: note → recipe → take → decision → master → verified."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import pytest

from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.store.production import open_production
from tests.plates import plate

NOTE = "thick black smoke and fire on the roof, wind from the left, a darker sky"
ME = ["--by", "Person A"]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mp4"
    clip = plate(10, width=240, height=160, drift=0.7)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path


def manyhands(*words: object, expect: int = 0, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "manyhands", *map(str, words)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
        **more,
    )
    assert done.returncode == expect, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def told(*words: object, expect: int = 0) -> Any:
    return json.loads(manyhands(*words, "--json", expect=expect).stdout)


@pytest.fixture(scope="module")
def made(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    out = tmp_path_factory.mktemp("made") / "out"
    return out, told("make", footage, NOTE, "-o", out, *ME, "--own", "--accept", "--why", "the test accepts")


def test_the_main_job_leaves_its_results_where_a_person_would_look(made: tuple[Path, Any]) -> None:
    out, _ = made
    for name in (
        "sh010.mp4",
        "disclosure.html",
        "disclosure.json",
        "cuesheet.csv",
        "sh010.contact.png",
        "sh010.preview.mp4",
        "root.pem",
    ):
        assert (out / name).stat().st_size > 500, name
    frames = list((out / "production/takes").glob("sh010/*/*.exr"))
    assert len(frames) == 10
    assert not [path for path in out.rglob("*") if ".part" in path.name]


def test_the_master_verifies_alone_with_its_root_and_with_its_production(
    made: tuple[Path, Any], tmp_path: Path
) -> None:
    out, _ = made
    alone = tmp_path / "sh010.mp4"
    alone.write_bytes((out / "sh010.mp4").read_bytes())
    assert told("verify", alone)["state"] == "intact, signer unknown"
    assert told("verify", out / "sh010.mp4")["state"] == "intact, signer unknown"  # its root.pem came with it
    assert told("verify", out / "sh010.mp4", "--root", out / "root.pem")["state"] == "intact and trusted"
    held = told("verify", out / "sh010.mp4", "-p", out / "production")
    assert (held["state"], held["measured"], held["is_sound"]) == ("intact and trusted", "agrees", True)
    assert told("verify", alone, "--root", tmp_path / "none.pem", expect=5)["error"]["kind"] == "NotFoundError"


def test_a_changed_byte_breaks_the_master(made: tuple[Path, Any], tmp_path: Path) -> None:
    broken = tmp_path / "sh010.mp4"
    content = bytearray((made[0] / "sh010.mp4").read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    assert told("verify", broken, expect=11)["state"] == "broken"


def test_a_script_that_accepts_is_recorded_as_one(made: tuple[Path, Any]) -> None:
    told_ = json.loads((made[0] / "disclosure.json").read_text())
    text = json.dumps(told_)
    assert "command line" in text
    assert "prompt_guided" in text
    assert "human_validated" not in text


def test_the_figures_are_whole_parts_per_million_that_add_up(made: tuple[Path, Any]) -> None:
    extent = made[1]["takes"][0]["extent"]
    shares = [part["origin_ppm"] for part in extent["hands"]]
    assert all(isinstance(share, int) for share in shares)
    assert sum(shares) + extent["empty_ppm"] == 1_000_000
    assert extent["changed_ppm"] > 0


def test_every_act_stands_alone(footage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    here = ["-p", folder]
    told("new", folder, *ME, "--name", "A film")
    assert told("source", "add", footage, *here, *ME)["terms"]["licence"] == "unknown"
    assert told("shot", "add", "plate", *here, *ME, "--last", "1006")["span"]["length"] == 6
    proposed = told("propose", "sh010", "haze in the distance", *here, *ME)
    assert [offer["recipe"]["name"] for offer in proposed["offers"]][:3] == ["restrained", "literal", "bold"]
    take = told("run", "sh010", "literal", *here, *ME)
    assert told("run", "sh010", "literal", *here, *ME) == take  # finished work is not done again
    looks = told("take", "show", take["id"], *here, *ME)["looks"]
    assert looks.pop("findings") == []  # haze has nothing to tell of how it was made
    assert looks.pop("frame") in range(1001, 1007)
    assert all(Path(path).is_file() for path in looks.values())

    undecided = told("deliver", "sh010", *here, *ME, "-o", tmp_path / "out", expect=6)
    assert "nobody has accepted" in undecided["error"]["what"]
    manyhands("decide", take["id"], "revise", "--why", "too little", *here, *ME, expect=3)
    # a program was told where the pictures are, so nobody was shown them
    assert told("decide", take["id"], "accept", "--why", "it sits", *here, *ME)["seen"] == ""
    unstated = told("deliver", "sh010", *here, *ME, "-o", tmp_path / "out", expect=8)
    assert "nobody has said under which terms" in unstated["error"]["what"]
    assert not (tmp_path / "out").exists()
    told("source", "terms", "plate", "--own", *here, *ME)
    delivered = told("deliver", "sh010", *here, *ME, "-o", tmp_path / "out", "--format", "prores422hq")
    assert delivered["report"]["state"] == "intact and trusted"
    assert told("disclose", "sh010", *here, *ME, "-o", tmp_path / "page")
    assert told("log", "verify", *here)["faults"] == []
    acts = [line["act"] for line in told("log", "list", *here)]
    assert acts == ["new", "source", "shot", "propose", "run", "decide", "terms", "deliver", "delivered"]
    assert [item["verdict"] for item in json.loads((tmp_path / "out/disclosure.json").read_text())["decisions"]] == [
        "accept"
    ]


def test_deciding_without_a_look_is_told_and_made_good_by_looking(made: tuple[Path, Any], tmp_path: Path) -> None:
    take = made[1]["takes"][0]["id"]
    shutil.copytree(made[0] / "production", tmp_path / "film")
    here = ["-p", tmp_path / "film", *ME]
    unseen = manyhands("decide", take, "reject", "--why", "no", *here).stdout
    assert "Oversight: prompt guided." in unseen
    assert "Recorded as UNSEEN" in unseen
    assert f"manyhands take show {take}" in unseen
    manyhands("take", "show", take, *here)
    seen = manyhands("decide", take, "accept", "--why", "it sits", *here).stdout
    assert "Oversight: human validated." in seen
    assert "UNSEEN" not in seen


def test_revise_changes_what_the_note_says_and_nothing_else(made: tuple[Path, Any], tmp_path: Path) -> None:
    out, before = made
    here = ["-p", out / "production"]
    take = before["takes"][0]["id"]
    revised = told("propose", "sh010", "less smoke", *here, *ME, "--revise", take, "--no-previews")
    with_old = open_production(out / "production")
    from manyhands.core.recipe import Recipe

    old = with_old.get(Recipe, before["takes"][0]["recipe"])
    new = with_old.get(Recipe, revised["answer"]["recipes"][1])
    with_old.close()
    changed = {step.name for step, was in zip(new.steps, old.steps, strict=True) if step != was}
    assert changed
    assert all("smoke" in name or "place" in name for name in changed)


def test_a_person_without_the_role_cannot_decide(made: tuple[Path, Any]) -> None:
    out, result = made
    here = ["-p", out / "production"]
    told("person", "Person B", "--role", "artist", *here, *ME)
    refused = told("decide", result["takes"][0]["id"], "reject", "--why", "no", *here, "--by", "Person B", expect=7)
    assert "artist" in refused["error"]["what"]


def a_text_file(folder: Path) -> Path:
    path = folder / "notes.mov"
    path.write_text("this is no film")
    return path


def an_empty_file(folder: Path) -> Path:
    path = folder / "empty.mov"
    path.touch()
    return path


def a_cut_file(folder: Path) -> Path:
    path, whole = folder / "cut.mp4", folder / "whole.mp4"
    clip = plate(4)
    write_master(whole, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    path.write_bytes(whole.read_bytes()[:600])
    return path


def a_missing_file(folder: Path) -> Path:
    return folder / "gone.mov"


def a_folder(folder: Path) -> Path:
    return folder


@pytest.mark.parametrize("bad", [a_text_file, an_empty_file, a_cut_file, a_missing_file, a_folder])
def test_a_plate_that_is_none_ends_in_one_error_and_leaves_nothing(bad: Any, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    out = tmp_path / "out"
    done = manyhands("make", bad(given), NOTE, "-o", out, *ME, "--own", "--accept", "--why", "x", expect=4)
    assert done.stderr.count("✗") == 1
    assert len(done.stderr.strip().splitlines()) >= 2  # what is the matter, and what to do
    assert not out.exists()


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("", "empty"),
        ("дым на крыше", "letters"),
        ("smoke " * 2000, "long"),
        ("flibber the wobbly gronk", "no maker answers"),
    ],
    ids=["empty", "another alphabet", "too long", "nonsense"],
)
def test_a_note_that_cannot_be_read_says_why(footage: Path, tmp_path: Path, note: str, says: str) -> None:
    refused = told("make", footage, note, "-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x", expect=3)
    assert says in (refused["error"]["what"] + refused["error"]["fix"]).lower()


@pytest.mark.parametrize("note", ["slow motion", "warm light, double speed", "smoke after 30 seconds"])
def test_a_shot_whose_maker_leaves_no_pixel_of_its_own_is_delivered_too(
    footage: Path, tmp_path: Path, note: str
) -> None:
    out = tmp_path / "out"
    result = told("make", footage, note, "-o", out, *ME, "--own", "--accept", "--why", "x", "--workers", 0)
    assert result["delivered"]["report"]["state"] == "intact and trusted"
    assert told("take", "show", result["takes"][0]["id"], "-p", out / "production", *ME)["looks"]


def test_several_takes_and_one_unseen_verdict_do_not_go_together(footage: Path, tmp_path: Path) -> None:
    words = ["-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x", "--choose", "all"]
    refused = told("make", footage, NOTE, *words, expect=3)
    assert "--choose literal" in refused["error"]["fix"]
    assert not (tmp_path / "out").exists()


def test_what_a_format_cannot_hold_is_said_before_work(tmp_path: Path) -> None:
    clip = plate(2, width=64, height=48)
    path = tmp_path / "plate.mov"
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("hlg"))
    words = ["make", path, "a darker sky", "-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x"]
    assert "HLG needs 10" in told(*words, "--format", "mp4", expect=4)["error"]["what"]
    assert "starts at 256x120" in told(*words, "--format", "dnxhr", expect=4)["error"]["what"]
    assert not (tmp_path / "out").exists()
    made = told(*words, "--workers", 0)
    assert made["delivered"]["report"]["state"] == "intact and trusted"
    with av.open(str(tmp_path / "out/sh010.mp4")) as master:
        assert master.streams.video[0].codec_context.color_trc == 18  # ITU-T H.273: HLG


def test_a_time_code_that_does_not_fit_the_stated_rate_is_left_out(tmp_path: Path) -> None:
    clip = plate(2, width=64, height=48, rate_fps=25)
    path = tmp_path / "plate.mov"
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"), source=None)
    timed = tmp_path / "timed.mov"
    with av.open(str(path)) as source, av.open(str(timed), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.metadata["timecode"] = "01:00:00:24"
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    words = ["make", timed, "a darker sky", "-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x"]
    made = told(*words, "--rate", 24, "--workers", 0)
    assert made["delivered"]["report"]["state"] == "intact and trusted"


def test_a_demonstration_of_footage_that_nobody_claimed_delivers_nothing(footage: Path, tmp_path: Path) -> None:
    words = ["demo", "--plate", footage, "--note", "a darker sky", "--workers", 0, *ME]
    unclaimed = told(*words, "-o", tmp_path / "unclaimed")
    assert unclaimed["delivered"] is None
    assert len(unclaimed["takes"]) == 1
    assert told(*words, "-o", tmp_path / "own", "--own")["delivered"]["report"]["state"] == "intact and trusted"


def test_terms_that_nobody_stated_are_asked_for_before_work(footage: Path, tmp_path: Path) -> None:
    refused = told("make", footage, NOTE, "-o", tmp_path / "out", *ME, expect=3)
    assert "--own" in refused["error"]["fix"]
    assert not (tmp_path / "out").exists()


def test_without_a_verdict_nothing_is_delivered(footage: Path, tmp_path: Path) -> None:
    done = manyhands("make", footage, "a darker sky", "-o", tmp_path / "out", *ME, "--own")
    assert "Nobody has decided" in done.stdout
    assert not list((tmp_path / "out").glob("*.mp4"))


def test_a_read_only_production_is_refused_in_one_sentence(footage: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    out = tmp_path / "out"
    (out / "production").mkdir(parents=True)
    (out / "production").chmod(0o500)
    manyhands("make", footage, NOTE, "-o", out, *ME, "--own", "--accept", "--why", "x", expect=10)


def _listening() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*words: object) -> subprocess.Popen[str]:
    """The command line at work, listening to Ctrl-C even where these tests run in the background, deaf to it."""
    return subprocess.Popen(
        [sys.executable, "-m", "manyhands", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_listening,  # noqa: PLW1509
    )


@pytest.mark.slow
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(footage: Path, tmp_path: Path, made: tuple[Path, Any]) -> None:
    job = ["make", footage, NOTE, "-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x", "--workers", "2"]
    running = start(*job)
    takes = tmp_path / "out/production/takes"
    deadline = time.monotonic() + 120
    while not list(takes.glob("sh010/*/*.exr")) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)  # as a terminal does, though only to the leader: workers are deaf anyway
    _, error = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "go on" in error
    kept = {path: path.stat().st_mtime_ns for path in takes.glob("sh010/*/*.exr")}
    assert kept
    result = told(*job)
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())
    assert result["takes"][0]["frames_sha256"] == made[1]["takes"][0]["frames_sha256"]


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_nothing_that_was_finished(
    footage: Path, tmp_path: Path, made: tuple[Path, Any]
) -> None:
    job = ["make", footage, NOTE, "-o", tmp_path / "out", *ME, "--own", "--accept", "--why", "x", "--workers", "2"]
    dice = random.Random(20260)
    folder = tmp_path / "out/production"
    lines: list[str] = []
    for _ in range(8):
        running = start(*job)
        try:
            running.communicate(timeout=dice.uniform(0.4, 7))
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
        if (folder / "manyhands.db").is_file():
            production = open_production(folder)
            now = [row.hash for row in production.log()]
            assert production.faults() == []
            production.close()
            assert now[: len(lines)] == lines  # what was logged stays logged
            lines = now
    result = told(*job)
    assert result["takes"][0]["frames_sha256"] == made[1]["takes"][0]["frames_sha256"]
    assert result["delivered"]["report"]["state"] == "intact and trusted"
