from __future__ import annotations

from collections.abc import Iterator

import pytest

from manyhands.hosted import runway as client
from tests.hosted.server import KEY, Runway, serving


@pytest.fixture
def runway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runway]:
    """A server that makes a short file of each task, with a key that fits, asked without long waits."""
    with serving(Runway(makes=lambda route, body, uploads: [("made.mp4", b"made of " + route.encode())])) as server:
        monkeypatch.setenv(client.KEY, KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", server.address)
        monkeypatch.setattr(client, "FIRST_POLL_S", 0.02)
        monkeypatch.setattr(client, "LONGEST_POLL_S", 0.05)
        yield server
