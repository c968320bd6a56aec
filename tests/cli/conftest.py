"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from tests.plates import plate


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plate") / "plate.mp4"
    clip = plate(2)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path
