"""A small shot with everything a delivered master tells, made in code: what the tests of deliver sign."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from manyhands.core.decision import Decision
from manyhands.core.extent import FrameExtent, total_extent
from manyhands.core.hand import Hand, person
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source, Terms
from manyhands.core.span import Span
from manyhands.core.take import Take, Use
from manyhands.deliver.dossier import Dossier, Pictures, Proposer, StepFact

WIDTH, HEIGHT = 32, 24
SPAN = Span(start=1001, length=12, rate_fps=Fraction(24))

SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke", version="1")
PLACE = Hand(id="procedure:place:1", origin="procedure", name="place", version="1")
GRADE = Hand(id="procedure:grade:1", origin="procedure", name="grade", version="1")
TRACK = Hand(id="procedure:track:1", origin="procedure", name="track", version="1")
MODEL = Hand(id="trained:repaint:2", origin="trained", name="repaint", version="2", behind="s-model")
DIRECTOR = person("Person A")


def plate(**changes: Any) -> Source:
    told = {
        "id": "s-plate",
        "title": "roof.mov",
        "sha256": hashlib.sha256(b"plate").hexdigest(),
        "path": "sources/roof.mov",
        "owner": "Person B",
        "terms": Terms(
            licence="CC BY 2.0",
            licence_url="https://creativecommons.org/licenses/by/2.0/",
            permits=("composite",),
            credit="Roof by Person B",
            say_changes=True,
            deliverable=True,
        ),
        "found_at": "https://example.org/roof",
    }
    return Source(**(told | changes))


def frames(*, smoke_ppm: int = 120_000, model_ppm: int = 0, hand: Hand | None = None) -> tuple[FrameExtent, ...]:
    """Smoke (and perhaps a model) that comes up from the fourth frame on, over a graded plate."""
    camera = hand or plate().hand
    found = []
    for index, number in enumerate(SPAN.frames):
        smoke = smoke_ppm * max(0, index - 2) // 9
        model = model_ppm * max(0, index - 2) // 9
        origin = {camera.id: 1_000_000 - smoke - model, SMOKE.id: smoke}
        found.append(
            FrameExtent(
                frame=number,
                origin_ppm=origin | ({MODEL.id: model} if model_ppm else {}),
                area_ppm={camera.id: 1_000_000, SMOKE.id: smoke * 2} | ({MODEL.id: model} if model_ppm else {}),
                altered_ppm={GRADE.id: 230_000, PLACE.id: smoke // 10},
                empty_ppm=0,
                changed_ppm=235_000,
            )
        )
    return tuple(found)


def png(red: int, green: int, blue: int, *, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (red, green, blue)).save(out, "PNG")
    return out.getvalue()


def recipe() -> Recipe:
    return Recipe(
        name="literal",
        why=("The note names smoke and a darker sky.",),
        steps=(
            Step(name="camera_motion", maker="track", version=1, inputs={"plate": "plate"}),
            Step(name="smoke", maker="smoke", version=1, params={"density": 0.7}, inputs={"track": "camera_motion"}),
            Step(name="laid_in", maker="place", version=1, inputs={"element": "smoke", "plate": "plate"}),
            Step(name="grade", maker="grade", version=1, params={"exposure": -0.5}, inputs={"plate": "laid_in"}),
        ),
    )


def steps(of: Recipe) -> tuple[StepFact, ...]:
    track, smoke, place, grade = of.steps
    return (
        StepFact(track, TRACK, "track", "Follows the camera's motion."),
        StepFact(smoke, SMOKE, "element", "Smoke and fire, simulated, as a layer with its own alpha."),
        StepFact(place, PLACE, "placement", "Lays an element into the plate."),
        StepFact(grade, GRADE, "treatment", "Exposure, contrast and colour of the whole picture."),
    )


def dossier(*, model_ppm: int = 0, seen: bool = True, **changes: Any) -> Dossier:
    """A whole dossier; ``model_ppm`` lets a trained model repaint a part, ``changes`` replace fields."""
    source = changes.pop("plate", plate())
    shares = frames(model_ppm=model_ppm, hand=source.hand)
    hands = (source.hand, SMOKE, PLACE, GRADE, *((MODEL,) if model_ppm else ()))
    made = recipe()
    take = Take(
        id="t-1",
        shot="sh010",
        recipe=made.id,
        seed=7,
        span=SPAN,
        width=WIDTH,
        height=HEIGHT,
        folder="takes/t-1",
        frames_sha256="ab" * 32,
        hands=hands,
        uses=(Use(hand=TRACK, what="followed the camera"),),
        contents={step.name: hashlib.sha256(step.name.encode()).hexdigest() for step in made.steps},
        extent=total_extent(shares, hands, SPAN),
        seconds=3.5,
    )
    at = "2026-11-23T10:00:00+00:00"
    decision = Decision(
        id="d-2",
        take="t-1",
        verdict="accept",
        by=DIRECTOR,
        reason="The plume leans as the wind does.",
        door="terminal" if seen else "command line",
        seen="ab" * 32 if seen else "",
        at=at,
    )
    earlier = decision.but(id="d-1", take="t-0", verdict="reject", reason="Too thin.")
    thumbnail = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 80, 70)).save(thumbnail, "JPEG")
    legend = ((source.hand, (40, 60, 80)), (SMOKE, (230, 160, 60)), *(((MODEL, (200, 60, 120)),) if model_ppm else ()))
    told = Dossier(
        production="The Roof",
        shot=Shot(id="sh010", plate=source.id, span=SPAN, notes=("thick black smoke, a darker sky",)),
        plate=source,
        sources=(source,),
        note="thick black smoke, a darker sky",
        understood=("thick", "black", "smoke", "darker", "sky"),
        not_understood=(),
        proposer=Proposer("Manyhands note grammar", "1", trained=False, about="matches words of the note to makers"),
        recipe=made,
        steps=steps(made),
        take=take,
        frames=shares,
        decisions=(earlier, decision),
        accepted="d-2",
        by=DIRECTOR,
        at=at,
        log_sequence=41,
        log_hash="cd" * 32,
        pictures=Pictures(
            frame=1009,
            result=png(90, 80, 70),
            plate=png(120, 130, 140),
            heat=png(40, 60, 80),
            legend=legend,
            thumbnail=thumbnail.getvalue(),
        ),
        remarks=("The roof is a private building; its owner agreed.",),
    )
    return replace(told, **changes)


def film(path: Path, *, codec: str = "", pixels: str = "yuv420p") -> Path:
    """Write a tiny film whose container is that of the path's suffix."""
    codecs = {".webm": "libvpx-vp9", ".mkv": "libx264", ".mov": "prores_ks", ".mxf": "dnxhd", ".avi": "mjpeg"}
    codec = codec or codecs.get(path.suffix, "libx264")
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=24)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH * 2, HEIGHT * 2, pixels
        noise = np.random.default_rng(1)
        for _ in range(6):
            picture = noise.integers(0, 255, (HEIGHT * 2, WIDTH * 2, 3), np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def still(path: Path) -> Path:
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (24, 32, 3), np.uint8)).save(path)
    return path
