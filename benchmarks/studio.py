"""The studio in a real browser: a production of 500 shots, frames, hands, drafts, and many who watch one run."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.measure import Figure
from manyhands.actions import intake, orders, studio
from manyhands.actions.decisions import decide
from manyhands.actions.extents import FIGURES
from manyhands.actions.frames import take_picture
from manyhands.actions.proposals import propose
from manyhands.actions.takes import run
from manyhands.core.authorship import Authorship
from manyhands.core.extent import Extent, HandExtent, frame_extent, total_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand, person
from manyhands.core.noun import canonical
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.media.exr import write_frame
from manyhands.media.footage import open_clip
from manyhands.media.previews import write_pictures
from manyhands.media.stills import jpeg_of
from manyhands.rights import terms_named
from manyhands.run.take import frame_file
from manyhands.run.work import proxy_path
from manyhands.web.app import BUILT

SHOTS, TAKES, WATCHERS, STILLS, TRIES = 500, 8, 20, 6, 5
DIRECTOR = person("Person A")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def figures() -> Iterator[Figure]:
    """The studio's figures, each as its browser or the system's own clocks tell it; medians where there are many."""
    yield Figure("client bundle, gzipped", bundle_bytes() / 1e3, "kB", 350)
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder) / "film")
        made_shot(Path(folder) / "film")
        full_shot(Path(folder) / "film")
        with served(Path(folder) / "film") as (address, process), browsing(address) as page:
            yield from first_screen(page, address)
            yield from frames_and_hands(page, address)
            yield from stopped(page, address)
            yield watched(address, process)
            yield from drafts(address)


def bundle_bytes() -> int:
    return sum(len(gzip.compress(one.read_bytes())) for one in (BUILT / "assets").iterdir())


def large(folder: Path, *, shots: int = SHOTS, takes: int = TAKES) -> None:
    """A production whose shots have takes each, with a small real picture of the one that is shown."""
    film = studio.new(folder, DIRECTOR, name="Film")
    span, smoke = Span(length=48, rate_fps=24), Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
    recipe = Recipe(steps=(Step(name="smoke", maker="smoke", version=1, inputs={"plate": PLATE}),))
    for number in range(shots):
        shot = f"sh{10 * (number + 2):05d}"
        plate = Source(
            id=f"p{number}", title=shot, sha256=f"{number:064x}", path="p", owner="x", terms=terms_named("own")
        )
        share = 900_000 - 1_500 * (number % 300)
        parts = tuple(
            HandExtent(hand=hand, origin_ppm=ppm, area_ppm=0, altered_ppm=0, frames=48)
            for hand, ppm in ((plate.hand, share), (smoke, 1_000_000 - share))
        )
        extent = Extent(hands=parts, empty_ppm=0, changed_ppm=0, frames=48, screen_seconds="2")
        with film.act("run", DIRECTOR) as t:
            t.put(plate, plate.id)
            if number == 0:
                t.put(recipe, recipe.id)
            t.put(
                Shot(id=shot, plate=plate.id, span=span, standing="taken", notes=("smoke over the roof",)),
                shot,
                shot=shot,
            )
            for seed in range(takes):
                name = f"{shot}-{seed}"
                take = Take(
                    id=name, shot=shot, recipe=recipe.id, seed=seed, span=span, width=1920, height=1080,
                    folder=f"takes/{shot}/{name}", frames_sha256=f"{number:08x}" * 8, hands=(plate.hand, smoke),
                    extent=extent, seconds=1,
                )  # fmt: skip
                t.put(take, take.id, shot=shot)
        write_whole(proxy_path(folder / "takes" / shot / name, "take", span.start + 24), jpeg_of(pictured(number)))
    film.close()


def pictured(number: int, *, width: int = 960, height: int = 540) -> np.ndarray:
    """A picture with grain and edges, as a frame has them."""
    rng = np.random.Generator(np.random.PCG64(number))
    coarse = rng.integers(20, 230, (9, 16, 3)).astype(np.uint8)
    grain = rng.normal(0, 6, (height, width, 3))
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + grain, 0, 255).astype(np.uint8)


def made_shot(folder: Path) -> None:
    """One shot that can be played: a plate of 24 frames, with a take of it."""
    film = studio.enter(folder)
    path = folder / "scratch" / "plate.mp4"
    write_pictures(path, (pictured(1) for _ in range(24)), rate_fps=Fraction(24))
    source, _ = intake.source(film, DIRECTOR, path, owner="", terms=terms_named("own"))
    intake.shot(film, DIRECTOR, source.id, id_="sh00010")
    for note in ("smoke in front", "haze in the distance"):
        answer, _ = propose(film, DIRECTOR, "sh00010", note, previews=False)
    take = run(film, DIRECTOR, "sh00010", answer.recipes[0])
    decide(film, DIRECTOR, take.id, "reject", reason="so that it can be looked at again")
    film.close()


def full_shot(folder: Path) -> None:
    """A shot in 1080p with a take of which one half is another hand's, as its frames lie on the disk."""
    film = studio.enter(folder)
    path, name = folder / "scratch" / "full.mp4", "sh00015-1"
    write_pictures(path, (pictured(at, width=1920, height=1080) for at in range(STILLS)), rate_fps=Fraction(24))
    source, footage = intake.source(film, DIRECTOR, path, owner="", terms=terms_named("own"))
    shot = intake.shot(film, DIRECTOR, source.id, id_="sh00015")
    smoke = Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
    hands, clip = (source.hand, smoke), open_clip(footage, source.hand)
    weights = np.zeros((2, 1080, 1920), np.float32)
    weights[1] = np.linspace(0, 1, 1920)
    weights[0] = 1 - weights[1]
    made = []
    for at in shot.span.frames:
        frame = Frame(clip.frame(at).rgba * np.float32(0.9), Authorship(hands, weights))
        frame.rgba[..., 3] = 1
        write_frame(frame_file(folder / "takes" / shot.id / name, name, at), frame, hands=hands)
        made.append(frame_extent(frame, at))
    write_whole(folder / "takes" / shot.id / name / FIGURES, canonical([one.save() for one in made]))
    recipe = film.production.all(Recipe)[0]
    take = Take(
        id=name, shot=shot.id, recipe=recipe.id, seed=1, span=shot.span, width=1920, height=1080,
        folder=f"takes/{shot.id}/{name}", frames_sha256="5" * 64, hands=hands,
        extent=total_extent(made, hands, shot.span), seconds=1,
    )  # fmt: skip
    with film.act("run", DIRECTOR) as t:
        t.put(take, take.id, shot=shot.id)
    for at in shot.span.frames:
        take_picture(film, DIRECTOR, name, at, "take")
    film.close()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The studio in a process of its own, with the address that lets a browser in."""
    command = [sys.executable, "-u", "-m", "manyhands", "studio", "-p", str(folder), "--no-open", "--by", DIRECTOR.name]
    process = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1], process
    finally:
        process.kill()
        process.wait()
        for path in (folder / orders.FOLDER).glob("*/process"):
            try:
                os.kill(int(path.read_text()), signal.SIGKILL)
            except (OSError, ValueError):
                continue


@contextmanager
def browsing(address: str) -> Iterator[Any]:
    """A page of the studio in Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        yield page
        browser.close()


