"""Sources come into the production whole, named by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from manyhands.core.errors import MediaError
from manyhands.store.files import bring_in, content_sha256


def test_a_file_is_kept_under_its_hash(tmp_path: Path) -> None:
    plate, sources = tmp_path / "plate.mov", tmp_path / "sources"
    sources.mkdir()
    plate.write_bytes(b"frames" * 1000)
    sha, inside = bring_in([plate], sources)
    assert sha == hashlib.sha256(b"frames" * 1000).hexdigest()
    assert (tmp_path / inside).read_bytes() == plate.read_bytes()
    assert bring_in([plate], sources) == (sha, inside)
    assert len(list(sources.iterdir())) == 1


def test_a_sequence_is_hashed_over_its_files_in_order(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    files = [tmp_path / f"f.{number}.png" for number in (1, 2)]
    for file in files:
        file.write_text(file.name)
    sha, inside = bring_in(files, sources)
    sums = "".join(f"{hashlib.sha256(file.name.encode()).hexdigest()}  {file.name}\n" for file in files)
    assert sha == hashlib.sha256(sums.encode()).hexdigest()
    assert sorted(item.name for item in (tmp_path / inside).iterdir()) == ["f.1.png", "f.2.png"]


def test_nothing_is_left_when_a_file_is_missing(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    with pytest.raises(MediaError, match="cannot be read"):
        bring_in([tmp_path / "gone.mov"], sources)
    assert list(sources.iterdir()) == []


def test_the_same_content_under_another_name_is_found_where_it_is_kept(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("a.mov", "b.mov"):
        (tmp_path / name).write_bytes(b"frames")
    first, again = (bring_in([tmp_path / name], sources)[1] for name in ("a.mov", "b.mov"))
    assert first == again
    assert (tmp_path / again).read_bytes() == b"frames"


def test_a_file_whose_name_says_something_is_kept_apart_from_one_of_another_name(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    found = []
    for name in ("matte.1001.png", "matte.1005.png"):
        (tmp_path / name).write_bytes(b"white")
        found.append(bring_in([tmp_path / name], sources, named=True))
        assert [file.name for file in (tmp_path / found[-1][1]).iterdir()] == [name]
        assert content_sha256([tmp_path / name], named=True) == found[-1][0]
    assert found[0] != found[1]
