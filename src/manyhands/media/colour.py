"""Colour spaces by name: code values become ACEScg, and ACEScg becomes what a screen shows.

All colour comes from one built-in OpenColorIO configuration, pinned by name so that results do not
change with a newer library.  Where a space is one curve for each channel and one matrix, which
most are, curve and matrix are baked *from* OpenColorIO's processor, held against it, and applied by
the kernels of :mod:`manyhands.media.samples`; where it is not, the processor itself works.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba
import numpy as np
import PyOpenColorIO as ocio

from manyhands.core.errors import InputError
from manyhands.media import samples

CONFIG = "studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
WORKING = "acescg"


@dataclass(frozen=True)
class Space:
    """One colour space as a person names it.

    ``scene`` holds what OpenColorIO's configuration calls it; with a ``curve``, the space is that
    named curve over the linear space ``scene``.  A *display-referred* picture was already graded
    for a screen; a *scene-referred* one holds the light in front of the lens.
    """

    name: str
    scene: str
    about: str
    aliases: tuple[str, ...] = ()
    curve: str = ""
    is_display_referred: bool = False
    # Code points of ITU-T H.273 (primaries, transfer) for pictures that go out in this space.
    tags: tuple[int, int] = (1, 1)


SPACES = (
    Space("acescg", "ACEScg", "scene-linear AP1, the working space", ("ap1", "linap1")),
    Space("aces2065-1", "ACES2065-1", "scene-linear AP0, the archive space", ("aces", "ap0", "linap0")),
    Space("acescct", "ACEScct", "log with a toe, AP1"),
    Space("acescc", "ACEScc", "pure log, AP1"),
    Space("linear-srgb", "Linear Rec.709 (sRGB)", "scene-linear Rec.709", ("linear", "linearrec709", "linsrgb")),
    Space("linear-rec2020", "Linear Rec.2020", "scene-linear Rec.2020", ("linrec2020",)),
    Space("linear-p3", "Linear P3-D65", "scene-linear P3, D65 white", ("linp3", "linearp3d65")),
    Space("rec709", "Camera Rec.709", "video, ITU-R BT.709", ("bt709", "video", "hd"), "", True),
    Space(
        "rec2020", "Linear Rec.2020", "video, ITU-R BT.2020 without HDR", ("bt2020",), "Rec.709 - Curve", True, (9, 14)
    ),
    Space("srgb", "sRGB Encoded Rec.709 (sRGB)", "computer pictures", ("srgbtexture", "web"), "", True, (1, 13)),
    Space("p3", "sRGB Encoded P3-D65", "Display P3", ("displayp3", "p3d65"), "", True, (12, 13)),
    Space("p3-video", "Linear P3-D65", "video in P3, D65 white", (), "Rec.709 - Curve", True, (12, 1)),
    Space("gamma22", "Gamma 2.2 Encoded Rec.709", "gamma 2.2, Rec.709", ("g22",), "", True, (1, 4)),
    Space("gamma24", "Gamma 2.4 Encoded Rec.709", "gamma 2.4, Rec.709", ("g24", "rec1886", "bt1886"), "", True, (1, 1)),
    Space("pq", "Rec.2100-PQ - Display", "HDR video, PQ", ("rec2100pq", "st2084", "hdr10"), "", True, (9, 16)),
    Space("hlg", "Rec.2100-HLG - Display", "HDR video, HLG", ("rec2100hlg", "aribstdb67"), "", True, (9, 18)),
    Space("logc3", "ARRI LogC3 (EI800)", "ARRI LogC3, Wide Gamut 3", ("logc", "arrilogc3", "awg3")),
    Space("logc4", "ARRI LogC4", "ARRI LogC4, Wide Gamut 4", ("arrilogc4", "awg4")),
    Space("slog3", "S-Log3 S-Gamut3", "Sony S-Log3, S-Gamut3", ("sgamut3", "sonyslog3")),
    Space("slog3cine", "S-Log3 S-Gamut3.Cine", "Sony S-Log3, S-Gamut3.Cine", ("sgamut3cine", "slog3sgamut3cine")),
    Space("slog3venice", "S-Log3 Venice S-Gamut3", "Sony Venice, S-Gamut3"),
    Space("slog3venicecine", "S-Log3 Venice S-Gamut3.Cine", "Sony Venice, S-Gamut3.Cine"),
    Space("vlog", "V-Log V-Gamut", "Panasonic V-Log, V-Gamut", ("vgamut", "panasonicvlog")),
    Space("log3g10", "Log3G10 REDWideGamutRGB", "RED Log3G10, RedWideGamutRGB", ("red", "redlog3g10", "rwg")),
    Space("applelog", "Apple Log", "Apple Log, Rec.2020", ("applelog1",)),
    Space("clog2", "CanonLog2 CinemaGamut D55", "Canon Log 2, Cinema Gamut", ("canonlog2",)),
    Space("clog3", "CanonLog3 CinemaGamut D55", "Canon Log 3, Cinema Gamut", ("canonlog3",)),
    Space("dlog", "D-Log D-Gamut", "DJI D-Log, D-Gamut", ("djidlog",)),
    Space("bmdfilm5", "BMDFilm WideGamut Gen5", "Blackmagic Film, generation 5", ("bmdfilm", "blackmagic")),
    Space("davinci", "DaVinci Intermediate WideGamut", "DaVinci Intermediate, Wide Gamut", ("davinciintermediate",)),
)
_BY_NAME = {space.name: space for space in SPACES}

# Transfers of ITU-T H.273 that are Rec.709's curve; and what a transfer with primaries is called here.
_REC709_LIKE = {1, 6, 7, 11, 14, 15}
_TAGGED = {
    ("rec709", 1): "rec709", ("rec709", 9): "rec2020", ("rec709", 12): "p3-video",
    (13, 1): "srgb", (13, 12): "p3", (4, 1): "gamma22", (8, 1): "linear-srgb", (8, 9): "linear-rec2020",
    (8, 12): "linear-p3", (16, 9): "pq", (18, 9): "hlg",
}  # fmt: skip
_UNSAID = 2

# CIE xy of red, green, blue and white, as OpenEXR's chromaticities attribute has them.
AP1_CHROMATICITIES = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)
CHROMATICITIES = {
    "acescg": AP1_CHROMATICITIES,
    "aces2065-1": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "linear-srgb": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    "linear-rec2020": (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329),
    "linear-p3": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329),
}


def space(name: str) -> Space:
    """The colour space that a person means by a name, an alias or OpenColorIO's own name.

    Case, blanks and punctuation do not count.
    Raises: InputError for a name that nobody knows, with the names that come closest.
    """
    known = _names()
    found = known.get(_bare(name))
    if found is None:
        close = [known[key].name for key in difflib.get_close_matches(_bare(name), known, n=6, cutoff=0.5)]
        wanted = ", ".join(dict.fromkeys(close)) or ", ".join(_BY_NAME)
        raise InputError(
            f"colour space: {name} is not known.", f"Did you mean: {wanted}?", name=name, known=list(_BY_NAME)
        )
    return found


def tagged_space(primaries: int, transfer: int, *, is_rgb: bool) -> tuple[str, tuple[str, ...]]:
    """The space that code points of ITU-T H.273 name, and what had to be assumed, in words."""
    if transfer == _UNSAID and primaries in {_UNSAID, 1, 5, 6, 7}:
        return ("srgb", ("untagged: taken as sRGB",)) if is_rgb else ("rec709", ("untagged: taken as Rec.709",))
    notes = []
    if primaries in {5, 6, 7}:
        notes.append("primaries of standard-definition video are taken as Rec.709's, which they nearly are")
    if primaries in {_UNSAID, 5, 6, 7}:
        primaries = 1
    if transfer in {_UNSAID, 5}:
        notes.append("no usable transfer is tagged: taken as Rec.709's")
        transfer = 1
    found = _TAGGED.get(("rec709" if transfer in _REC709_LIKE else transfer, primaries))
    if found is None:
        notes.append(f"unusual colour tags (primaries {primaries}, transfer {transfer}): taken as Rec.709")
        found = "rec709"
    return found, tuple(notes)


def is_known(name: str) -> bool:
    """Whether :func:`space` knows the name."""
    return _bare(name) in _names()


def is_linear(name: str) -> bool:
    """Whether code values are light already, so that they may be premultiplied."""
    found = space(name)
    return not found.curve and config().getColorSpace(found.scene).getEncoding() == "scene-linear"


@lru_cache(maxsize=1)
def _names() -> dict[str, Space]:
    known = {_bare(alias): each for each in SPACES for alias in (*each.aliases, each.scene) if not each.curve}
    known |= {_bare(alias): each for each in SPACES for alias in (each.name, *each.aliases)}
    for its in config().getColorSpaces(ocio.SEARCH_REFERENCE_SPACE_SCENE, ocio.COLORSPACE_ACTIVE):
        if its.isData():
            continue
        ours = known.get(_bare(its.getName())) or Space(its.getName(), its.getName(), its.getName())
        for alias in (its.getName(), *its.getAliases()):
            known.setdefault(_bare(alias), ours)
    return known


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=1)
def config() -> Any:
    """OpenColorIO's built-in configuration, pinned by :data:`CONFIG`."""
    return ocio.Config.CreateFromBuiltinConfig(CONFIG)


