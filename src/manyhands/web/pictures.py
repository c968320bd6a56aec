"""How pictures and other files are sent: from their files, kept by the browser where what they show never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from fastapi import Response
from fastapi.responses import FileResponse

LASTS = "private, max-age=31536000, immutable"
"""For pictures whose address names what is in them: the frames of a take, a source, or a recipe."""

Small = Literal["", "thumb"]
"""Which small picture: that to step through, or that of a contact sheet."""


def picture(path: Path, *, lasts: str = "no-cache") -> Response:
    """A picture or a movie from its file."""
    return FileResponse(path, headers={"cache-control": lasts})


def handed_over(path: Path, *, name: str = "") -> Response:
    """A file to keep: it is never shown in the page's own place, whatever is in it."""
    return FileResponse(path, filename=name or path.name, media_type="application/octet-stream")
