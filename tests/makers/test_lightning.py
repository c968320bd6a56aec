"""Lightning: it strikes where and when it is said to, flickers, and is light."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import luminance
from manyhands.makers.lightning import lightning
from tests.plates import flat

SIZE = {"width_px": 280, "height_px": 180}
ONCE = {"every": 600.0}
BARE = {"clouds": 0.0, "air": 0.0}


def made(seed: int = 4, **params: Any) -> Clip:
    given = lightning.checked({**SIZE, **params})
    found = lightning.make({"plate": flat(0.1, 72)}, given, Chance(seed), lambda done, of: None)
    assert isinstance(found, Clip)
    return found


def levels(clip: Clip, frames: int = 40) -> np.ndarray:
    return np.array([luminance(clip.frame(at).rgb).sum() for at in range(1001, 1001 + frames)])


def test_its_foot_is_where_it_strikes_and_it_comes_from_above() -> None:
    frame = luminance(made(**ONCE, **BARE, branches=0.0).frame(1001).rgb)
    lit = frame > 0.2 * frame.max()
    rows = np.flatnonzero(lit.any(1))
    foot = round(0.68 * 180)
    assert rows.max() == pytest.approx(foot, abs=3)
    assert lit[rows.max() - 1].nonzero()[0].mean() == pytest.approx(140, abs=4)
    assert rows.min() < 20
    assert set(range(20, foot - 3)) <= set(rows.tolist()), "the channel has a gap"


def test_the_core_is_far_brighter_than_white_and_its_edge_is_seen_through() -> None:
    frame = made(**ONCE).frame(1001)
    assert frame.rgb.max() > 8
    assert frame.alpha.max() == 1
    assert np.median(frame.alpha) < 0.5
    assert frame.faults() == []


def test_it_flickers_and_is_over_before_a_second_has_gone() -> None:
    for seed in range(5):
        level = levels(made(seed, **ONCE))
        assert level[0] > 0.5 * level.max()
        assert level[22:].max() == 0


def test_branches_are_lit_by_the_first_stroke_most() -> None:
    """The same channel with branches and without: what they add is more in the first frame than in later ones."""
    many, none = (made(2, **ONCE, **BARE, branches=b, strokes=12.0) for b in (3.0, 0.0))
    bare = levels(none, 12)
    added = levels(many, 12) / np.maximum(bare, 1e-9) - 1
    later = [at for at in range(2, 12) if bare[at] > 0.2 * bare[0]]
    assert added[0] > 0.3
    assert later
    assert np.mean(added[later]) < 0.5 * added[0]


def test_every_strike_has_its_own_way_and_they_come_as_often_as_said() -> None:
    clip = made(every=0.5, strokes=1.0, **BARE, branches=0.0)
    level = levels(clip, 72)
    peaks = [at for at in range(72) if level[at] > 0.3 * level.max()]
    assert 3 <= len(peaks) <= 12
    ways = [luminance(clip.frame(1001 + at).rgb) > 1 for at in peaks[:2]]
    assert (ways[0] & ways[1]).sum() < 0.5 * ways[0].sum()


@pytest.mark.parametrize(("at", "until"), [(1.0, 0.0), (0.0, 0.5)])
def test_it_begins_and_ends_when_it_was_said(at: float, until: float) -> None:
    level = levels(made(every=0.2, at=at, until=until), 60)
    first = round(24 * at)
    assert level[: max(first - 1, 0)].sum() == 0
    assert level[first] > 0
    if until:
        assert level[round(24 * (until + 0.9)) :].sum() == 0


def test_the_cloud_lights_up_with_it_and_no_glow_ends_in_a_line() -> None:
    frame = luminance(made(**ONCE).frame(1001).rgb)
    assert frame[15, :].mean() > 5 * frame[-25, :].mean()
    for edge in (frame[-1], frame[:, 0], frame[:, -1], frame[0]):
        assert edge.max() < 0.06