@dataclass(frozen=True)
class Curve:
    """One way through a curve, as the kernels take it: a power with a straight toe, or a table.

    Shapes: ``table`` as :func:`samples.code_knots` (decoding) or two of
    :func:`samples.light_knots` (encoding), float32; ``power`` (7,), its first entry below 0 where
    the table is meant.
    """

    table: np.ndarray
    power: np.ndarray


NO_POWER = np.array([-1, 0, 0, 0, 0, 0, 0], np.float32)


@dataclass(frozen=True)
class Conversion:
    """One way between a colour space and ACEScg: a curve for each channel beside a (3, 3) matrix.

    ``processor`` is OpenColorIO's own, where curve and matrix are not enough; then the curve is a
    straight line and the matrix is 1.
    """

    curve: Curve
    matrix: np.ndarray
    processor: Callable[[np.ndarray], None] | None = None


@lru_cache(maxsize=32)
def reading(name: str) -> Conversion:
    """How the code values of a space become ACEScg: the curve first, then the matrix.

    Raises: InputError for an unknown name.
    """
    found = space(name)
    forward, _ = _processors(found)
    grey = _grey(forward, samples.code_knots()).astype(np.float32)
    model = Conversion(Curve(grey, _powers(found)[0]), _fitted_matrix(forward).astype(np.float32))
    if _reads_alike(model, forward, lowest=-0.05 if found.is_display_referred else 0.0):
        return model
    straight = Curve(samples.code_knots().astype(np.float32), NO_POWER)
    return Conversion(straight, np.eye(3, dtype=np.float32), forward)


