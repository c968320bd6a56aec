"""Look-up tables: what is read, and what lies between the samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from manyhands.core.errors import InputError, MediaError
from manyhands.kit.cube import Cube, apply_cube, read_cube


def table_of(change: object, size: int = 5) -> np.ndarray:
    """A three-dimensional table that samples a function of (r, g, b); red runs quickest, as in the format."""
    steps = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.asarray(change(np.stack([red, green, blue], -1)), np.float32)  # type: ignore[operator]


def written(path: Path, table: np.ndarray, *, head: str = "") -> str:
    size = table.shape[0]
    kind = "LUT_3D_SIZE" if table.ndim == 4 else "LUT_1D_SIZE"
    rows = "\n".join(" ".join(f"{part:.7f}" for part in row) for row in table.reshape(-1, 3))
    path.write_text(f'TITLE "test"\n# made in code\n{head}{kind} {size}\n\n{rows}\n')
    return str(path)


def colours(low: float = 0.0, high: float = 1.0) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(3)).uniform(low, high, (20, 30, 3)).astype(np.float32)


def test_a_linear_change_is_exact_between_the_samples(tmp_path: Path) -> None:
    mix = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.0, 0.3, 0.7]])
    cube = read_cube(written(tmp_path / "a.cube", table_of(lambda rgb: rgb @ mix.T + 0.05)))
    np.testing.assert_allclose(apply_cube(cube, colours()), colours() @ mix.T + 0.05, atol=2e-6)


def test_between_samples_the_walk_goes_along_the_largest_part_first() -> None:
    """The closed form of the six tetrahedra, for a table of random numbers."""
    table = np.random.Generator(np.random.PCG64(1)).uniform(0, 1, (3, 3, 3, 3)).astype(np.float32)
    cube = Cube(table, (0, 0, 0), (1, 1, 1))
    for colour in colours()[0]:
        place = colour * 2
        corner = np.minimum(place.astype(int), 1)
        part = place - corner
        expected, at = np.zeros(3), corner.copy()
        last = 1.0
        for axis in np.argsort(-part):
            expected += table[at[2], at[1], at[0]] * (last - part[axis])
            last, at[axis] = part[axis], at[axis] + 1
        expected += table[at[2], at[1], at[0]] * last
        np.testing.assert_allclose(apply_cube(cube, colour[None, None])[0, 0], expected, atol=1e-6)


def test_a_domain_other_than_0_to_1_is_honoured_and_its_edge_holds_outside(tmp_path: Path) -> None:
    path = written(tmp_path / "a.cube", table_of(lambda rgb: rgb), head="DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n")
    cube = read_cube(path)
    wide = colours(-1, 3)
    np.testing.assert_allclose(apply_cube(cube, wide), (wide + 1) / 4, atol=1e-6)
    np.testing.assert_allclose(apply_cube(cube, np.full((1, 1, 3), 9, np.float32)), 1)


def test_a_one_dimensional_table_bends_each_channel(tmp_path: Path) -> None:
    steps = np.linspace(0, 1, 33)
    table = np.stack([steps**2, steps, 1 - steps], -1)
    found = apply_cube(read_cube(written(tmp_path / "a.cube", table)), colours())
    np.testing.assert_allclose(found[..., 1], colours()[..., 1], atol=1e-6)
    np.testing.assert_allclose(found[..., 0], colours()[..., 0] ** 2, atol=4e-4)
    np.testing.assert_allclose(found[..., 2], 1 - colours()[..., 2], atol=1e-6)


@pytest.mark.parametrize(
    "content",
    ["", "LUT_3D_SIZE 2\n0 0 0\n", "LUT_3D_SIZE two\n", "LUT_3D_SIZE 2\nhello there you\n", "LUT_3D_SIZE 1\n0 0 0\n"],
)
def test_a_damaged_file_is_refused_with_advice(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.cube").write_text(content)
    with pytest.raises(MediaError, match=r"bad\.cube") as caught:
        read_cube(str(tmp_path / "bad.cube"))
    assert caught.value.fix


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.cube"):
        read_cube(str(tmp_path / "none.cube"))
    (tmp_path / "b.cube").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(MediaError, match="not text"):
        read_cube(str(tmp_path / "b.cube"))