SEEN = """() => {
  const cards = [...document.querySelectorAll('.cards img')];
  const inView = (box) => box.top < innerHeight && box.bottom > 0;
  const seen = cards.filter((one) => inView(one.getBoundingClientRect()));
  return seen.length > 3 && seen.every((one) => one.complete && one.naturalWidth > 0);
}"""
TIMED = f"""() => new Promise((done) => {{
  const seen = {SEEN};
  const look = () => seen() ? done(performance.now()) : requestAnimationFrame(look);
  look();
}})"""


def first_screen(page: Any, address: str) -> Iterator[Figure]:
    """From asking for the page until every picture that is in view is drawn: the first time, and again."""
    home = address.split("/enter", maxsplit=1)[0] + "/"
    took = []
    for _ in range(TRIES + 1):
        page.goto(home, wait_until="commit")
        took.append(page.evaluate(TIMED) / 1e3)
    yield Figure("500 shots, 4,000 takes: first screen, for the first time", took[0], "s", None)
    yield Figure("500 shots, 4,000 takes: first screen", statistics.median(took[1:]), "s", 1.5)


STEP = """(frame) => new Promise((done) => {
  const canvas = document.querySelector('.screen canvas'); const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  const there = () => canvas.dataset.frame === String(frame);
  const look = () => there() ? done(performance.now() - began) : requestAnimationFrame(look);
  look();
})"""
OVERLAY = """() => new Promise((done) => {
  const canvas = document.querySelector('.screen canvas'); const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'h', bubbles: true }));
  const look = () => canvas.dataset.mode === 'hands' ? done(performance.now() - began) : requestAnimationFrame(look);
  look();
})"""
ALL_HERE = """(count) => new Set(performance.getEntriesByType('resource').map((one) => one.name)
  .filter((one) => one.includes('hands.jpg'))).size >= count"""


