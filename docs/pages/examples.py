"""Examples: for every maker a note that shows it, and what its picture needs; from ``docs/examples.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pages.markdown import ROOT

PICTURES = ROOT / "docs/pictures/makers"


@dataclass(frozen=True)
class Example:
    """A note that shows a maker.

    ``seen`` says what its picture shows, ``plate`` names the plate, ``at`` the frame that is shown,
    ``brings`` what is brought in (role to its name), ``settings`` what is set by hand after the note,
    ``part`` which part of the picture is shown: left, top, width and height as shares.
    """

    maker: str
    note: str
    seen: str
    plate: str = "pagoda"
    at: int = 1012
    brings: dict[str, str] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    part: tuple[float, ...] = (0.0, 0.0, 1.0, 1.0)

    @property
    def picture(self) -> Path:
        """Where its picture lies."""
        return PICTURES / f"{self.maker}.jpg"


@cache
def examples() -> dict[str, Example]:
    """The example of each maker that has one."""
    told = tomllib.loads((ROOT / "docs/examples.toml").read_text(encoding="utf-8"))
    return {name: Example(maker=name, **_frozen(about)) for name, about in told.items()}


def _frozen(about: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}
