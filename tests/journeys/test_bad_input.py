"""Bad input, by the command line: one clear error, nothing half-written, the log and earlier takes intact."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenEXR
import pytest

from manyhands.media.exr import read_frame
from manyhands.media.masters import FORMATS, write_master
from manyhands.media.view import view_for
from manyhands.store.production import inspect_production
from tests.doors import EXIT_CODES, alone, command, here, left_over, without_roots_rights
from tests.media.made import write_movie
from tests.plates import house, plate

FRAMES = 3
ME = ("--by", "Person A")
SCRIPT = (*ME, "--own", "--accept", "--why", "the test accepts", "--workers", "0", "--json")
NOTE = "a darker sky"
SMOKE = "thick black smoke and fire on the roof, wind from the left, a darker sky"


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mp4"
    clip = plate(FRAMES)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path


@pytest.fixture(scope="module")
def made(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivered shot, never changed: tests work on copies."""
    out = tmp_path_factory.mktemp("made") / "out"
    assert here("make", footage, NOTE, "-o", out, *SCRIPT).value["delivered"]
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """The delivered shot, to be spoilt."""
    return Path(shutil.copytree(made, tmp_path / "out"))


@pytest.fixture
def empty(tmp_path: Path) -> list[object]:
    """A new production, as flags."""
    assert here("new", tmp_path / "film", *ME).code == 0
    return ["-p", tmp_path / "film", *ME, "--json"]


def kept(folder: Path) -> dict[str, str]:
    """The hash of every file that must not change: takes, sources, keys, what was delivered."""
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name not in ("production", "cache")
    ]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def acts(production: object) -> list[str]:
    """The log's acts; the log holds."""
    told = here("log", "verify", "-p", production, "--json").value
    assert told["faults"] == []
    return [line["act"] for line in here("log", "list", "-p", production, "--json").value]


# --- plates that are none --------------------------------------------------------------------


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


def a_movie_without_frames(path: Path) -> None:
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        movie.start_encoding()


def sound_only(path: Path) -> None:
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("pcm_s16le", rate=48000, layout="mono")
        heard = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format="s16", layout="mono")
        heard.sample_rate = 48000
        movie.mux(stream.encode(heard))
        movie.mux(stream.encode(None))


def a_movie_too_wide(path: Path) -> None:
    write_movie(path, [(np.zeros((16, 16400), np.uint8),)] * 2, "gray")


NO_PLATE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "empty.mov": ("MediaError", lambda path: path.touch()),
    "text.mov": ("MediaError", lambda path: path.write_text("this is no film\n" * 40)),
    "text.png": ("MediaError", lambda path: path.write_text("this is no picture\n" * 40)),
    "text.exr": ("MediaError", lambda path: path.write_text("this is no picture\n" * 40)),
    "noise.mp4": ("MediaError", lambda path: path.write_bytes(np.random.default_rng(1).bytes(20_000))),
    "folder": ("MediaError", lambda path: path.mkdir()),
    "folder.mov": ("MediaError", lambda path: path.mkdir()),
    "gone.mov": ("MediaError", lambda path: None),
    "gone.####.exr": ("MediaError", lambda path: None),
    "no-frames.mov": ("MediaError", a_movie_without_frames),
    "sound.mov": ("MediaError", sound_only),
    "16k.png": ("CapacityError", lambda path: path.write_bytes(png_that_claims(16384, 16384))),
    "too-wide.png": ("CapacityError", lambda path: path.write_bytes(png_that_claims(16385, 8))),
    "too-wide.mkv": ("CapacityError", a_movie_too_wide),
}


