from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosted.server import Runway, known


@pytest.fixture
def runway() -> Iterator[Runway]:
    """A server that makes a short file of each task, with a key that fits, asked without long waits."""
    with known(Runway(makes=lambda route, body, uploads: [("made.mp4", b"made of " + route.encode())])) as server:
        yield server