@lru_cache(maxsize=32)
def writing(name: str) -> Conversion:
    """How ACEScg becomes the code values of a space: the matrix first, then the curve.

    Raises: InputError for an unknown name.
    """
    found = space(name)
    forward, backward = _processors(found)
    light = samples.light_knots()
    grey = np.stack([_grey(backward, light), _grey(backward, -light)]).astype(np.float32)
    matrix = np.linalg.inv(_fitted_matrix(forward)).astype(np.float32)
    model = Conversion(Curve(grey, _powers(found)[1]), matrix)
    if _writes_alike(model, forward, backward):
        return model
    straight = Curve(np.stack([light, -light]).astype(np.float32), NO_POWER)
    return Conversion(straight, np.eye(3, dtype=np.float32), backward)


def decoded(rgba: np.ndarray, name: str) -> np.ndarray:
    """Premultiplied code values as floats, in a space with a curve, to premultiplied ACEScg.

    The curve belongs to colour that is not multiplied by alpha, so that is undone for its time.
    Shapes: (H, W, 4) float32, a new array.
    """
    out = out_of_alpha(rgba)
    _processors(space(name))[0](out)
    out[..., 3] = rgba[..., 3]
    out[..., :3] *= rgba[..., 3:]
    return out


def _processors(found: Space) -> tuple[Callable[[np.ndarray], None], Callable[[np.ndarray], None]]:
    """OpenColorIO's own conversion to ACEScg and back, in place, exact rather than quick."""
    group = ocio.GroupTransform()
    if found.curve:
        group.appendTransform(_named_curve(found))
    group.appendTransform(ocio.ColorSpaceTransform(found.scene, "ACEScg"))
    forward, backward = (
        in_slabs(config().getProcessor(group, way).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS))
        for way in (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE)
    )
    return forward, backward


def _named_curve(found: Space) -> Any:
    """From code values to light."""
    return ocio.NamedTransform.GetTransform(config().getNamedTransform(found.curve), ocio.TRANSFORM_DIR_FORWARD)


def in_slabs(processor: Any) -> Callable[[np.ndarray], None]:
    """Lines are shared out to as many threads as the kernels have; the result does not depend on it."""

    def apply(rgba: np.ndarray) -> None:
        threads = numba.get_num_threads()
        slabs = [slab for slab in np.array_split(rgba, threads) if slab.size]
        if len(slabs) == 1 or rgba.size < 100_000:
            processor.applyRGBA(rgba)
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(processor.applyRGBA, slabs))

    return apply


