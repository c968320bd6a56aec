"""The page of a whole film, from the command line: every delivered shot, once, with totals that add up."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from tests.doors import here
from tests.plates import plate

ME = ("--by", "Person A")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two delivered shots of unlike length in ``film``."""
    folder = tmp_path_factory.mktemp("film")
    for name, frames, note in (("one", 2, "warm"), ("two", 6, "thick haze in the distance")):
        clip = plate(frames, height=90, width=160)
        write_master(folder / f"{name}.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
        words = ["make", folder / f"{name}.mp4", note, "-o", folder / name, "-p", folder / "film", *ME]
        assert here(*words, "--own", "--accept", "--why", "the test accepts", "--workers", "0").code == 0
    return folder


def test_the_page_of_a_film_tells_of_each_shot_and_adds_them_up_by_their_time(film: Path) -> None:
    said = here("disclose", "--film", "-o", film / "page", "-p", film / "film", *ME, "--json")
    papers = ["sh010.disclosure.json", "sh020.disclosure.json"]
    assert [Path(path).name for path in said.value] == ["film.html", "film.json", "root.pem", *papers]
    page = (film / "page" / "film.html").read_text()
    told = [json.loads((film / name / "disclosure.json").read_text()) for name in ("one", "two")]
    times = [Fraction(one["screen_seconds"]) for one in told]
    for kind in ("camera", "procedure"):
        mean = sum(t * one["shares"][f"{kind}_ppm"] for t, one in zip(times, told, strict=True)) / sum(times)
        assert f"{float(mean) / 10_000:.1f}\N{NO-BREAK SPACE}%" in page
    assert sum(times) == Fraction(8, 24)
    for one in told:
        assert page.count(f'data-sha256="{one["encoding"][0]["sha256"]}"') == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)
    assert WellFormed(page).open == []


def test_the_film_s_page_and_data_verify_and_a_changed_one_does_not(film: Path) -> None:
    here("disclose", "--film", "-o", film / "sealed", "-p", film / "film", *ME)
    page, data, root = (film / "sealed" / name for name in ("film.html", "film.json", "root.pem"))
    for path in (page, data):
        said = here("verify", path, "--root", root, "-p", film / "film", "--json")
        assert (said.code, said.value["state"]) == (0, "intact and trusted")
        assert [shot["frame_count"] for shot in said.value["film"]["shots"]] == [2, 6]
        assert said.value["film"]["frame_count"] == 8
    told = [json.loads((film / name / "disclosure.json").read_text()) for name in ("one", "two")]
    sealed = said.value["film"]["shots"]
    assert [one["record"]["frame_extents_sha256"] for one in told] == [one["frame_extents_sha256"] for one in sealed]
    assert [one["encoding"][0]["sha256"] for one in told] == [one["master"]["sha256"] for one in sealed]
    papers = [json.loads((film / "sealed" / one["paper"]["name"]).read_text()) for one in sealed]
    assert [one["record"]["delivered_at"] for one in papers] != [one["record"]["delivered_at"] for one in told[::-1]]
    assert "tells of: sh020, 6 frames, sh020.mp4" in here("verify", data, "--root", root).out
    page.write_text(page.read_text().replace("Camera and people", "Nobody at all", 1))
    assert here("verify", page, "--root", root).code == 11
    assert "BROKEN" in here("verify", page, "--root", root).out
    said = here("verify", data, "--root", root, "--json")
    assert (said.code, json.loads(said.out)["state"]) == (11, "intact and trusted")


class WellFormed(HTMLParser):
    """What of a page's elements is still open at its end."""

    VOID = frozenset({"meta", "link", "img", "br", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_what_cannot_be_told_is_refused_by_name(film: Path) -> None:
    for words, says in (
        (["--film", "--until", "2031-01-01"], "every shot of a film has the showing"),
        ([], "no shot is named"),
        (["--film", "sh999"], "sh999"),
    ):
        said = here("disclose", *words, "-o", film / "no", "-p", film / "film", *ME)
        assert said.code != 0
        assert says in said.err
    assert not (film / "no").exists()
