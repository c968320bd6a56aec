"""Random layers that keep the law: colours beyond 1, clear and opaque pixels, shares of several hands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from manyhands.core.authorship import Authorship
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand

HANDS = tuple(
    Hand(id=f"{origin}:{name}:1", origin=origin, name=name, version="1")
    for origin, name in (
        ("camera", "plate"),
        ("procedure", "smoke"),
        ("person", "painter"),
        ("trained", "model"),
        ("procedure", "grade"),
    )
)
CAMERA, SMOKE, PAINTER, MODEL, GRADE = HANDS

seeds = st.integers(0, 2**32 - 1)


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def alphas(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A third clear, a third opaque, a third between."""
    kind = rng.integers(0, 3, (height, width))
    return np.where(kind == 0, 0, np.where(kind == 1, 1, rng.random((height, width)))).astype(np.float32)


def planes(rng: np.random.Generator, hands: int, alpha: np.ndarray) -> np.ndarray:
    """Shares that sum to alpha, some of them 0."""
    parts = rng.random((hands, *alpha.shape)) * rng.integers(0, 2, (hands, *alpha.shape)) + 1e-3
    return np.asarray(parts / parts.sum(0) * alpha, np.float32)


def layer(
    rng: np.random.Generator,
    hands: Sequence[Hand] = HANDS[:2],
    *,
    height: int = 9,
    width: int = 11,
    opaque: bool = False,
    altering: Sequence[Hand] = (),
) -> Frame:
    """A layer whose light reaches 4, premultiplied."""
    alpha = np.ones((height, width), np.float32) if opaque else alphas(rng, height, width)
    rgb = rng.random((height, width, 3), np.float32) * 4 * alpha[..., None]
    altered = (rng.random((len(altering), height, width)) * (alpha > 0)).astype(np.float32)
    authorship = Authorship(tuple(hands), planes(rng, len(hands), alpha), tuple(altering), altered)
    return Frame(np.dstack([rgb, alpha]).astype(np.float32), authorship)


@st.composite
def layers(draw: st.DrawFn, *, height: int = 9, width: int = 11, opaque: bool = False) -> Frame:
    """A random layer by one to three of the hands."""
    chosen = draw(st.lists(st.sampled_from(HANDS), min_size=1, max_size=3, unique=True))
    altering = draw(st.lists(st.sampled_from(HANDS), max_size=2, unique=True))
    return layer(generator(draw(seeds)), chosen, height=height, width=width, opaque=opaque, altering=altering)


@st.composite
def mattes(draw: st.DrawFn, *, height: int = 9, width: int = 11) -> np.ndarray:
    """A random matte with whole areas of exactly 0 and 1."""
    return alphas(generator(draw(seeds)), height, width)
