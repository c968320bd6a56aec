"""The reference page names what there is, and its examples run."""

import re
from pathlib import Path

from manyhands.media.colour import SPACES, space
from manyhands.media.facts import MAX_PIXELS, MAX_SIDE_PX
from manyhands.media.masters import FORMATS
from manyhands.media.sequences import SUFFIXES
from tests.media.made import numbered, write_movie

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "media.md").read_text(encoding="utf-8")


def test_every_format_and_space_is_told():
    told = set(re.findall(r"`([\w.-]+)`", PAGE))
    assert {its.name for its in SPACES} <= told
    assert set(FORMATS) <= told
    assert all(suffix.lstrip(".").upper() in PAGE for suffix in SUFFIXES if suffix not in {".tif", ".jpg"})
    assert f"{MAX_SIDE_PX:,} pixels a side and {MAX_PIXELS // 2**20} million" in PAGE


def test_every_other_name_that_is_told_is_known():
    rows = re.findall(r"^\| (`.*`) \| .* \| (.*) \|$", PAGE.split("### What happens")[0], re.MULTILINE)
    assert len(rows) > 12
    for names, others in rows:
        ours = re.findall(r"`([\w.-]+)`", names)
        for other in filter(None, re.split(r"[,;] ", others)):
            assert space(other).name in ours


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_movie(Path("plate.mov"), numbered(3), "yuv420p", codec="libx264")
    names: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(example, names)
    assert Path("shot.mov").is_file()
    assert "rec709" in capsys.readouterr().out
