"""Parameters that the plate's reading fills, each declared once: a maker takes those it needs, in its own order.

``softness_px: float = facts.softness_px("how soft the plate is: no streak is sharper")``
"""

from __future__ import annotations

from typing import Any

from manyhands.core.maker import Colour, colour, number, text


def softness_px(about: str) -> Any:
    """How soft the plate is."""
    return number(0.0, low=0, high=50, unit="px", about=about, plate="softness_px")


def grain() -> Any:
    """How grainy it is."""
    about = "the plate's grain at middle grey, as a standard deviation"
    return number(0.0, low=0, high=1, unit="scene-linear", about=about, plate="grain")


def black() -> Any:
    """Its darkest level."""
    return number(0.0, low=0, high=1, unit="scene-linear", about="the plate's darkest level", plate="black")


def horizon_px() -> Any:
    """Where its horizon is."""
    about = "the horizon's row in the track's reference frame"
    return number(0.0, low=-32768, high=32768, unit="px", about=about, plate="horizon_px")


def plate_sky(tells: str) -> Any:
    """The colour of its sky."""
    return colour((0.6, 0.65, 0.7), f"the sky's colour in the plate, which {tells}", plate="sky_colour")


def sun_from_x() -> Any:
    """Where the sun is: how far to the right."""
    about = "the way to the sun, to the right"
    return number(-0.5, low=-1, high=1, unit="unit vector", about=about, plate="sun_from_x")


def sun_from_y() -> Any:
    """Where the sun is: how far up."""
    return number(0.7, low=-1, high=1, unit="unit vector", about="the way to the sun, up", plate="sun_from_y")


def sun_from_z() -> Any:
    """Where the sun is: how far away from the camera."""
    about = "the way to the sun, away from the camera"
    return number(-0.5, low=-1, high=1, unit="unit vector", about=about, plate="sun_from_z")


def sun_light(default: Colour = (1.0, 0.95, 0.85)) -> Any:
    """How bright and of which colour the sun is."""
    return colour(default, "what a white surface facing the sun gives back of it", plate="sun_light")


def sky_light() -> Any:
    """How bright and of which colour the whole sky is."""
    return colour((0.3, 0.36, 0.45), "what a white surface gives back of the whole sky", plate="sky_light")


def cuts(tells: str) -> Any:
    """Where it is cut."""
    return text("", f"first frames of the shots within a plate that has cuts, as 1051 1102{tells}", plate="cuts")
