"""Every error of the libraries below mapped."""

import errno

import av.error
import pytest

from manyhands.core.errors import CapacityError, ManyhandsError, MediaError
from manyhands.media.files import mapped


def test_nothing_escapes_unmapped(tmp_path):
    """Walks every exception of PyAV; each must become one of ours that says what to do."""
    found = [
        kind for kind in vars(av.error).values() if isinstance(kind, type) and issubclass(kind, av.error.FFmpegError)
    ]
    assert len(found) > 25
    for kind in found:
        with pytest.raises(ManyhandsError) as caught, mapped(tmp_path / "clip.mov"):
            raise kind(errno.EIO, "said")
        assert "clip.mov" in caught.value.what
        assert caught.value.fix, kind


def test_a_missing_file_and_a_forbidden_one_say_so(tmp_path):
    with pytest.raises(MediaError, match="no such file"), mapped(tmp_path / "gone.mov"):
        (tmp_path / "gone.mov").open()
    with pytest.raises(MediaError, match="may not be read"), mapped(tmp_path / "shut.mov"):
        raise PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(CapacityError, match="memory"), mapped(tmp_path / "large.mov"):
        raise MemoryError
