"""What every test may have: the database that new productions are made on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from manyhands.store.database import VARIABLE
from tests import databases


@pytest.fixture(autouse=True, scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLite, but in modules that are marked ``on_both``; new productions are made there."""
    which = getattr(request, "param", "sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, databases.address() if which == "postgresql" else "")
        yield which
