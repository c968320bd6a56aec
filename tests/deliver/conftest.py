"""An authority for the tests of deliver, made once: its certificates must hold at the real time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from manyhands.deliver.authority import Authority, open_authority


@pytest.fixture(scope="session")
def now() -> datetime:
    """The real time: c2pa judges certificates by the machine's clock and takes no other."""
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Authority:
    return open_authority(tmp_path_factory.mktemp("roof") / "keys", "The Roof", at=now)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Authority:
    """Another production that calls itself the same."""
    return open_authority(tmp_path_factory.mktemp("stranger") / "keys", "The Roof", at=now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
