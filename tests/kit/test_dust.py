"""Dust: air leaves what is squeezed by as much as it loses, and thin dust goes first."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.dust import Box, Burst, drag_along, dusty_air, raise_dust, thin_out, thinned_edge
from manyhands.kit.fluid import FLAME, SMOKE, Gas, advance, divergence_of, still_gas

BOX = Box(left=0, top=0, width_px=96, height_px=64, shape=(24, 32, 48), front=6, back=16)


def still() -> Gas:
    return still_gas(BOX.shape, dusty_air(0.5, 24, wind=(0, 0), turbulence=0, lasting_s=60))


def test_the_air_that_is_driven_out_is_what_the_storey_lost() -> None:
    """The net outflow of all cells after a step is the volume that was squeezed, within the unevenness."""
    gas = still()
    storey = Burst(32, 40, 64, 44, lost=0.05, dust=1.0)
    raise_dust(gas, BOX, [storey], steps=1, jet=0.0, seconds=0.0, shift=(3, 5, 7))
    expected = 0.05 * 16 * 2 * 10
    assert gas.carried[..., FLAME].sum() == pytest.approx(expected, rel=0.6)
    driven = float(gas.carried[..., FLAME].sum())
    out = advance(gas, dusty_air(0.5, 24, wind=(0, 0), turbulence=0, lasting_s=60))
    assert divergence_of(out).sum() == pytest.approx(driven, rel=0.05)
    assert out.carried[..., FLAME].max() == 0, "it is over in one step"


def test_dust_comes_where_it_is_raised_and_nowhere_else() -> None:
    gas = still()
    raise_dust(gas, BOX, [Burst(32, 40, 64, 44, 0.0, 1.0)], steps=1, jet=0.0, seconds=0.0, shift=(3, 5, 7))
    dust = gas.carried[..., SMOKE]
    assert dust[6:16, 10:12, 16:32].mean() > 0.3
    dust[6:16, 10:12, 8:40] = 0  # its ends are crooked by up to half its width
    assert dust.max() == 0


def test_it_comes_unevenly_and_does_not_repeat() -> None:
    gas = still()
    raise_dust(gas, BOX, [Burst(0, 40, 96, 44, 0.0, 0.7)], steps=1, jet=0.0, seconds=0.0, shift=(3, 5, 7))
    line = gas.carried[10, 10, 1:-1, SMOKE].astype(np.float64)
    assert line.std() > 0.08
    line -= line.mean()
    echo = np.correlate(line, line, "full")[len(line) - 1 :] / (line @ line)
    assert echo[4:24].max() < 0.6, "a lobe that came again would be an echo"


def test_open_ends_blow_outward() -> None:
    gas = still()
    storey = Burst(32, 40, 64, 44, lost=0.25, dust=1.0, ends=(True, True))
    raise_dust(gas, BOX, [storey], steps=1, jet=2.0, seconds=0.0, shift=(3, 5, 7))
    assert gas.u[8:14, 10:12, 15:18].mean() < 0 < gas.u[8:14, 10:12, 31:34].mean()
    assert gas.w[5:8, 10:12, 20:28].mean() < 0, "and towards the camera"


def test_thin_dust_goes_first_and_high_dust_sooner() -> None:
    gas = still()
    gas.carried[..., SMOKE] = 0.05
    gas.carried[:, :, 24:, SMOKE] = 1.0
    for _ in range(24):
        thin_out(gas, BOX, 60.0, 40.0, 1 / 24)
    dust = gas.carried[10, :, :, SMOKE]
    assert dust[28, 10] == 0 < dust[3, 10]
    assert dust[3, 40] > 0.95


def test_the_air_in_a_building_falls_with_it() -> None:
    gas = still()
    corners = np.array([[[32, 30], [64, 30], [32, 50], [64, 50]]], np.float64)
    drag_along(gas, BOX, corners, np.array([[0.0, 4.0]]))
    assert gas.v[10, 12, 24] == pytest.approx(-0.4 * 4.0 / BOX.cell_px)
    assert gas.v[2, 12, 24] == 0


def test_the_box_never_shows_a_hard_edge() -> None:
    edge = thinned_edge(BOX, foot=58.0)[0]
    assert max(edge[-1].max(), edge[:, 0].max(), edge[:, -1].max()) < 0.04
    assert edge[8:20, 12:36].min() > 0.95


def test_two_bays_beside_each_other_do_not_meet_in_a_straight_wall() -> None:
    gas = still()
    bays = [Burst(16, 20, 48, 52, 0.02, 1.3), Burst(48, 20, 80, 52, 0.02, 0.05)]
    raise_dust(gas, BOX, bays, steps=1, jet=0.0, seconds=0.0, shift=(3, 5, 7))
    dusty = gas.carried[6:16, 8:20, :, SMOKE] > 0.1
    ends = [int(np.flatnonzero(line)[-1]) for line in dusty.reshape(-1, BOX.shape[2]) if line.any()]
    assert np.std(ends) > 1.0
    assert max(ends) < 24 + 8, "and no farther than half a bay"