@pytest.mark.parametrize("name", NO_PLATE)
def test_what_is_no_plate_is_refused_before_anything_is_made(name: str, tmp_path: Path) -> None:
    kind, make = NO_PLATE[name]
    given = tmp_path / "given" / name
    given.parent.mkdir()
    make(given)
    error = here("make", given, NOTE, "-o", tmp_path / "out", *SCRIPT).refused(kind)
    assert str(given.parent) in error["what"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format", ["mp4", "prores422hq"])
def test_a_movie_cut_anywhere_is_refused_or_by_request_used_as_far_as_it_goes(
    format: str, empty: list[object], tmp_path: Path
) -> None:
    clip = plate(12)
    path = tmp_path / f"whole{FORMATS[format].suffix}"
    write_master(path, clip, span=clip.span, format=format, view=view_for("rec709"))
    whole, cut = path.read_bytes(), tmp_path / f"cut{path.suffix}"
    taken = 0
    for length in np.linspace(1, len(whole) - 40, 24).astype(int):
        cut.write_bytes(whole[:length])
        refused = here("source", "add", cut, *empty, "--own").refused("MediaError")
        said = here("source", "add", cut, *empty, "--own", "--whole-frames")
        if said.code == 0:
            taken += 1
            assert "--whole-frames" in refused["fix"]
        else:
            said.refused("MediaError")
    assert taken or format == "mp4"  # whose first frame may be most of so short a file
    assert acts(empty[1]) == ["new"] + ["source"] * taken
    assert left_over(tmp_path) == []


def test_a_movie_damaged_anywhere_is_used_or_refused(footage: Path, empty: list[object], tmp_path: Path) -> None:
    whole, damaged = footage.read_bytes(), tmp_path / "damaged.mp4"
    dice = np.random.default_rng(20261)
    taken = 0
    for _ in range(24):
        content = bytearray(whole)
        for at in dice.integers(0, len(whole), 12):
            content[at] = dice.integers(256)
        damaged.write_bytes(content)
        said = here("source", "add", damaged, *empty, "--own")
        if said.code == 0:
            taken += 1
        else:
            said.refused("MediaError" if "CapacityError" not in said.out else "CapacityError")
    assert acts(empty[1]) == ["new"] + ["source"] * taken


def test_a_movie_damaged_in_its_middle_stops_the_run_and_says_at_which_frame(tmp_path: Path) -> None:
    path = tmp_path / "plate.mov"
    dice = np.random.default_rng(20262)
    frames = [tuple(dice.integers(64, 900, (64, wide), np.uint16) for wide in (96, 48, 48)) for _ in range(9)]
    write_movie(path, frames, "yuv422p10le", codec="prores_ks")
    with av.open(str(path)) as movie:
        packet = [packet for packet in movie.demux(video=0) if packet.size][4]
        start, end = (packet.pos or 0) + packet.size // 4, (packet.pos or 0) + packet.size // 2
    content = path.read_bytes()
    path.write_bytes(content[:start] + bytes(end - start) + content[end:])
    error = here("make", path, "warm, contrasty", "-o", tmp_path / "out", *SCRIPT).refused("MediaError")
    assert "frame 1005: it is damaged" in error["what"]
    assert "run" not in acts(tmp_path / "out/production")
    assert left_over(tmp_path) == []
    assert not list((tmp_path / "out").glob("*.mp4"))


def test_a_still_16k_wide_goes_all_the_way(tmp_path: Path) -> None:
    from manyhands.media.stills import write_png

    path = tmp_path / "wide.png"
    write_png(path, np.random.default_rng(1).integers(60, 200, (16, 16384, 3)).astype(np.uint8))
    result = here("make", path, "warm", "-o", tmp_path / "out", *SCRIPT, "--format", "png").value
    assert (result["takes"][0]["width"], result["takes"][0]["height"]) == (16384, 16)
    assert result["delivered"]["report"]["state"] == "intact and trusted"


# --- pixels that are no numbers --------------------------------------------------------------


@pytest.mark.parametrize("note", [SMOKE, "haze, a dark and moody picture, warm, contrasty"], ids=["smoke", "grade"])
def test_pixels_that_are_no_numbers_or_below_black_never_leave_a_take(note: str, tmp_path: Path) -> None:
    folder = tmp_path / "render"
    folder.mkdir()
    odd = (np.nan, np.inf, -np.inf, -4.0, 65504.0 * 4)
    for at in range(FRAMES):
        dice = np.random.default_rng(at)
        picture = np.ascontiguousarray(house(at))
        for value in odd:
            picture[dice.integers(0, 64, 12), dice.integers(0, 96, 12), dice.integers(0, 4, 12)] = value
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"RGBA": picture}).write(str(folder / f"render.{at + 1:04}.exr"))
    assert here("make", folder, note, "-o", tmp_path / "out", *SCRIPT).code == 0
    frames = sorted((tmp_path / "out/production/takes").glob("sh010/*/*.exr"))
    assert len(frames) == FRAMES
    for path in frames:
        stored = OpenEXR.File(str(path), separate_channels=True).channels()
        assert all(np.isfinite(channel.pixels).all() for channel in stored.values())
        frame = read_frame(path)
        assert frame.faults(within=1e-3) == []
        assert 0 <= frame.alpha.min() <= frame.alpha.max() <= 1


