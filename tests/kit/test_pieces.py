"""Pieces drawn: coverage of edges, depth, motion blur, and textures that come out as they went in."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.pieces import Drawn, Pieces, draw_pieces


def square(
    left: float, top: float, size: float, *, depth: float = 0.0, own: float | None = None, moved: float = 0.0
) -> Pieces:
    corners = np.array([[left, top], [left + size, top], [left + size, top + size], [left, top + size]], np.float32)
    at = np.stack([corners[[0, 1, 2]], corners[[0, 2, 3]]])
    return Pieces(
        at,
        np.broadcast_to(np.float32([moved, 0]), at.shape),
        at,
        np.full(2, depth),
        np.ones(2),
        np.full((2, 3), own or 0.0),
        np.full(2, float(own is not None)),
    )


def drawn(*parts: Pieces, texture: np.ndarray | None = None, shutter: float = 0.5) -> Drawn:
    from manyhands.kit.pieces import joined

    if texture is None:
        texture = np.dstack([np.random.default_rng(1).random((32, 32, 3)), np.ones((32, 32))]).astype(np.float32)
    return draw_pieces(joined(list(parts)), texture, width=32, height=32, shutter=shutter)


def test_a_square_covers_its_area() -> None:
    found = drawn(square(5.25, 6.5, 10.0), shutter=0.0)
    assert found.texture[..., 3].sum() == pytest.approx(100, rel=0.03)
    assert found.own.max() == 0


def test_a_still_piece_shows_its_texture_where_it_is() -> None:
    y, x = np.mgrid[:32, :32] / 32
    smooth = np.dstack([x, y, x * y, np.ones((32, 32))]).astype(np.float32)
    found = drawn(square(4, 4, 16), texture=smooth)
    assert found.texture[6:18, 6:18, :3] == pytest.approx(smooth[6:18, 6:18, :3], abs=0.01)
    assert found.texture[6:18, 6:18, 3] == pytest.approx(1.0)


def test_two_pieces_that_touch_leave_no_line_between_them() -> None:
    one = Pieces(*(part.copy() if hasattr(part, "copy") else part for part in vars(square(4, 4, 8)).values()))
    found = drawn(one, square(12, 4, 8), shutter=0.0)
    assert found.texture[6:10, 6:18, 3] == pytest.approx(1.0)


def test_the_nearer_piece_is_seen() -> None:
    far, near = square(4, 4, 16, depth=2.0, own=0.9), square(8, 8, 16, depth=1.0, own=0.2)
    for order in ((far, near), (near, far)):
        found = drawn(*order)
        assert found.own[14, 14, 0] == pytest.approx(0.2)
        assert found.own[6, 6, 0] == pytest.approx(0.9)
        assert (found.own[..., 3] <= 1 + 1e-6).all()


def test_what_moves_is_blurred_along_its_way_and_keeps_its_amount() -> None:
    still, quick = drawn(square(10, 10, 8), shutter=0.5), drawn(square(10, 10, 8, moved=12.0), shutter=0.5)
    assert quick.texture[..., 3].sum() == pytest.approx(still.texture[..., 3].sum(), rel=0.05)
    assert (quick.texture[14, :, 3] > 0.01).sum() > (still.texture[14, :, 3] > 0.01).sum() + 3
    assert quick.moved[14, 14] == pytest.approx([12, 0], abs=1e-3)


def test_where_the_texture_is_clear_a_piece_has_a_hole() -> None:
    texture = np.ones((32, 32, 4), np.float32)
    texture[10:14, 10:14] = 0
    found = drawn(square(4, 4, 20), texture=texture)
    assert found.texture[12, 12, 3] == 0
    assert found.texture[20, 20, 3] == 1


def test_what_only_hides_is_not_seen() -> None:
    hides = square(4, 4, 10, depth=1.0)
    hides = Pieces(*[*list(vars(hides).values())[:-1], np.full(2, 2.0)])
    found = drawn(square(4, 4, 16, depth=2.0, own=0.5), hides)
    assert found.own[8, 8, 3] == 0
    assert found.own[17, 17, 3] == 1
