"""What goes out is what was decided on, and what is checked later is what went out: tampering, case by case."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import decisions, delivery, intake, proposals, studio, takes
from manyhands.actions.delivery import Delivery
from manyhands.actions.studio import Studio
from manyhands.actions.verification import verify
from manyhands.core.errors import NotFoundError, StoreError, TrustError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.deliver import manifest
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.store.log import Line
from tests.plates import plate

ME, SHOT = person("Person A"), "sh010"


def begun(folder: Path, name: str = "film") -> Studio:
    path = folder / f"{name}.mp4"
    clip = plate(3)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    opened = replace(studio.new(folder / name, ME, name=name), workers=0)
    source, _ = intake.source(opened, ME, path, owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(opened, ME, source.id)
    return opened


def taken(film: Studio, note: str = "haze") -> Take:
    answer, _ = proposals.propose(film, ME, SHOT, note, previews=False)
    return takes.run(film, ME, SHOT, answer.recipes[1])


def accepted(film: Studio) -> Take:
    take = taken(film)
    takes.look(film, ME, take.id)
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    return take


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A production that delivered its shot as a film and as EXR, and where it delivered to."""
    folder = tmp_path_factory.mktemp("holding")
    film = begun(folder)
    accepted(film)
    delivery.deliver(film, ME, SHOT, folder / "out")
    delivery.deliver(film, ME, SHOT, folder / "exr", format="exr")
    film.close()
    return film.folder, folder


@pytest.fixture
def film(kept: tuple[Path, Path], tmp_path: Path) -> Iterator[Studio]:
    """A copy of that production, with its deliveries beside it in ``out`` and ``exr``."""
    for name in ("out", "exr"):
        shutil.copytree(kept[1] / name, tmp_path / name)
    shutil.copytree(kept[0], tmp_path / "film")
    opened = replace(studio.enter(tmp_path / "film"), workers=0)
    yield opened
    opened.close()


def master(film: Studio) -> Path:
    return film.folder.parent / "out/sh010.mp4"


def the_take(film: Studio) -> Take:
    return takes.takes(film, SHOT)[0]


def frame(film: Studio, at: int = 1002) -> Path:
    take = the_take(film)
    return film.folder / take.folder / f"{take.id}.{at}.exr"


def spoil(path: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def outside(film: Studio, *statements: str) -> None:
    """Edit the database behind the store's back, as somebody with the file could."""
    with sqlite3.connect(film.folder / "manyhands.db") as connection:
        for table in ("nouns", "log"):
            for deed in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


# --- the frames ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (lambda film: spoil(frame(film)), "frame 1002 is not the one that was made"),
        (lambda film: frame(film).unlink(), "frame 1002 is gone"),
        (
            lambda film: (spoil(frame(film)), spoil(frame(film).with_name("frames.sha256"))),
            r"its frames are not those that were made, and frames\.sha256 cannot say which",
        ),
    ],
    ids=["changed", "gone", "changed with the list"],
)
def test_frames_that_are_not_the_accepted_ones_do_not_go_out_and_are_made_again(
    film: Studio, tmp_path: Path, tamper: Callable[[Studio], object], says: str
) -> None:
    take, lines = the_take(film), film.production.head()
    tamper(film)
    with pytest.raises(TrustError, match=says) as refused:
        delivery.deliver(film, ME, SHOT, tmp_path / "again")
    assert f"manyhands run {SHOT} {take.recipe} --seed 1" in refused.value.fix
    assert not (tmp_path / "again").exists()
    assert film.production.head() == lines
    told = verify(master(film), production=film.folder)
    assert not told.is_sound
    assert told.measured == "not measured"
    assert takes.run(film, ME, SHOT, take.recipe) == take
    assert verify(master(film), production=film.folder).is_sound
    assert film.production.head() == lines  # the take is the one that it was
    assert delivery.deliver(film, ME, SHOT, tmp_path / "again").report.is_sound


def test_figures_that_are_gone_are_taken_again(film: Studio) -> None:
    figures = frame(film).with_name("extent.json")
    before = figures.read_bytes()
    figures.unlink()
    takes.run(film, ME, SHOT, the_take(film).recipe)
    assert figures.read_bytes() == before


# --- the sources -----------------------------------------------------------------------------