# --- notes -----------------------------------------------------------------------------------

UNREADABLE = {
    "Greek": ("πυκνός μαύρος καπνός στη στέγη", "Latin letters"),
    "Chinese": ("屋顶上的浓烟", "Latin letters"),
    "Arabic": ("دخان أسود كثيف على السطح", "Latin letters"),
    "emoji": ("🔥🔥💨", "no words"),
    "punctuation": ("?!… — ,;.", "no words"),
    "digits": ("12 345", "no words"),
    "empty": ("", "empty"),
    "blanks": (" \n\t ", "empty"),
    "10000 letters": ("x" * 10_000, "10000 characters"),
    "10000 characters of words": ("smoke " * 1667, "10002 characters"),
    "a bell": ("smoke\a on the roof", "U+0007"),
    "a terminal's colours": ("\x1b[31msmoke\x1b[0m on the roof", "U+001B"),
    "a byte that is no letter": ("smoke \udcff on the roof", "U+DCFF"),
    "no word of ours": ("flibber the wobbly gronk", "no maker answers"),
}


@pytest.mark.parametrize("which", UNREADABLE)
def test_a_note_that_cannot_be_read_changes_nothing(which: str, footage: Path, out: Path) -> None:
    note, says = UNREADABLE[which]
    before = kept(out)
    logged = acts(out / "production")
    error = here("propose", "sh010", note, "-p", out / "production", *ME, "--json").refused("NoteError")
    assert says in error["what"] + error["fix"]
    assert here("make", footage, note, "-o", out, *SCRIPT).refused("NoteError") == error
    assert acts(out / "production") == logged
    assert kept(out) == before


def test_words_among_other_alphabets_are_read_and_the_rest_is_said(out: Path) -> None:
    note = "🔥 a darker sky, ποτέ 浓烟 [red]warm[/red] 🔥"
    told = here("propose", "sh010", note, "-p", out / "production", *ME, "--no-previews", "--json").value
    heard = told["answer"]["understanding"]
    assert {"ποτέ", "浓烟"} <= {word for item in heard["unknown"] for word in item["text"].split()}
    assert {"darker", "warm"} <= {item["text"] for item in heard["understood"]}
    person = here("propose", "sh010", note, "-p", out / "production", *ME, "--no-previews")
    assert "浓烟" in person.out  # as typed, and no markup of the terminal's


