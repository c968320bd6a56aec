"""Formats: what masters are, where their credentials lie, and what is read."""

from __future__ import annotations

from pathlib import Path

from manyhands.deliver import sequence
from manyhands.deliver.credentials import EMBEDDED, WITH_XMP_INSIDE, sidecar_of, xmp_of
from manyhands.media.masters import FORMATS, Format
from manyhands.media.sequences import SUFFIXES
from pages.markdown import paragraph, table


def formats_page() -> list[str]:
    """What is written and where its credentials lie, and what is read."""
    lines = ["# Formats", ""]
    lines += paragraph(
        "Masters are what `manyhands deliver --format NAME` writes. Sound, time code, colour, rounding and bad input "
        "are told in [footage in, masters out](media.md), what is signed in "
        "[Content Credentials](../explain/credentials.md). `sh010` stands for the shot's name."
    )
    lines += ["## Masters: what is written", ""]
    rows = [
        (f"`{name}`", form.about, _written(form), form.bits, _coding(form), _alpha(form))
        for name, form in FORMATS.items()
    ]
    lines += table(("format", "is", "written as", "bits", "codec and pixels", "alpha"), rows)
    lines += ["", "## Masters: where the credentials lie", ""]
    lines += table(("format", "Content Credentials", "XMP"), [(f"`{name}`", *_kept(FORMATS[name])) for name in FORMATS])
    lines += ["", "## What is read", ""]
    lines += paragraph(
        f"Pictures, alone or as a numbered sequence: {', '.join(f'`{suffix}`' for suffix in SUFFIXES)}. Any other file "
        "is taken as a movie, and is read if FFmpeg can decode it. A picture's or a movie's colour space is taken "
        "from its tags, or from what you name: see [the names](media.md#colour-in)."
    )
    return lines


def _written(form: Format) -> str:
    return f"`sh010{form.suffix}`" if form.kind == "movie" else f"`sh010/sh010.1001{form.suffix}` …"


def _coding(form: Format) -> str:
    return f"`{form.codec}`, `{form.pixels}`" if form.codec else form.suffix.lstrip(".").upper()


def _alpha(form: Format) -> str:
    # EXR always holds what frames are: premultiplied, with alpha.
    return "premultiplied" if form.kind == "exr" else "straight" if form.has_alpha else "none"


def _kept(form: Format) -> tuple[str, str]:
    if form.kind != "movie":
        return f"sidecar `sh010/{sequence.CREDENTIAL}`, over `sh010/{sequence.FRAMES_LIST}`", f"`sh010/{sequence.XMP}`"
    master = Path(f"sh010{form.suffix}")
    inside = "embedded" if form.suffix in EMBEDDED else f"sidecar `{sidecar_of(master)}`"
    return inside, "embedded" if form.suffix in WITH_XMP_INSIDE else f"sidecar `{xmp_of(master)}`"
