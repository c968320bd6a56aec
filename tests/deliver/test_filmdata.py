"""A film's data: its sums against sums made another way, and no byte of anything that can be changed unseen."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.extent import PPM, total_extent
from manyhands.core.span import Span
from manyhands.deliver.authority import Authority
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.filmdata import FilmDisclosure, MasterTold, as_written, film_schema_page
from manyhands.deliver.filmpage import film_told
from manyhands.deliver.filmpapers import film_files
from manyhands.deliver.filmverify import film_data_of, verify_film
from manyhands.deliver.report import Report
from manyhands.deliver.seal import sealed
from manyhands.deliver.verify import verify as verify_file
from tests.deliver.made import dossier

DOCS = Path(__file__).parents[2] / "docs"


def shots() -> list[Dossier]:
    """Three shots of unlike hands; the second lasts three times as long, the third five thirds."""
    made = []
    rates = {"sh010": (0, Fraction(24)), "sh020": (90_001, Fraction(8)), "sh030": (7, Fraction(72, 5))}
    for name, (model_ppm, rate) in rates.items():
        one = dossier(model_ppm=model_ppm)
        span = Span(start=1001, length=12, rate_fps=rate)
        hands = [part.hand for part in one.take.extent.hands]
        take = one.take.but(id=f"t-{name}", span=span, extent=total_extent(one.frames, hands, span))
        decisions = tuple(each.but(take=take.id) if each.id == one.accepted else each for each in one.decisions)
        made.append(replace(one, take=take, shot=one.shot.but(id=name, span=span), decisions=decisions))
    return made


@pytest.fixture(scope="module")
def files(authority: Authority) -> dict[str, bytes]:
    told = shots()
    masters = [
        MasterTold(name=f"{one.shot.id}.mp4", encodingFormat="movie", sha256=sha256(one.shot.id.encode()).hexdigest())
        for one in told
    ]
    return film_files(film_told(told, by="Person A", at=told[0].at), authority, masters)


@pytest.fixture
def out(files: dict[str, bytes], tmp_path: Path) -> Path:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def verified(path: Path, *anchors: bytes) -> Report:
    data = film_data_of(path)
    assert data is not None
    return verify_film(path, data, anchors=anchors)


def told(files: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(files["film.json"])["told"]  # type: ignore[no-any-return]


def words(report: Report, weight: str) -> list[str]:
    return [one.words for one in report.findings if one.weight == weight]


def test_the_sums_are_those_of_the_shots_papers_by_another_way(files: dict[str, bytes]) -> None:
    film = told(files)
    papers = [json.loads(files[shot["paper"]["name"]]) for shot in film["shots"]]
    time = {one["shot"]: Fraction(one["frame_count"]) / Fraction(one["rate_fps"]) for one in papers}
    whole = sum(time.values())
    assert Fraction(film["screen_seconds"]) == whole == Fraction(1, 2) + Fraction(3, 2) + Fraction(5, 6)
    assert film["frame_count"] == 36
    for each in film["hands"]:
        parts = [(one["shot"], hand) for one in papers for hand in one["hands"] if hand["id"] == each["id"]]
        exact = sum(time[shot] * hand["origin_ppm"] for shot, hand in parts) / whole
        assert abs(each["origin_ppm"] - exact) < 1
        assert each["altered_ppm"] == round(sum(time[shot] * hand["altered_ppm"] for shot, hand in parts) / whole)
        counted = {
            one["shot"]: sum(
                bool(frame["origin_ppm"].get(each["id"]) or frame["altered_ppm"].get(each["id"]))
                for frame in one["frames"]
            )
            for one in papers
        }
        assert each["frames"] == sum(counted.values())
        assert Fraction(each["seconds"]) == sum(counted[one["shot"]] / Fraction(one["rate_fps"]) for one in papers)
        assert each["shots"] == [shot for shot, _ in parts]
    assert sum(one["origin_ppm"] for one in film["hands"]) + film["shares"]["empty_ppm"] == PPM
    kinds = {kind: film["shares"][f"{kind}_ppm"] for kind in ("camera", "person", "procedure", "trained")}
    assert sum(kinds.values()) + film["shares"]["empty_ppm"] == PPM
    for kind, part in kinds.items():
        assert part == sum(one["origin_ppm"] for one in film["hands"] if one["origin"] == kind)
    assert kinds["trained"] > 0


def test_what_was_sealed_is_trusted_with_the_root_and_said_to_agree(out: Path, authority: Authority) -> None:
    for name in ("film.json", "film.html"):
        report = verified(out / name, authority.root_pem)
        assert (report.state, report.is_sound) == ("intact and trusted", True)
        assert words(report, "notes") == ["The sums over 3 shots were added up again, and agree."]
        assert report.signer
        assert report.signer.name == "The Roof"
        assert report.film
        assert [one.shot for one in report.film.shots] == ["sh010", "sh020", "sh030"]


def test_without_the_root_the_signer_is_unknown_and_a_root_beside_is_a_hint(
    out: Path, authority: Authority, stranger: Authority
) -> None:
    report = verified(out / "film.html")
    assert (report.state, report.is_sound) == ("intact, signer unknown", True)
    assert any(authority.fingerprint in one for one in words(report, "notes"))
    assert verified(out / "film.html", stranger.root_pem).state == "intact, signer unknown"
    (out / "root.pem").write_bytes(stranger.root_pem)
    assert any("is not the one" in one for one in words(verified(out / "film.json"), "notes"))


def bent(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def test_one_byte_of_the_data_anywhere_breaks_it(out: Path, files: dict[str, bytes], authority: Authority) -> None:
    path, content = out / "film.json", files["film.json"]
    told_ends = content.index(b'"sha256": "', content.index(b'"log_hash"'))
    places = {
        0,
        len(content) - 1,
        *random.Random(5).sample(range(len(content)), 60),
        *range(told_ends, len(content), 23),
    }
    for at in sorted(places):
        path.write_bytes(content)
        bent(path, at)
        data = film_data_of(path)  # what cannot be read as a film's data at all is no film's data
        report = verify_film(path, data, anchors=[authority.root_pem]) if data else verify_as_any_file(path)
        assert not report.is_sound, (at, content[max(0, at - 20) : at + 20])
        assert report.film is None
    for more in (b" ", b"\n{}"):
        path.write_bytes(content + more)
        data = film_data_of(path)
        assert data is None or verify_film(path, data).state == "broken"


def verify_as_any_file(path: Path) -> Report:
    return verify_file(path)


def test_one_byte_of_the_page_breaks_the_page_and_warns_of_the_data(out: Path, authority: Authority) -> None:
    bent(out / "film.html", 5000)
    page = verified(out / "film.html", authority.root_pem)
    assert page.state == "broken"
    assert words(page, "breaks") == ["The page was changed after it was sealed."]
    data = verified(out / "film.json", authority.root_pem)
    assert (data.state, data.is_sound) == ("intact and trusted", False)
    assert words(data, "warns") == ["The page beside it was changed after it was sealed."]


def test_one_byte_of_a_shot_s_paper_is_found_wherever_it_is(out: Path, authority: Authority) -> None:
    path = out / "sh020.disclosure.json"
    content = path.read_bytes()
    for at in (0, len(content) // 2, len(content) - 1):
        path.write_bytes(content)
        bent(path, at)
        report = verified(out / "film.html", authority.root_pem)
        assert (report.state, report.is_sound) == ("intact and trusted", False)
        assert words(report, "warns") == ["The paper of sh020 was changed after it was sealed."]


def test_what_is_not_beside_it_is_told_and_not_held_against_it(out: Path, authority: Authority) -> None:
    (out / "sh010.disclosure.json").unlink()
    (out / "film.html").unlink()
    report = verified(out / "film.json", authority.root_pem)
    assert report.is_sound
    assert "The papers of 1 of 3 shots are not beside it (sh010)." in words(report, "notes")
    assert "The page is not beside its data." in words(report, "notes")


@pytest.mark.parametrize(
    ("where", "to", "says"),
    [
        (("shares", "trained_ppm"), 0, "trained_ppm is"),
        (("frame_count",), 35, "frame_count is 36; sealed was 35"),
        (("screen_seconds",), "3", "screen_seconds are 17/6; sealed was 3"),
        (("hands", 0, "frames"), 1, "frames is"),
        (("hands", 0, "origin_ppm"), 1, "origin_ppm is"),
        (("shots", 1, "hands", 0, "origin_ppm"), 5, "sh020: added up again, the figures of"),
        (("shots", 1, "empty_ppm"), 77, "what is empty or altered"),
        (("shots", 1, "frame_extents_sha256"), "ab" * 32, "the figures of single frames"),
        (("shots", 0, "hands"), [], "cannot be added up"),
        (("shots", 2, "frame_count"), 10**15, "its paper tells of 12 frames"),
        (("shots", 2, "paper", "name"), "../../keys/authority.pem", "papers of 1 of 3"),
    ],
    ids=range(11),
)
def test_a_signer_whose_sums_are_not_those_of_the_shots_is_contradicted(
    out: Path, files: dict[str, bytes], authority: Authority, where: tuple[Any, ...], to: Any, says: str
) -> None:
    film = told(files)
    part = film
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = to
    (out / "film.json").write_bytes(as_written(sealed(film, authority)))
    report = verified(out / "film.json", authority.root_pem)
    if "name" not in where:
        assert not report.is_sound
    assert any(says in one for one in words(report, "warns") + words(report, "notes")), report.findings


@pytest.mark.parametrize("odd", ["1/0", "0", "-1", "x", "nan", "1e999999999"])
def test_a_time_that_is_none_is_no_film_s_data(
    out: Path, files: dict[str, bytes], authority: Authority, odd: str
) -> None:
    film = told(files)
    film["shots"][2]["screen_seconds"] = odd
    (out / "film.json").write_bytes(as_written(sealed(film, authority)))
    assert verified(out / "film.json", authority.root_pem).state == "broken"


def test_any_other_page_or_data_is_no_film(out: Path, files: dict[str, bytes]) -> None:
    (out / "other.html").write_text("<!doctype html>")
    assert film_data_of(out / "other.html") is None
    assert film_data_of(out / "sh010.disclosure.json") is None
    (out / "renamed.html").write_bytes(files["film.html"])
    assert film_data_of(out / "renamed.html") == out / "film.json"
    for broken in ("", "[" * 100_000, "[]", '{"told": 3}', '{"told": {"kind": "film disclosure", "page": 4}}'):
        (out / "film.json").write_text(broken)
        data = film_data_of(out / "film.json")
        assert data is None or verify_film(out / "film.json", data).state == "broken"


def test_the_schema_page_is_what_the_models_say() -> None:
    again = (
        'python -c "from pathlib import Path; from manyhands.deliver.filmdata import film_schema_page; '
        "Path('docs/reference/film-schema.md').write_text(film_schema_page())\""
    )
    written = (DOCS / "reference" / "film-schema.md").read_text()
    assert written == film_schema_page(), f"the models changed; run: {again}"
    assert FilmDisclosure.model_json_schema()["required"]
