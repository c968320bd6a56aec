"""Files whole or not at all, held by one at a time, and every failure of a disk with its error."""

import errno
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from manyhands.core.errors import CapacityError, StoreError
from manyhands.disk import alone, held, unwritable, whole, write_whole


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "kept.txt"
    write_whole(path, b"old")

    def fail_half_way() -> None:
        with whole(path) as part:
            part.write_bytes(b"half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_capacity_error_and_leaves_nothing(tmp_path):
    # The kernel's own limit for the size of a file stands in for the full disk.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(CapacityError, match="Make room"):
            write_whole(tmp_path / "large.bin", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, CapacityError),
        (errno.EDQUOT, CapacityError),
        (errno.EROFS, StoreError),
        (errno.EACCES, StoreError),
    ],
)
def test_each_failure_of_writing_has_its_error(tmp_path, number, kind):
    assert type(unwritable(tmp_path, OSError(number, "said"))) is kind


def test_a_secret_is_secret_from_its_first_byte_and_the_first_writer_stays(tmp_path):
    path = tmp_path / "keys.pem"
    with whole(path, mode=0o600, over=False) as part:
        assert part.stat().st_mode & 0o777 == 0o600
        part.write_bytes(b"first")
    write_whole(path, b"second", mode=0o600, over=False)
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["keys.pem"]


def test_a_file_is_held_by_one_at_a_time_and_waiting_can_be_ended(tmp_path: Path) -> None:
    held: list[str] = []

    def other() -> None:
        with alone(tmp_path / "deep" / "lock", lambda: time.sleep(0.01)):
            held.append("other")

    with alone(tmp_path / "deep" / "lock", lambda: None):
        waiting = threading.Thread(target=other)
        waiting.start()
        time.sleep(0.1)
        assert held == []
        with pytest.raises(KeyboardInterrupt), alone(tmp_path / "deep" / "lock", _interrupted):
            held.append("never")
    waiting.join(10)
    assert held == ["other"]


def _interrupted() -> None:
    raise KeyboardInterrupt


def test_what_one_holds_nobody_else_does_and_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "there" / "held"
    with held(path) as first, held(path) as second:
        assert (first, second) == (True, False)
    with held(path) as again:
        assert again