def _grey(apply: Callable[[np.ndarray], None], values: np.ndarray) -> np.ndarray:
    """What a conversion makes of equal red, green and blue, (n,) float64."""
    rgba = np.repeat(values[:, None], 4, 1).astype(np.float32)
    apply(rgba)
    return rgba[:, :3].astype(np.float64).mean(1)


def _fitted_matrix(forward: Callable[[np.ndarray], None]) -> np.ndarray:
    """The matrix behind the curve, (3, 3): light of random colours against light of their channels."""
    colours = np.random.default_rng(709).uniform(0, 1, (512, 4)).astype(np.float32)
    channels = np.stack([_grey(forward, colours[:, channel].astype(np.float64)) for channel in range(3)], 1)
    forward(colours)
    solved = np.linalg.lstsq(channels, colours[:, :3].astype(np.float64), rcond=None)[0].T
    # Where the space is the working space already, samples pass untouched to the last bit.
    return np.eye(3) if np.allclose(solved, np.eye(3), atol=1e-6) else np.asarray(solved)


def _powers(found: Space) -> tuple[np.ndarray, np.ndarray]:
    """The decoding and encoding power with a straight toe, where the space's curve is one.

    The toe meets the power with equal slope.  Source: OpenColorIO, ExponentWithLinearTransform.
    """
    if found.curve:
        group = config().getProcessor(_named_curve(found)).createGroupTransform()
    else:
        group = config().getProcessor(found.scene, "ACEScg").createGroupTransform()
    first = group[0] if len(group) else None
    if not isinstance(first, ocio.ExponentWithLinearTransform):
        return NO_POWER, NO_POWER
    gamma, offset = first.getGamma()[0], first.getOffset()[0]
    start = offset / (gamma - 1)
    slope = ((gamma - 1) / offset) * (offset * gamma / ((gamma - 1) * (1 + offset))) ** gamma
    decode = [start, slope, 1 / (1 + offset), offset / (1 + offset), gamma, 1, 0]
    encode = [start * slope, 1 / slope, 1, 0, 1 / gamma, 1 + offset, -offset]
    return np.array(decode, np.float32), np.array(encode, np.float32)


def _reads_alike(model: Conversion, exact: Callable[[np.ndarray], None], *, lowest: float) -> bool:
    """Whether curve and matrix give what OpenColorIO gives, within 1e-5 of a pixel's largest channel or 1."""
    wanted = _test_colours(lowest)
    ours = np.empty_like(wanted)
    planes = [np.ascontiguousarray(wanted[..., channel]) for channel in range(3)]
    nothing, gain = np.zeros((0, 0), np.float32), np.float32(1)
    samples.rgb_to_light(*planes, nothing, gain, model.curve.table, model.curve.power, model.matrix, ours)
    exact(wanted)
    return _near(ours[..., :3], wanted[..., :3])


def _writes_alike(
    model: Conversion, forward: Callable[[np.ndarray], None], exact: Callable[[np.ndarray], None]
) -> bool:
    """The same for the way out.

    It starts a little above black, where a pure gamma is so steep that nobody's last bit holds.
    """
    light = _test_colours(0.02)
    forward(light)
    wanted, ours = light.copy(), np.empty((*light.shape[:2], 3), np.float32)
    curve = model.curve
    samples.light_to_rgb(light, model.matrix, curve.table, curve.power, True, False, samples.NO_NOISE, ours)
    exact(wanted)
    return _near(ours, wanted[..., :3])


def _test_colours(lowest: float) -> np.ndarray:
    colours = np.random.default_rng(1886).uniform(lowest, 1.05, (64, 64, 4)).astype(np.float32)
    colours[..., 3] = 1
    return colours


def _near(ours: np.ndarray, exact: np.ndarray) -> bool:
    largest = np.maximum(np.abs(exact).max(-1, keepdims=True), 1)
    return bool((np.abs(ours - exact) <= 1e-5 * largest).all())


def out_of_alpha(rgba: np.ndarray) -> np.ndarray:
    """Premultiplied colour made straight; where alpha is 0 it stays.  (H, W, 4), a new array."""
    alpha = rgba[..., 3:]
    return np.ascontiguousarray(np.divide(rgba, alpha, out=rgba.copy(), where=alpha > 0))
