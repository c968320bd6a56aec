"""Intake: what a file says becomes terms that a person takes, what it forbids is forbidden, and the known is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import decisions, intake, proposals, rights, takes
from manyhands.actions.consents import grants, registry
from manyhands.actions.studio import Studio, new
from manyhands.core.errors import InputError
from manyhands.core.grant import permits
from manyhands.core.hand import person
from manyhands.core.intake import Fingerprint, Intake
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.stills import write_png
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.marked import CC_BY, DMI, TRAINED, still, xmp
from tests.plates import plate

ME = person("Person A")
NO_TRAINING = xmp(dc_creator="Person B", cc_license=CC_BY, plus_DataMining=f"{DMI}PROHIBITED")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = new(tmp_path / "film", ME)
    yield opened
    opened.close()


def brought(studio: Studio, path: Path, terms: str = "", **more: Any) -> tuple[Source, Intake]:
    credit = "Person A" if terms == "licensed" else ""
    owner = more.pop("owner", "Person A" if terms == "own" else "")
    stated = terms_named(terms, credit=credit) if terms else None
    source, _ = intake.source(studio, ME, path, owner=owner, terms=stated, **more)
    return source, studio.production.get(Intake, source.id)


def verdict(studio: Studio, source: Source, scope: str) -> str:
    return registry(studio).ruled(scope, work=source.id, more=rights.terms_as_grants(source)).verdict


def movie(path: Path, frames: int = 30, *, first: int = 0, width: int = 192, drift: float = 3.0) -> Path:
    """The house, in a camera that goes past it."""
    clip = plate(frames + first, width=192, height=128, drift=drift)
    span = clip.span.but(start=clip.span.start + first, length=frames)
    write_master(path, clip, span=span, format="mp4", view=view_for("rec709"))
    return path


def test_what_nobody_took_permits_nothing_new_and_forbids_at_once(studio: Studio, tmp_path: Path) -> None:
    source, found = brought(studio, still(tmp_path / "a.png", NO_TRAINING))
    assert (source.terms.licence, found.offered, found.terms_by) == ("unknown", "CC-BY-4.0", "nobody")
    assert verdict(studio, source, "train_shot") == "deny"
    assert verdict(studio, source, "deliver") == "deny"
    (given,) = grants(studio)
    assert (given.form, given.grantor, given.work) == ("declaration", "Person B", source.id)


def test_a_person_takes_what_the_file_says(studio: Studio, tmp_path: Path) -> None:
    source, found = brought(studio, still(tmp_path / "a.png", NO_TRAINING), confirm=True)
    assert (source.terms.licence, source.terms.credit, source.owner) == ("CC-BY-4.0", "Person B", "Person B")
    assert (found.terms_by, found.by) == ("file", ME)
    assert verdict(studio, source, "deliver") == "allow"
    assert verdict(studio, source, "train_shot") == "deny"


def test_what_was_not_taken_is_taken_later(studio: Studio, tmp_path: Path) -> None:
    source, _ = brought(studio, still(tmp_path / "a.png", NO_TRAINING))
    stated = intake.terms(studio, ME, source.id, owner=None, terms=None, confirm=True)
    assert stated.terms.licence == "CC-BY-4.0"
    assert studio.production.get(Intake, source.id).terms_by == "file"


def test_nothing_said_is_nothing_to_take(studio: Studio, tmp_path: Path) -> None:
    movie(tmp_path / "a.mp4", 3)
    with pytest.raises(InputError, match="nothing to confirm"):
        brought(studio, tmp_path / "a.mp4", confirm=True)


def test_terms_that_go_further_want_a_reason_that_is_kept(studio: Studio, tmp_path: Path) -> None:
    path = still(tmp_path / "a.png", NO_TRAINING)
    with pytest.raises(InputError, match="forbids train_shot, and own permits it") as error:
        brought(studio, path, "own")
    assert "--why" in error.value.fix
    assert studio.production.all(Source) == []
    source, found = brought(studio, path, "own", why="Person B works for me")
    assert (found.terms_by, found.why, len(found.against)) == ("person", "Person B works for me", 2)
    assert verdict(studio, source, "train_shot") == "allow"
    assert verdict(studio, source, "train_general") == "deny"
    again, _ = brought(studio, path, "own")  # the reason holds for the same words
    assert again == source


def test_terms_that_go_no_further_want_none(studio: Studio, tmp_path: Path) -> None:
    path = still(tmp_path / "a.png", NO_TRAINING)
    source, found = brought(studio, path, "licensed", owner="Person B")
    assert (found.against, found.terms_by) == ((), "person")
    assert verdict(studio, source, "train_shot") == "deny"


def test_a_reason_given_later_opens_what_the_file_forbade(studio: Studio, tmp_path: Path) -> None:
    source, _ = brought(studio, still(tmp_path / "a.png", NO_TRAINING))
    own = terms_named("own")
    with pytest.raises(InputError, match="forbids train_shot"):
        intake.terms(studio, ME, source.id, owner="Person B", terms=own)
    changed = intake.terms(studio, ME, source.id, owner="Person B", terms=own, why="a letter of that day")
    assert verdict(studio, changed, "train_shot") == "allow"


def test_what_a_model_made_counts_as_trained_whatever_is_stated(studio: Studio, tmp_path: Path) -> None:
    packet = xmp(Iptc4xmpExt_DigitalSourceType=TRAINED, Iptc4xmpExt_AISystemUsed="Aleph")
    source, found = brought(studio, still(tmp_path / "a.png", packet), "own")
    assert (source.made_by, source.hand.origin) == ("Aleph", "trained")
    assert found.source_type == "trainedAlgorithmicMedia"


def test_a_cut_of_a_known_source_is_told_with_its_frame(studio: Studio, tmp_path: Path) -> None:
    known, first = brought(studio, movie(tmp_path / "whole.mp4", 48), "own")
    assert first.alike == ()
    _, found = brought(studio, movie(tmp_path / "cut.mp4", 24, first=12), "own")
    (one,) = found.alike
    assert (one.of, one.subject, one.terms) == ("source", known.id, "terms own")
    assert abs(one.frame - (known.first_frame + 12)) <= 1


def test_what_looks_like_something_forbidden_wants_a_reason(studio: Studio, tmp_path: Path) -> None:
    known, _ = brought(studio, movie(tmp_path / "whole.mp4", 48), "own")
    no = permits("train_shot")[0].but(verdict="prohibit")
    rights.grant(studio, ME, work=known.id, grantor="Person A", terms=[no], about="a film", signed_on="2019-05-01")
    cut = movie(tmp_path / "cut.mp4", 24, first=12)
    with pytest.raises(InputError, match=r"looks like .* of which train_shot is forbidden") as error:
        brought(studio, cut, "own")
    assert error.value.about["alike"]["subject"] == known.id
    _, found = brought(studio, cut, "own", why="the ban was lifted by letter")
    assert (found.why, found.alike[0].forbids) == ("the ban was lifted by letter", ("train_shot",))


def test_an_accepted_take_is_known_when_it_comes_back(studio: Studio, tmp_path: Path) -> None:
    source, _ = brought(studio, movie(tmp_path / "whole.mp4", 8), "own")
    shot = intake.shot(studio, ME, source.id)
    answer, _ = proposals.propose(studio, ME, shot.id, "warm", previews=False)
    take = takes.run(studio, ME, shot.id, answer.recipes[-1])
    assert {one.of for one in studio.production.all(Fingerprint)} == {"source"}
    decisions.decide(studio, ME, take.id, "accept", reason="good")
    assert {one.of for one in studio.production.all(Fingerprint)} == {"source", "take"}
    picture = takes.displayed(studio, take, takes.take_frame(studio, take, take.span.start))
    write_png(tmp_path / "back.png", picture)
    _, found = brought(studio, tmp_path / "back.png", "own")
    assert {(one.of, one.subject) for one in found.alike} == {("source", source.id), ("take", take.id)}
    assert isinstance(take, Take)


def test_other_pictures_are_not_taken_for_known_ones(studio: Studio, tmp_path: Path) -> None:
    brought(studio, movie(tmp_path / "whole.mp4", 12), "own")
    _, found = brought(studio, still(tmp_path / "other.png", xmp()), "own")
    assert found.alike == ()


@pytest.mark.parametrize("role", ["matte", "clean"])
def test_what_belongs_to_a_plate_is_not_held_against_it(role: str, studio: Studio, tmp_path: Path) -> None:
    path = movie(tmp_path / "whole.mp4", 4)
    brought(studio, path, "own")
    _, found = brought(studio, path, "own", role=role)
    assert found.alike == ()


def test_an_edit_is_not_held_against_its_plate(studio: Studio, tmp_path: Path) -> None:
    brought(studio, movie(tmp_path / "whole.mp4", 24), "own")
    _, found = brought(studio, movie(tmp_path / "cut.mp4", 12), "own", role="edit", painted_by="Person C")
    assert found.alike == ()


def test_a_licence_beside_a_look_up_table_is_read(studio: Studio, tmp_path: Path) -> None:
    cube = tmp_path / "look.cube"
    corners = [f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    cube.write_text("\n".join(["LUT_3D_SIZE 2", *corners]))
    (tmp_path / "look.cube.license").write_text(
        "SPDX-FileCopyrightText: Person B\nSPDX-License-Identifier: CC-BY-4.0\n"
    )
    read = intake.data(studio, ME, cube, owner="", terms=None, confirm=True)
    assert (read.terms.licence, read.owner) == ("CC-BY-4.0", "Person B")
    assert studio.production.get(Intake, read.id).terms_by == "file"


def test_a_sequence_is_read_by_its_pictures_and_what_lies_beside_its_folder(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seq").mkdir()
    for at in (1001, 1002, 1003):
        still(tmp_path / f"seq/a.{at}.png", NO_TRAINING if at == 1003 else xmp(), seed=at)
    (tmp_path / "seq.license").write_text("SPDX-License-Identifier: CC0-1.0\n")
    monkeypatch.chdir(tmp_path / "seq")
    _, found = brought(studio, Path("."))
    assert {(one.where, one.name) for one in found.sayings} == {
        ("a.1003.png", "dc:creator"),
        ("a.1003.png", "cc:license"),
        ("a.1003.png", "plus:DataMining"),
        ("seq.license", "SPDX-License-Identifier"),
    }
    assert found.disagree
    assert found.offered == "CC-BY-4.0"
