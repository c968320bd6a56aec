"""What others are told of a take, from the grants of all that went into it to the signed master."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from c2pa import Reader

from manyhands.actions import decisions, delivery, intake, people, proposals, rights, studio, takes
from manyhands.actions.consents import registry
from manyhands.actions.declaring import export, mining_of
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.deliver.xmp import DATA_MINING, read_xmp
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import plate
from tests.rights.test_verdict import no, yes

ME = person("Person A")
SHOT = "sh010"


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Studio]:
    """A production with a plate of its own and a shot."""
    clip = plate(2)
    write_master(tmp_path / "plate.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    opened = replace(studio.new(tmp_path / "film", ME, name="A film"), workers=0)
    source, _ = intake.source(
        opened, ME, tmp_path / "plate.mp4", owner="person  a", terms=terms_named("own", fee_minor=5)
    )
    intake.shot(opened, ME, source.id)
    yield opened
    opened.close()


def taken(film: Studio, note: str) -> Take:
    answer, _ = proposals.propose(film, ME, SHOT, note, previews=False)
    return takes.run(film, ME, SHOT, answer.recipes[1])


def told(film: Studio, take: Take) -> dict[str, str]:
    entries = mining_of(film, film.production.get(Shot, SHOT), take, registry(film))
    return {name.removeprefix("cawg."): one["use"] for name, one in entries.items()}


def declare(film: Studio, **about: str) -> None:
    rights.grant(
        film, ME, form="declaration", grantor="Person A", about="anybody may learn from it", signed_on="2026-05-01",
        terms=[yes("train_general"), yes("input_hosted")], **about,
    )  # fmt: skip


CLOSED = dict.fromkeys(("ai_generative_training", "ai_training", "ai_inference", "data_mining"), "notAllowed")
OPEN = dict.fromkeys(CLOSED, "allowed")


def test_a_take_is_as_open_as_the_strictest_of_what_is_in_it(film: Studio) -> None:
    warm, hazy = taken(film, "a warmer picture"), taken(film, "haze in the distance")
    declare(film, work="plate")
    assert told(film, warm) == CLOSED  # somebody may be seen
    people.nobody(film, ME, SHOT, why="a test pattern")
    assert told(film, warm) == OPEN
    assert told(film, hazy) == CLOSED  # the haze is the production's own, and nobody opened that
    declare(film, shot=SHOT)
    assert told(film, hazy) == OPEN
    people.party(film, ME, "Person C")
    people.seen(film, ME, SHOT, "Person C")
    assert told(film, hazy) == CLOSED
    declare(film, person="Person C")
    assert told(film, hazy) == CLOSED  # Person A cannot consent for her
    people.nobody(film, ME, SHOT, why="it was a shadow")
    people.seen(film, ME, SHOT, "")
    assert told(film, hazy) == CLOSED


def test_a_signed_master_carries_the_entries_of_its_grants(film: Studio, tmp_path: Path) -> None:
    take = taken(film, "a warmer picture")
    people.nobody(film, ME, SHOT, why="a test pattern")
    declare(film, work="plate")
    rights.grant(
        film, ME, work="plate", grantor="Person A", about="but not there", signed_on="2026-05-02",
        terms=[no("input_hosted", territory=("DE",))],
    )  # fmt: skip
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    out = delivery.deliver(film, ME, SHOT, tmp_path / "out")
    assert out.report.state == "intact and trusted"
    assert {one.account for one in film.production.all(Entry)} == {"Expenses:Licences", "Liabilities:Person A:Licences"}
    with out.master.open("rb") as file, Reader("video/mp4", file) as reader:
        manifest = json.loads(reader.crjson())["manifests"][0]
    entries = manifest["assertions"]["cawg.training-mining"]["entries"]
    assert entries == {
        "cawg.ai_generative_training": {"use": "allowed"},
        "cawg.ai_training": {"use": "allowed"},
        "cawg.ai_inference": {"use": "constrained", "constraint_info": "not in DE"},
        "cawg.data_mining": {"use": "allowed"},
    }
    assert json.loads(export(film, format="cawg", take_id=take.id).text) == {
        "label": "cawg.training-mining", "data": {"entries": entries},
    }  # fmt: skip
    xmp = read_xmp(out.master).decode()
    assert f"{DATA_MINING}PROHIBITED-SEECONSTRAINT" in xmp
    assert "cawg.ai_inference: constrained (not in DE)" in xmp


def test_a_grant_about_a_shots_own_work_can_be_withdrawn(film: Studio) -> None:
    from manyhands.actions.revocation import revoke

    taken(film, "haze in the distance")
    declare(film, shot=SHOT)
    found = revoke(film, ME, "shot-sh010-1", why="we think otherwise")
    assert found.grant.revoked_why == "we think otherwise"


@pytest.mark.parametrize("format", ["odrl", "rsl", "cawg"])
def test_an_export_is_written_as_it_is_told(film: Studio, tmp_path: Path, format: str) -> None:
    found = export(film, format=format, sources=["plate"], out=tmp_path / "told")
    assert (tmp_path / "told").read_text() == found.text
    assert export(film, format=format).text == found.text
    with pytest.raises(StateError, match="there is no take"):
        export(film, format=format, shot_id=SHOT)


def test_an_export_of_what_is_not_there_is_refused(film: Studio) -> None:
    with pytest.raises(NotFoundError):
        export(film, format="odrl", sources=["none"])
    with pytest.raises(NotFoundError):
        export(film, format="odrl", take_id="none")
    with pytest.raises(InputError, match="is no format"):
        export(film, format="xml")
    with pytest.raises(InputError, match="sources, a shot or a take"):
        export(film, format="rsl", sources=["plate"], shot_id=SHOT)