def frames_and_hands(page: Any, address: str) -> Iterator[Figure]:
    """Stepping, and the overlay of hands on, paused and while it plays."""
    page.goto(address.split("/enter", maxsplit=1)[0] + "/shots/sh00010/decide")
    page.wait_for_selector("canvas[data-frame='1001']")
    page.wait_for_function(ALL_HERE, arg=24)
    steps = [page.evaluate(STEP, 1002 + number) for number in range(22)]
    yield Figure("step one frame", statistics.median(steps), "ms", 60)
    for name, key in (("paused", "k"), ("while it plays", "l")):
        took = []
        for _ in range(TRIES):
            page.keyboard.press(key)
            page.wait_for_timeout(400)
            took.append(page.evaluate(OVERLAY))
            page.keyboard.press("h")
            page.wait_for_function("() => document.querySelector('.screen canvas').dataset.mode !== 'hands'")
        yield Figure(f"overlay of hands on, {name}", statistics.median(took), "ms", 150)
    page.keyboard.press("k")


STOP = STEP.replace("String(frame)", "String(frame) && canvas.dataset.still === 'full'")


def stopped(page: Any, address: str) -> Iterator[Figure]:
    """From a step until the frame is there at its own size, 1080p: the moment of waiting for more steps is in it."""
    home = address.split("/enter", maxsplit=1)[0]
    for name, key in (("a take", "1"), ("a take and the plate, wiped", "w"), ("hands", "h")):
        for tried in ("never asked for", "asked for before"):
            page.goto(f"{home}/shots/sh00015/decide")
            page.wait_for_selector("canvas[data-frame='1001']")
            page.keyboard.press(key)
            page.wait_for_selector("canvas[data-still='full']")
            page.wait_for_function(ALL_HERE, arg=STILLS)
            took = [page.evaluate(STOP, 1002 + number) for number in range(STILLS - 1)]
            yield Figure(f"full still after a stop: {name}, {tried}", statistics.median(took), "ms", None)


class Asked:
    """The studio's API, as a program asks it."""

    def __init__(self, address: str) -> None:
        self.home, key = address.split("/enter?key=")
        self.headers = {"cookie": f"manyhands={key}", "x-manyhands": "1", "content-type": "application/json"}

    def __call__(self, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.home}/api{path}", data, self.headers)
        with urllib.request.urlopen(asked, timeout=120) as answer:
            content: bytes = answer.read()
            return content


def drafts(address: str) -> Iterator[Figure]:
    """A parameter moved until its picture is here: of haze, which is a grade by depth, and of smoke, an element."""
    ask = Asked(address)
    answers = json.loads(ask("/shots/sh00010"))["answers"]
    for what, note, most in (("haze", "haze", 1.0), ("smoke", "smoke", 5.0)):
        offer = next(one["offers"][0] for one in answers if note in one["note"])
        name, low, high = next(
            (control["set"], control["low"], control["high"])
            for step in offer["steps"] if step["maker"] == what
            for control in step["controls"] if isinstance(control["value"], float) and control["low"] is not None
        )  # fmt: skip
        took = []
        for number in range(TRIES + 1):
            value = low + (high - low) * (0.2 + 0.05 * number)
            wish = {"like": offer["recipe"], "settings": [f"{name}={value:.4f}"], "frame": 1003}
            began = time.perf_counter()
            ask("/shots/sh00010/drafts", wish)
            took.append(time.perf_counter() - began)
        yield Figure(f"a parameter of {what} moved, drawn at a quarter", statistics.median(took[1:]), "s", most)


def watched(address: str, process: subprocess.Popen[str]) -> Figure:
    """The server's share of a core while so many watch one run, which a process of its own makes."""
    ask = Asked(address)
    recipe = json.loads(ask("/shots/sh00010"))["answers"][0]["offers"][0]["recipe"]
    asked = urllib.request.Request(f"{ask.home}/api/events", headers=ask.headers)
    streams = [urllib.request.urlopen(asked, timeout=120) for _ in range(WATCHERS)]
    for one in streams:
        threading.Thread(target=_listened, args=(one,), daemon=True).start()
    ask("/shots/sh00010/runs", {"recipe": recipe, "seed": 7})
    time.sleep(2)
    began, before = time.perf_counter(), _cpu_s(process.pid)
    while time.perf_counter() - began < 20:
        time.sleep(0.5)
        if not [one for one in json.loads(ask("/orders")) if one["state"] in ("waiting", "at work")]:
            break
    share = (_cpu_s(process.pid) - before) / (time.perf_counter() - began)
    return Figure(f"{WATCHERS} watch one run: the server's share of a core", 100 * share, "%", 50)


def _listened(stream: Any) -> None:
    try:
        while stream.readline():
            pass
    except (OSError, ValueError):
        return


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