def test_a_plate_that_was_changed_is_neither_run_nor_delivered_until_it_is_brought_in_again(
    film: Studio, tmp_path: Path
) -> None:
    plate_ = film.production.get(Source, film.production.get(Shot, SHOT).plate)
    file = film.folder / plate_.path
    (tmp_path / "original").mkdir()
    original = shutil.copy(file, tmp_path / "original" / file.name)
    spoil(file)
    says = rf"source {plate_.id}: {plate_.path} is not what was brought in.* manyhands source add"
    with pytest.raises(TrustError, match=says):
        takes.run(film, ME, SHOT, the_take(film).recipe, seed=2)
    with pytest.raises(TrustError, match=says):
        delivery.deliver(film, ME, SHOT, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    intake.source(film, ME, Path(original), owner=ME.name, terms=plate_.terms, title=plate_.title)
    assert file.read_bytes() == Path(original).read_bytes()
    assert delivery.deliver(film, ME, SHOT, tmp_path / "again").report.is_sound


def test_a_picture_more_in_a_sequence_is_a_changed_source(tmp_path: Path) -> None:
    clip = plate(3)
    write_master(tmp_path / "plate", clip, span=clip.span, format="png", view=view_for("rec709"))
    film = replace(studio.new(tmp_path / "film", ME), workers=0)
    source, _ = intake.source(film, ME, tmp_path / "plate", owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    first = taken(film)
    inside = sorted((film.folder / source.path).iterdir())
    shutil.copy(inside[-1], inside[-1].with_name(inside[-1].name.replace("1003", "1004")))
    with pytest.raises(TrustError, match="is not what was brought in"):
        takes.run(film, ME, SHOT, first.recipe, seed=2)
    film.close()


# --- the log ---------------------------------------------------------------------------------


def rewritten(film: Studio) -> None:
    """The whole log anew, sound in itself and with its witness, but somebody else did it all."""
    rows = film.production.log()
    before = "0" * 64
    statements = []
    for row in rows:
        brought = tuple(map(tuple, json.loads(row.brought)))
        line = Line(row.number, row.at, "person:somebody-else", row.act, json.loads(row.about), brought, before)
        statements.append(
            f"UPDATE log SET by = '{line.by}', before = '{before}', hash = '{line.hash}' WHERE number = {row.number}"
        )
        before = line.hash
    outside(film, *statements)
    (film.folder / "log.head").write_text(json.dumps({"number": len(rows), "hash": before}))


def cut(film: Studio) -> None:
    """The last lines taken off, with what they brought, and a witness to fit."""
    row = film.production.log()[2]
    outside(film, "DELETE FROM log WHERE number > 3", "DELETE FROM nouns WHERE line > 3 AND kind != 'take'")
    (film.folder / "log.head").write_text(json.dumps({"number": 3, "hash": row.hash}))


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (rewritten, "log no longer holds line 7 that was its end when this was signed: its hash was .*, now it is"),
        (cut, "log no longer holds line 7 that was its end when this was signed: .*now there is no such line"),
        (lambda film: outside(film, "UPDATE log SET by = 'person:x' WHERE number = 2"), "line 2: the line was edited"),
        (lambda film: (film.folder / "log.head").unlink(), "second witness of the log's end, is missing"),
    ],
    ids=["rewritten", "cut", "edited", "without its witness"],
)
def test_a_master_tells_that_the_log_is_no_longer_the_one_it_saw(
    film: Studio, tamper: Callable[[Studio], object], says: str
) -> None:
    assert verify(master(film), production=film.folder).is_sound
    tamper(film)
    if tamper is rewritten:
        assert film.production.faults() == []  # nothing inside the production gives it away
    told = verify(master(film), production=film.folder)
    assert told.state == "intact and trusted"
    assert not told.is_sound
    found = [each.words for each in told.findings if each.weight == "warns"]
    import re

    assert any(re.search(says, words) for words in found), found


def test_a_master_of_another_production_is_said_to_be_one(film: Studio, tmp_path: Path) -> None:
    other = begun(tmp_path, "other")
    told = verify(master(film), production=other.folder)
    assert [each.code for each in told.findings if each.weight == "warns"] == ["production.other"]
    other.close()


# --- the signer ------------------------------------------------------------------------------


def test_a_root_that_lies_beside_the_file_is_told_and_not_trusted(film: Studio, tmp_path: Path) -> None:
    told = verify(master(film))
    assert told.state == "intact, signer unknown"
    assert told.is_sound
    (beside,) = [each.words for each in told.findings if each.code == "root.beside"]
    fingerprint = (film.folder.parent / "out/disclosure.html").read_text()
    assert beside.split("fingerprint (SHA-256) ")[1][:8] in fingerprint
    assert "proves little until you compare" in beside
    given = verify(master(film), root=master(film).with_name("root.pem"))
    assert given.state == "intact and trusted"
    assert not [each for each in given.findings if each.code == "root.beside"]
    assert verify(master(film), production=film.folder).state == "intact and trusted"
    other = begun(tmp_path, "other")
    accepted(other)
    strange = delivery.deliver(other, ME, SHOT, tmp_path / "strange").root
    other.close()
    shutil.copy(strange, master(film).with_name("root.pem"))
    (words,) = [each.words for each in verify(master(film)).findings if each.code == "root.beside"]
    assert "is not the one that it was signed under" in words
    master(film).with_name("root.pem").write_text("no certificate")
    (words,) = [each.words for each in verify(master(film)).findings if each.code == "root.beside"]
    assert "is no certificate" in words
    with pytest.raises(NotFoundError):
        verify(master(film), root=tmp_path / "none.pem")


# --- the figures -----------------------------------------------------------------------------


def test_an_exr_sequence_is_measured_from_its_own_layers(film: Studio) -> None:
    alone = film.folder.parent / "exr/sh010"
    told = verify(alone)
    assert (told.measured, told.is_sound) == ("agrees", True)


# --- the delivery ----------------------------------------------------------------------------


def test_no_master_stands_that_the_log_does_not_know(
    film: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*words: object, **about: object) -> None:
        raise StoreError("production: the disk is full.", "Make room.")

    def delivered() -> Delivery:
        return delivery.deliver(film, ME, SHOT, tmp_path / "again")

    with monkeypatch.context() as patched:
        patched.setattr(Studio, "act", full)
        with pytest.raises(StoreError):
            delivered()
    assert list((tmp_path / "again").iterdir()) == []
    assert delivered().report.is_sound
    last = film.production.log()[-2:]
    assert [row.act for row in last] == ["deliver", "delivered"]
    import hashlib

    sha = hashlib.sha256((tmp_path / "again/sh010.mp4").read_bytes()).hexdigest()
    assert [json.loads(row.about)["sha256"] for row in last] == [sha, sha]


def test_a_credential_against_the_rules_does_not_go_out(
    film: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "SPEC_VERSION", "2.3.0")
    with pytest.raises(TrustError, match="does not verify after it was written") as refused:
        delivery.deliver(film, ME, SHOT, tmp_path / "again")
    assert any("specVersion" in str(words) for words in refused.value.about["findings"])  # type: ignore[attr-defined]
    assert list((tmp_path / "again").iterdir()) == []
