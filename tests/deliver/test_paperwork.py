"""Papers: each from a film's facts that were written by hand, against what follows from them by hand."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import NotFoundError
from manyhands.core.hand import person
from manyhands.core.source import Terms
from manyhands.deliver import film as film_of_facts
from manyhands.deliver import paperwork, plain
from manyhands.deliver.cuesheet import COLUMNS as CUES
from manyhands.deliver.document import About, Blank, Document, Fields, Points, Table, markdown
from manyhands.deliver.film import Answer, Film
from manyhands.deliver.manifest import AuthorshipSigned, HandSigned
from manyhands.deliver.paperwork import all_papers, find_paper, how_made, written
from manyhands.deliver.paperwork.labels import MOSTLY
from manyhands.deliver.paperwork.latent import IN_MANIFEST
from manyhands.deliver.plain import percent, timecode
from manyhands.rights import FACTS
from tests.deliver.films import (
    AT,
    CAMERA,
    GRADE,
    PAINTER,
    SPAN,
    film,
    said,
    shot,
    somebody,
    source,
    unaccepted,
    use,
    wish,
)

NBSP = "\N{NO-BREAK SPACE}"
every_paper = pytest.mark.parametrize("name", all_papers())


def made(name: str, told: Film) -> list[Document]:
    return list(all_papers()[name].make(told))


def only(name: str, told: Film) -> Document:
    (found,) = made(name, told)
    return found


def table(document: Document, title: str) -> Table:
    return next(
        block for section in document.sections if section.title == title for block in section.blocks
        if isinstance(block, Table)
    )  # fmt: skip


def fields(document: Document) -> dict[str, Any]:
    every = [block for section in document.sections for block in section.blocks]
    return {name: value for block in every if isinstance(block, Fields) for name, value in block.rows}


def points(document: Document, title: str) -> list[Any]:
    return [
        item for section in document.sections if section.title == title for block in section.blocks
        if isinstance(block, Points) for item in block.items
    ]  # fmt: skip


# --- what every paper promises ----------------------------------------------------------------


@every_paper
def test_it_tells_its_day_the_hash_of_its_facts_its_sources_and_who_checks_it(name: str) -> None:
    told = film(wishes=(wish(name), wish(name, rule="R2", seen="text", verdict="unknown")))
    assert hashlib.sha256(told.kept).hexdigest() == told.sha256
    files = [file for one in written(all_papers()[name], told, made_on="2026-05-05") for file in one.files.items()]
    assert files
    for file, content in files:
        if file.endswith(".csv"):
            continue
        text = content.decode()
        for wanted in ("2026-05-05", told.sha256, "no legal advice", "The Roof"):
            assert wanted in text, file
        assert all_papers()[name].check in text.replace("&#39;", "'")
        assert re.search(r"Wanted by some\S?-\S?pack R1, as of 2026-01-02: a page\. Its text was not seen\.", text)
        assert re.search(r"May be wanted by some\S?-\S?pack R2, as of 2026-01-02: a page\. Its text was read\.", text)


@every_paper
def test_it_is_the_same_from_the_same_facts_and_another_hash_from_others(name: str) -> None:
    one, other = (list(written(all_papers()[name], film(), made_on="2026-05-05")) for _ in range(2))
    assert [each.files for each in one] == [each.files for each in other]
    assert film().sha256 == film().sha256 != film(production="The Cellar").sha256


@every_paper
def test_no_number_and_no_name_in_it_comes_from_elsewhere_than_the_facts(name: str) -> None:
    """Each is in the facts, follows from them, or stands in a sentence of ours, in the source of the papers."""
    people = (somebody(), somebody("Мария Ёлкина", scopes=("voice_replica",)))
    told = film(shots=(shot(people=people), unaccepted()), meanings={name: fact.about for name, fact in FACTS.items()})
    facts = {word.casefold() for word in _split(told.kept.decode())} | set(_derived(told))
    for document in made(name, told):
        words = [word for word in _words(document) if re.search(r"\d", word) or word[:1].isupper()]
        assert words
        strange = [word for word in words if word.casefold() not in facts and word not in _ours()]
        assert not strange, (document.title, strange)


@cache
def _ours() -> frozenset[str]:
    """The words of the sentences that stand in the source."""
    sources = [*Path(paperwork.__file__).parent.glob("*.py"), Path(plain.__file__), Path(film_of_facts.__file__)]
    trees = [ast.parse(path.read_text()) for path in sources]
    texts = [
        node.value for tree in trees for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]  # fmt: skip
    return frozenset(word for text in texts for word in _split(text))


def _derived(told: Film) -> Iterator[str]:
    """What is worked out from the facts: shares as percentages, time codes, hours, days, and how many."""
    for one in told.shots:
        for frame in range(one.span.start, one.span.end + 2):
            yield timecode(frame, one.span, one.timecode)
            yield str(frame)
        figures = [value for part in one.parts for value in (part.origin_ppm, part.altered_ppm)]
        figures += [frame.origin_ppm.get(PAINTER.id, 0) for frame in one.frames]
        figures += [one.share(origin) for origin in ("camera", "person", "procedure", "trained")]
        for figure in figures:
            yield from _split(percent(figure))
        yield from (str(one.takes), *_split(one.timecode))
    yield AT[:10]
    yield from ("10", "05")  # 605 minutes
    yield str(told.least_people)


def _words(document: Document) -> Iterator[str]:
    cells: list[Any] = [document.title]
    for section in document.sections:
        cells.append(section.title)
        for block in section.blocks:
            cells += [block] if isinstance(block, str) else list(block.items) if isinstance(block, Points) else [
                cell for row in block.rows for cell in row
            ]  # fmt: skip
    for cell in cells:
        yield from _split(cell if isinstance(cell, str) else cell.shown)


def _split(text: str) -> list[str]:
    return re.findall(r"[\w:.-]*\w", text)


@every_paper
def test_a_film_without_shots_has_papers_that_say_so_and_none_that_breaks(name: str) -> None:
    for document in made(name, Film(production="The Roof")):
        assert document.sections


@every_paper
def test_its_files_have_names_that_any_disk_takes_and_no_two_share_one(name: str) -> None:
    hostile = (
        somebody("../../etc/passwd"),
        somebody("a b"),
        somebody("A  B"),
        somebody("A-B", scopes=("voice_replica",)),
    )
    told = film(shots=(shot(people=hostile),))
    files = [file for one in written(all_papers()[name], told, made_on="2026-05-05") for file in one.files]
    assert len(set(files)) == len(files)
    assert not any(set("/\\:*?\0") & set(file) or file.startswith(".") for file in files)


def test_a_paper_is_found_by_its_name_however_its_words_are_joined() -> None:
    assert find_paper("Label-Placement-LIST") is all_papers()["label placement list"]
    with pytest.raises(NotFoundError, match="cue sheet"):
        find_paper("cue sheets")
    assert how_made("cue sheet") == "manyhands policy papers --paper cue-sheet"
    assert how_made("disclosure page", "sh010") == "manyhands disclose sh010"
    assert how_made("a sonnet") == ""


# --- the label placement list -----------------------------------------------------------------


def test_labels_stand_where_the_pixels_say_with_time_codes_counted_by_hand() -> None:
    told = film(shots=(shot(answers=said(looks_real=True, is_fiction=False)),))
    document = only("label placement list", told)
    assert document.tables["labels.csv"].rows == (
        ("sh010", "01:00:00:02", "01:00:00:05", "1003", "1005", "This picture was generated with AI.", "AI GENERATED",
         f"60.0{NBSP}%", "on the picture, at first sight"),
        ("sh010", "01:00:00:07", "01:00:00:08", "1008", "1008", "This picture was changed with AI.", "AI MODIFIED",
         f"0{NBSP}%", "on the picture, at first sight"),
    )  # fmt: skip


def test_a_label_says_generated_from_half_of_the_light_on() -> None:
    def icon(ppm: int) -> tuple[Any, Any]:
        frames = tuple(
            frame.but(origin_ppm={CAMERA.id: 1_000_000 - ppm, PAINTER.id: ppm}, altered_ppm={})
            for frame in shot().frames
        )
        rows = only("label placement list", film(shots=(shot(frames=frames),))).tables["labels.csv"].rows
        return rows[0][5:7]

    assert icon(MOSTLY) == ("This picture was generated with AI.", "AI GENERATED")
    assert icon(MOSTLY - 1) == ("Parts of this picture were made with AI.", "AI MODIFIED")


def test_where_a_label_is_owed_follows_from_what_people_said_and_else_is_blank() -> None:
    def owed(**values: bool | None) -> Any:
        rows = only("label placement list", film(shots=(shot(answers=said(**values)),))).tables["labels.csv"].rows
        return rows[0][-1]

    assert owed(looks_real=False) == "not owed: nobody takes it for real"
    assert owed(looks_real=True, is_fiction=True).startswith("in the credits")
    assert owed(looks_real=True).how == 'manyhands policy say sh010 is_fiction=yes --why "…"'
    assert owed().how == 'manyhands policy say sh010 looks_real=yes --why "…"'
    assert owed(is_advertisement=True, has_synthetic_performer=True).startswith("on the picture, conspicuously")


def test_a_take_that_nobody_accepted_has_no_label_and_is_told_as_left_out() -> None:
    document = only("label placement list", film(shots=(unaccepted(),)))
    assert document.tables["labels.csv"].rows == ()
    assert [blank.what for blank in document.blanks] == ["shot sh020: no take is accepted"]


# --- the limitation of claim ------------------------------------------------------------------


def test_exactly_the_trained_hands_are_excluded_and_all_others_included() -> None:
    document = only("limitation of claim", film())
    excluded = table(document, "Material excluded: made or changed by AI").rows
    assert [row[:4] for row in excluded] == [
        ("sh010", "painter 3", f"made 18.0{NBSP}% and changed by under 0.1{NBSP}%",
         "01:00:00:02 to 01:00:00:05; 01:00:00:07 to 01:00:00:08")
    ]  # fmt: skip
    included = table(document, "New material included: made by people, cameras and written rules").rows
    assert [row[1:] for row in included] == [("roof.mov", "camera", f"82.0{NBSP}%")]
    assert document.data["material_excluded"][0]["system"] == "painter 3"
    assert isinstance(fields(document)["Author"], Blank)


def test_what_people_chose_and_what_was_brought_in_is_told() -> None:
    document = only("limitation of claim", film())
    assert points(document, "Selection and changes by people") == [
        "sh010: 2 takes were made; Person D rejected t-0 on 2026-05-04, Person D accepted t-1 on 2026-05-04."
    ]
    assert points(document, "Brought in, for counsel to judge") == [
        "roof.mov (footage), of Person O: Roof by Person O (CC BY 2.0)"
    ]


def test_where_no_model_is_seen_nothing_is_excluded() -> None:
    parts = tuple(part for part in shot().parts if part.hand != PAINTER)
    document = only("limitation of claim", film(shots=(shot(parts=parts),)))
    assert document.data["material_excluded"] == []
    assert "no AI made or changed anything" in str(document.sections)


# --- the generative AI disclosure -------------------------------------------------------------


def principles(told: Film) -> list[str]:
    document = only("generative AI disclosure", told)
    rows = table(document, "The five guiding principles").rows
    return [cell if isinstance(cell, str) else "?" for *_, cell in rows]


def test_the_five_principles_are_answered_from_the_facts_and_what_nobody_said_is_open() -> None:
    assert principles(film(shots=(shot(answers={}),))) == ["?", "?", "yes, on our own machines", "?", "?"]


def test_only_five_yes_let_a_notice_be_enough() -> None:
    quiet = {"keeps_input": Answer(value=False), "trains_on_input": Answer(value=False)}
    uses = (use(answers=use().answers | quiet),)
    answers = {"recreates_others_work": False, "is_final": False, "alters_performance": False,
               "replaces_covered_work": False}  # fmt: skip
    fine = film(shots=(shot(uses=uses, answers=said(**answers)),))
    assert principles(fine) == ["yes", "yes", "yes, on our own machines", "yes", "yes"]
    assert "may be enough" in fields(only("generative AI disclosure", fine))["sh010, painter 3"]
    for change in ({"recreates_others_work": True}, {"recreates_others_work": None}, {"is_final": True},
                   {"alters_performance": True}, {"replaces_covered_work": True}):  # fmt: skip
        told = film(shots=(shot(uses=uses, answers=said(**(answers | change))),))
        assert "to be raised" in fields(only("generative AI disclosure", told))["sh010, painter 3"], change


def test_what_leaves_a_pixel_in_a_final_is_not_temporary_and_a_matte_is() -> None:
    final = said(is_final=True)
    assert principles(film(shots=(shot(answers=final),)))[3] == "no"
    parts = tuple(part for part in shot().parts if part.hand != PAINTER)
    assert principles(film(shots=(shot(answers=final, parts=parts),)))[3] == "yes, it leaves no pixel"
    planned = shot(answers=final, take="", parts=(), frames=(), is_accepted=False, decisions=(), sources=(), cues=())
    assert principles(film(shots=(planned,)))[3] == "?"


def test_a_performance_with_consent_is_within_the_fifth_principle() -> None:
    answers = said(alters_performance=True, replaces_covered_work=False)
    assert principles(film(shots=(shot(answers=answers | {"performance_consent": Answer(value=True)}),)))[4].startswith(
        "yes"
    )
    assert principles(film(shots=(shot(answers=answers | {"performance_consent": Answer(value=False)}),)))[4] == "no"


def test_who_answers_for_an_answer_is_told() -> None:
    told = film(shots=(shot(answers=said(looks_real=False)),))
    rows = table(only("generative AI disclosure", told), "Ethics").rows
    assert rows[0][2:] == ("no", "Person S, 2026-05-04: so they said")


def test_shots_with_one_answer_share_a_row_and_what_nobody_said_of_any_is_asked_of_all() -> None:
    shots = (shot(answers=said(looks_real=False)), shot(id="sh030", answers=said(looks_real=False)))
    rows = table(only("generative AI disclosure", film(shots=shots)), "Ethics").rows
    assert [row[0] for row in rows] == ["all of them", "all of them"]
    assert rows[1][2].how == 'manyhands policy say replaces_covered_work=yes --why "…"'  # type: ignore[union-attr]


def test_shots_in_which_a_system_has_one_answer_share_a_row() -> None:
    told = film(shots=(shot(answers=said(is_final=True)), shot(id="sh030", answers=said(is_final=True))))
    rows = table(only("generative AI disclosure", told), "The five guiding principles").rows
    assert [(row[0], row[3]) for row in rows if "principle 4" in str(row[2])] == [("sh010, sh030", "no")]
    assert "sh010, sh030, painter 3" in fields(only("generative AI disclosure", told))


# --- the consent rider ------------------------------------------------------------------------


def test_a_rider_is_drafted_for_each_person_and_scope_once_with_all_its_shots() -> None:
    both = somebody(scopes=("likeness_replica", "voice_replica"))
    told = film(shots=(shot(people=(both,)), shot(id="sh030", people=(somebody(),))))
    riders = made("consent rider", told)
    assert [rider.of for rider in riders] == ["Person R likeness replica", "Person R voice replica"]
    assert {"Shot sh010", "Shot sh030"} <= set(fields(riders[0]))
    assert "Shot sh030" not in fields(riders[1])
    for rider in riders:
        text = markdown(rider, _about())
        assert "draft for a lawyer" in text
        assert "________" in text
        assert "“a red sky”" in text


def test_a_minor_signs_by_their_guardian_and_the_dead_by_who_holds_their_rights() -> None:
    young = somebody(guardian="Person P", answers={"is_minor": Answer(value=True)})
    assert fields(made("consent rider", film(shots=(shot(people=(young,)),)))[0])["Guardian, who signs"] == "Person P"
    alone = somebody(answers={"is_minor": Answer(value=True)})
    assert (
        "--guardian"
        in fields(made("consent rider", film(shots=(shot(people=(alone,)),)))[0])["Guardian, who signs"].how
    )
    dead = somebody(answers={"is_deceased": Answer(value=True)})
    assert any(
        name.startswith("Estate") for name in fields(made("consent rider", film(shots=(shot(people=(dead,)),)))[0])
    )
    assert not any("Estate" in name or "Guardian" in name for name in fields(made("consent rider", film())[0]))


def test_a_consent_on_record_is_told_and_what_is_made_of_somebody_is_asked_where_nobody_said() -> None:
    agreed = somebody(granted=(("person-r-1", "2026-01-01"),))
    (rider,) = made("consent rider", film(shots=(shot(people=(agreed,)),)))
    assert points(rider, "A consent to this is on record") == ["person-r-1, signed on 2026-01-01"]
    (open_,) = made("consent rider", film(shots=(shot(people=(somebody("O'Neill", scopes=()),)),)))
    hows = [blank.how for blank in open_.blanks]
    assert "manyhands policy say sh010 is_replica=yes --of 'O'\"'\"'Neill' --why \"…\"" in hows


# --- notices, the plan ------------------------------------------------------------------------


def test_each_union_whose_rules_want_it_has_a_notice_of_its_own_about_its_shots() -> None:
    name = "notice to the union"
    other = wish(name, set_by="Another Guild and the producers", rule="R7", shot="sh020")
    may = wish(name, set_by="A Third", verdict="unknown")
    told = film(wishes=(wish(name), other, may))
    one, two = written(all_papers()[name], told, made_on="2026-05-05")
    assert [each.document.of for each in (one, two)] == ["Some Union", "Another Guild"]
    assert b"R1" in one.files["notice-to-the-union-some-union.md"]
    assert b"R7" not in one.files["notice-to-the-union-some-union.md"]
    assert {row[0] for row in table(two.document, "Facts").rows} == {"sh020"}


def test_the_commissioner_is_told_of_every_use_with_what_is_planned() -> None:
    planned = shot(id="sh040", take="", parts=(), frames=(), is_accepted=False, decisions=(), sources=(), cues=())
    rows = table(only("notice to the commissioner", film(shots=(shot(), planned))), "What is used").rows
    assert [(row[0], row[1], row[3], row[5]) for row in rows] == [
        ("sh010", "painter 3", "on our own machines", f"made 18.0{NBSP}% and changed by under 0.1{NBSP}%"),
        ("sh040", "painter 3", "on our own machines", "planned, not made"),
    ]  # fmt: skip


def test_of_what_a_model_made_elsewhere_neither_prompt_nor_input_is_known() -> None:
    elsewhere = use(step="", given=(), prompt="", brought="sky.mov")
    row = table(only("plan of AI uses", film(shots=(shot(uses=(elsewhere,)),))), "Uses").rows[0]
    assert row[2] == "made sky.mov, which was brought in"
    assert isinstance(row[4], Blank)
    assert isinstance(row[6], Blank)


def test_a_scan_is_announced_to_whoever_may_be_scanned_and_to_nobody_who_is_not() -> None:
    not_scanned = somebody("Person Q", answers={"is_scanned": Answer(value=False)})
    told = film(shots=(shot(people=(somebody(), not_scanned)),))
    assert [document.of for document in made("notice to the performer", told)] == ["Person R"]


# --- the dossier, the cue sheet, the credits --------------------------------------------------


def test_the_dossier_tells_shares_decisions_and_hours_of_roles() -> None:
    document = only("human authorship dossier", film())
    assert table(document, "Who made the picture").rows == (
        ("sh010", f"82.0{NBSP}%", f"0{NBSP}%", f"0{NBSP}%", f"18.0{NBSP}%", "2"),
    )
    assert [row[1:7] for row in table(document, "Who decided").rows] == [
        ("t-0", "Person D", "reject", "2026-05-04", "yes", "too red"),
        ("t-1", "Person D", "accept", "2026-05-04", "yes", "it glows"),
    ]
    assert fields(document)["artist"] == "10 h 05 min"
    nobody = fields(only("human authorship dossier", film(hours={})))["Hours"]
    assert nobody.shown.startswith("not told: there is no role in which at least 3")


def test_the_cue_sheet_of_the_film_has_the_lines_of_every_accepted_shot() -> None:
    told = film(
        shots=(shot(), shot(id="sh030", cues=(("sh030", *("x",) * (len(CUES) - 1)),)), unaccepted(cues=shot().cues))
    )
    (one,) = written(all_papers()["cue sheet"], told, made_on="2026-05-05")
    rows = list(csv.reader(io.StringIO(one.files["cuesheet.csv"].decode("utf-8-sig"))))
    assert rows[0] == list(CUES)
    assert [row[0] for row in rows[1:]] == ["sh010", "sh030"]
    assert rows[1][1] == "cue 1"


def test_credits_name_each_once_in_a_department_in_an_order_that_is_written_down() -> None:
    painted = source(id="p", title="painted", painted_by="Ben Ali", terms=Terms(licence="own"))
    told = film(shots=(shot(sources=(source(), painted)),))
    found = {one["department"]: one["lines"] for one in only("credits", told).data["departments"]}
    assert list(found.items()) == [
        ("Direction", ["Person D"]),
        ("Visual effects", ["Ben Ali", "Zoë Ångström"]),  # the other spelling of her is the same name
        ("Paint", ["Ben Ali"]),
        ("Pictures accepted by", ["Person D"]),
        ("Footage, stills and sound", ["Roof by Person O (CC BY 2.0)"]),
        ("AI models", ["painter 3"]),
    ]
    assert "Person G" not in str(found)  # a guest


def test_credits_of_pictures_count_what_was_accepted_only() -> None:
    late = shot(
        id="sh030", is_accepted=False, sources=(source(id="x", owner="Nobody Yet", terms=Terms(licence="CC0")),)
    )
    assert "Nobody Yet" not in str(only("credits", film(shots=(shot(), late))))


# --- the latent disclosure, training documentation --------------------------------------------


def test_the_latent_disclosure_has_the_five_fields_of_each_model_that_is_seen() -> None:
    (one,) = written(all_papers()["latent disclosure"], film(), made_on="2026-05-05")
    data = json.loads(one.files["latent-disclosure.json"])
    assert data["data"]["latent_disclosures"] == [
        {"shot": "sh010", "name of the provider": None, "name of the system": "painter", "version of the system": "3",
         "time and date": AT, "unique identifier": "t-1"}
    ]  # fmt: skip


def test_what_is_said_to_stand_in_the_manifest_is_a_field_of_it() -> None:
    signed = {*AuthorshipSigned.model_fields, *(f"hands: {name}" for name in HandSigned.model_fields)}
    assert {field for _, field in IN_MANIFEST if field} <= signed


def test_a_taught_model_is_documented_from_its_painted_frames_and_others_by_what_they_state() -> None:
    painted = source(id="p", title="painted sky", painted_by="Ben Ali", role="painted", medium="still")
    taught = use(kind="taught", maker="taught", painted=(painted,))
    document = only("training documentation", film(shots=(shot(uses=(taught, use())),)))
    told = fields(document)
    assert (told["Sources"], told["Painted by"], told["How many sources"]) == ("painted sky", "Ben Ali", "1")
    assert told["Synthetic data in it"] == "none: people painted it"
    assert isinstance(told["Personal information in it"], Blank)
    assert table(document, "Models that were trained elsewhere").rows == (("painter 3", "skies"),)


def test_grades_and_cameras_are_in_no_table_of_models() -> None:
    told = film(shots=(shot(uses=(use(maker="grade", kind="plate", origin="procedure", system=GRADE),)),))
    assert "No model had a part" in str(only("notice to the commissioner", told))
    assert table_of_models(told) == []


def table_of_models(told: Film) -> list[str]:
    return [use.named for _, use in told.models()]


def _about() -> Any:
    return About("p", "The Roof", "2026-05-05", "ab" * 32, (), "a lawyer")


def test_names_that_are_none_of_ours_are_spelled_as_they_were_given() -> None:
    decided = shot().decisions[-1].but(by=person("فاطمه‌ی احمدی"))
    lines = only("credits", film(shots=(shot(decisions=(decided,)),))).data["departments"]
    assert {"department": "Pictures accepted by", "lines": ["فاطمه‌ی احمدی"]} in lines
    assert SPAN.length == 10