def test_a_name_in_bytes_of_no_code_is_one_error(footage: Path, empty: list[object], tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pl\xe4te.mp4"))
    shutil.copy(footage, odd)
    here("source", "add", odd, *empty, "--own").refused("InputError")
    here("source", "add", odd.with_suffix(".mov"), *empty, "--own").refused("MediaError")
    here("source", "add", footage, *empty[:2], "--by", "Person \udce4", "--own", "--json").refused("RoleError")
    assert acts(empty[1]) == ["new"]


# --- folders that cannot be written ----------------------------------------------------------


@pytest.fixture
def locked(out: Path) -> Iterator[Callable[[Path], Path]]:
    """Takes the right to write from everything in a folder until the test ends."""
    changed: list[Path] = []

    def lock(folder: Path) -> Path:
        for path in (folder, *folder.rglob("*")):
            changed.append(path)
            path.chmod(0o555 if path.is_dir() else 0o444)
        return folder

    yield lock
    for path in filter(Path.exists, changed):
        path.chmod(0o755 if path.is_dir() else 0o644)


def a_revision(out: Path) -> list[object]:
    return ["propose", "sh010", "warm", "-p", out / "production", *ME]


@pytest.mark.parametrize(
    "words",
    [
        lambda out, plate: ["make", plate, "warm", "-o", out, *SCRIPT],
        lambda out, plate: [*a_revision(out), "--json"],
        lambda out, plate: ["source", "list", "-p", out / "production", "--json"],
        lambda out, plate: ["new", out / "production", *ME, "--json"],
        lambda out, plate: ["new", out / "production/takes/second", *ME, "--json"],
    ],
    ids=["make", "propose", "list", "new", "new within"],
)
def test_a_production_that_is_read_only_is_refused(
    words: Any, footage: Path, out: Path, locked: Callable[[Path], Path]
) -> None:
    before, logged = kept(out), acts(out / "production")
    locked(out / "production")
    said = alone(*words(out, footage), before=without_roots_rights)
    assert "production" in said.refused("StoreError")["what"]
    assert kept(out) == before
    for path in (out / "production", *(out / "production").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert acts(out / "production") == logged


def test_a_person_reads_one_error_about_a_read_only_production(out: Path, locked: Callable[[Path], Path]) -> None:
    locked(out / "production")
    assert "read-only" in alone(*a_revision(out), before=without_roots_rights).complained("StoreError")


def test_a_folder_for_results_that_is_read_only_is_refused_and_nothing_is_said_to_be_delivered(
    out: Path, tmp_path: Path, locked: Callable[[Path], Path]
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    logged = acts(out / "production")
    locked(given)
    for folder in (given, given / "new"):
        words = ["deliver", "sh010", "-o", folder, "-p", out / "production", *ME, "--json"]
        error = alone(*words, before=without_roots_rights).refused("StoreError")
        assert str(given) in error["what"]
        assert ".part" not in error["what"]
    assert list(given.iterdir()) == []
    assert acts(out / "production") == logged


# --- a full disk -----------------------------------------------------------------------------


def files_of_at_most(size: int) -> Callable[[], None]:
    """The operating system's own refusal to write more, which needs no disk to fill."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_file_that_cannot_grow_leaves_no_half_delivery(out: Path, tmp_path: Path) -> None:
    logged, before = acts(out / "production"), kept(out)
    given = tmp_path / "given"
    words = ["deliver", "sh010", "-o", given, "-p", out / "production", *ME, "--json"]
    error = alone(*words, before=files_of_at_most(400_000)).refused("CapacityError")
    assert str(given) in error["what"]
    assert ".part" not in error["what"]
    assert list(given.iterdir()) == []
    assert acts(out / "production") == logged
    assert kept(out) == before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of its own that can be made smaller and larger, where this machine lets us."""
    folder = tmp_path / "disk"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)

    def of_size(kib: int, *, again: bool = False) -> Path:
        options = f"size={kib}k".encode()
        if libc.mount(b"none", os.fsencode(folder), b"tmpfs", 32 if again else 0, options):  # MS_REMOUNT
            pytest.skip("making a disk takes root")
        return folder

    yield of_size
    libc.umount2(os.fsencode(folder), 2)  # MNT_DETACH


@pytest.mark.parametrize("kib", [16, 40, 100, 200, 450, 1000])
def test_a_disk_that_fills_up_anywhere_is_one_error_and_the_next_run_goes_on(
    kib: int, disk: Any, footage: Path
) -> None:
    out = disk(kib) / "out"
    words = ["make", footage, NOTE, "-o", out, *SCRIPT]
    said = here(*words)
    assert "full" in said.refused("CapacityError")["what"] or "free" in said.refused("CapacityError")["what"]
    assert left_over(out) == []
    assert not list(out.glob("*.mp4"))
    if (out / "production/manyhands.db").is_file():
        disk(900_000, again=True)
        assert here(*words).value["delivered"]["report"]["state"] == "intact and trusted"
        assert acts(out / "production")[0] == "new"


def test_a_full_disk_under_the_results_leaves_no_half_delivery(disk: Any, out: Path) -> None:
    given = disk(300)
    logged = acts(out / "production")
    words = ["deliver", "sh010", "-o", given, "-p", out / "production", *ME, "--json"]
    assert str(given) in here(*words).refused("CapacityError")["what"]
    assert list(given.iterdir()) == []
    assert acts(out / "production") == logged
    disk(90_000, again=True)
    assert here(*words).value["report"]["state"] == "intact and trusted"


# --- a power cut -----------------------------------------------------------------------------

# Each act is killed when something fits the pattern for the first time: before, while and after it writes.
MOMENTS = (
    ("make", "production/manyhands.db"),
    ("make", "production/sources/.part-*"),
    ("make", "production/log.head"),
    ("make", "production/takes/sh010/proposals/*"),
    ("propose", "production/nothing"),
    ("run", "production/takes/sh010/*/.*.part.exr"),
    ("run", "production/takes/sh010/*/extent.json"),
    ("run", "production/nothing"),
    ("decide", "production/nothing"),
    ("deliver", "production/takes/sh010/*/look/contact.png"),
    ("deliver", "production/keys/*.pem"),
    ("deliver", ".sh010.*.part/.*.part.mp4"),
    ("deliver", ".sh010.*.part/sh010.mp4"),
    ("deliver", "disclosure.json"),
)


def killed_at(pattern: str, words: list[object], out: Path) -> None:
    """Start the job and kill it, with its workers, when something fits the pattern; or let it end."""
    fits_already = set(out.glob(pattern))
    running = subprocess.Popen(
        command(*words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while running.poll() is None and not set(out.glob(pattern)) - fits_already:
        time.sleep(0.002)
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    _, error = running.communicate()
    done_before = EXIT_CODES["StateError"]  # an earlier round got so far
    assert running.returncode in (0, -signal.SIGKILL, done_before), error.decode()


def assert_whole(out: Path) -> None:
    """Whatever has its final name is whole."""
    for path in out.rglob("*.exr"):
        if not path.name.startswith("."):
            read_frame(path)
    for path in out.rglob("*.json"):
        if not path.name.startswith(".") and ".part/" not in str(path):
            json.loads(path.read_text())
    for path in out.glob("sh010.mp4"):
        told = here("verify", path, "-p", out / "production", "--json").value
        assert (told["state"], told["measured"]) == ("intact and trusted", "agrees")


def production_log(folder: Path) -> list[str]:
    """The hashes of the log's lines, which hold."""
    if not (folder / "manyhands.db").is_file():
        return []
    production = inspect_production(folder)
    assert production.faults() == []
    lines = [row.hash for row in production.log()]
    production.close()
    return lines


@pytest.mark.slow
def test_a_power_cut_at_every_stage_leaves_whole_things_only(footage: Path, tmp_path: Path) -> None:
    make: list[object] = ["make", footage, "haze in the distance", *SCRIPT, "-o"]
    whole, out, logged = tmp_path / "whole", tmp_path / "out", []
    take = here(*make, whole).value["takes"][0]
    where = ["-p", out / "production", *ME, "--json"]
    words: dict[str, list[object]] = {
        "make": [*make, out],
        "propose": ["propose", "sh010", "haze in the distance", *where, "--no-previews"],
        "run": ["run", "sh010", "literal", *where, "--workers", "0"],
        "decide": ["decide", take["id"], "accept", "--why", "the test accepts", *where],
        "deliver": ["deliver", "sh010", *where, "-o", out],
    }
    for act, pattern in MOMENTS:
        killed_at(pattern, words[act], out)
        assert_whole(out)
        now = production_log(out / "production")
        assert now[: len(logged)] == logged, (act, pattern)  # what was logged stays logged
        logged = now
    result = here(*words["make"]).value
    assert result["takes"][0]["frames_sha256"] == take["frames_sha256"]
    assert result["delivered"]["report"]["state"] == "intact and trusted"
    assert left_over(out) == []
    frames = {path.name: path.read_bytes() for path in (whole / "production/takes").glob("sh010/*/*.exr")}
    assert {path.name: path.read_bytes() for path in (out / "production/takes").glob("sh010/*/*.exr")} == frames
    assert_whole(out)
