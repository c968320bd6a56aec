"""What programs read: one JSON value with the same keys each time, one shape of error; and what people are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import typer.main

from manyhands.actions.labour import task, time
from manyhands.actions.replaced import acknowledge
from manyhands.actions.shares import share
from manyhands.actions.studio import enter
from manyhands.actions.studio import person as member
from manyhands.actions.takes import takes
from manyhands.cli.commands import app
from manyhands.core.hand import person
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.store.access import Access
from manyhands.web.team import ADDRESS
from tests.doors import Said, alone, here
from tests.hosted.made import drawn
from tests.hosted.server import Runway, known
from tests.ledger.made import CARD_OF_RATES, book, owed
from tests.openweights import carded, save
from tests.plates import house, plate

ME = ("--by", "Person A")
TAUGHT = "literal, by hand"
LICENSED = ("--licence", "cc0-1.0", "--training", "noise")


def keys(named: str) -> list[str]:
    """The keys of an object in their order, from their names in one line."""
    return named.split()


def commands(group: Any = None, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command there is."""
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


EVERY = list(commands())
SERVES = {("studio",)}
"""The command that goes on until it is stopped; what it says is tried in ``tests/web/test_serving.py``."""
every_command = pytest.mark.parametrize("words", EVERY, ids=" ".join)
every_command_that_ends = pytest.mark.parametrize("words", [one for one in EVERY if one not in SERVES], ids=" ".join)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plate, a delivered shot in ``out``, and its production in ``film``: sh030 learned, sh040 paid."""
    folder = tmp_path_factory.mktemp("shapes")
    clip = plate(2)
    write_master(folder / "plate.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    words = ["make", folder / "plate.mp4", "warm", "-o", folder / "out", "-p", folder / "film", *ME]
    assert here(*words, "--own", "--hosted", "--accept", "--why", "the test accepts", "--workers", "0").code == 0
    signed = ["--document", folder / "plate.mp4", "--about", "a mask", "--signed", "2019-05-01"]
    words = ["consent", "add", "Person C", "--scope", "likeness_replica", *signed, "-p", folder / "film", *ME]
    assert here(*words).code == 0
    owe(folder)
    licence = ["plate", "--grantor", "Person A", "--about", "one film", "--signed", "2019-05-01"]
    for words in (["grant", *licence, "--ask", "train_general"], ["grant", *licence, "--permit", "view"]):
        assert here("rights", *words, "-p", folder / "film", *ME).code == 0
    assert here("rights", "revoke", "plate-2", "--why", "asked to", "-p", folder / "film", *ME).code == 0
    assert here("people", "add", "Person F", "-p", folder / "film", *ME).code == 0
    teach(folder)
    assign(folder)
    teach_by_two(folder)
    generate(folder)
    save("wan", folder / "weights")
    reached(folder / "film", "https://studio.example")
    lent(folder)
    return folder


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who agrees to a price has a key; nothing is sent with it here."""
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_of_the_test")


def reached(production: Path, address: str) -> None:
    """The production's studio was opened for a team."""
    access = Access(production)
    access.state(ADDRESS, address)
    access.close()


def lent(folder: Path) -> None:
    """A link by which Person G sees a take."""
    studio, maker = enter(folder / "film"), person("Person A")
    made = share(studio, maker, [takes(studio, "sh030")[0].id], label="Person G", days=1)
    with studio.act("share", maker) as t:
        t.put(made.but(id="g-0a1b2c3d"), "g-0a1b2c3d")
    studio.close()


def owe(folder: Path) -> None:
    """Person C is owed EUR 12.50; Person A worked an hour and a half."""
    studio = enter(folder / "film")
    book(studio, owed("t1", "Person C", 1250))
    roto = task(studio, person("Person A"), "roto", person("Person A"), role="artist")
    time(studio, person("Person A"), roto.id, 90, day="2020-05-01")
    (folder / "card.toml").write_text(CARD_OF_RATES)
    studio.close()


def assign(folder: Path) -> None:
    """Person E was to cut what a model of sh030 cuts, twice, and said no to the second."""
    studio = enter(folder / "film")
    maker, one = person("Person A"), person("Person E")
    member(studio, maker, one, roles=("artist",))
    (take,) = takes(studio, "sh030")
    for _ in range(2):
        given = task(studio, maker, "cut", one, role="artist", shot="sh030", craft="roto")
    acknowledge(studio, one, given.id, take.id, decline=True, note="I had begun")
    studio.close()


def generate(folder: Path) -> None:
    """A third shot, ``sh040``, that a hosted model made: a service of our own on this machine."""
    mine = ["-p", folder / "film", *ME]
    with known(Runway(makes=lambda *_: [("made.mp4", drawn(2))])):
        for words in (
            ["shot", "add", "plate", *mine, "--id", "sh040"],
            ["propose", "sh040", 'generate "a dragon lands"', *mine],
            ["run", "sh040", "literal", *mine, "--agree", "--workers", "0"],
        ):
            said = here(*words)
            assert said.code == 0, said.err


def teach(folder: Path) -> None:
    """A second shot, ``sh030``, whose model learned the house from one painted frame, in as few steps as may be."""
    (folder / "painted").mkdir()
    matte = np.where(house()[..., :3] < 0.4, 255, 0).astype(np.uint8)
    cv2.imwrite(str(folder / "painted/matte.1001.png"), matte)
    mine = ["-p", folder / "film", *ME]
    quick = ["--like", "literal", "--set", "taught.steps=10", "--why", "quick", "--no-previews"]
    for words in (
        ["source", "add", folder / "painted", *mine, "--own", "--as", "painted"],
        ["shot", "add", "plate", *mine, "--id", "sh030"],
        ["propose", "sh030", "a warmer cutout by taught matte", *mine, "--painted", "painted", "--no-previews"],
        ["propose", "sh030", *mine, *quick],
        ["run", "sh030", TAUGHT, *mine, "--workers", "0"],
    ):
        said = here(*words)
        assert said.code == 0, said.err


def teach_by_two(folder: Path) -> None:
    """A shot, ``sh050``, whose model two people taught, accepted, and measured."""
    (folder / "other").mkdir()
    matte = np.where(house()[..., :3] < 0.4, 255, 0).astype(np.uint8)[:, ::-1]
    cv2.imwrite(str(folder / "other/matte.1001.png"), matte)
    mine = ["-p", folder / "film", *ME]
    quick = ["--like", "literal", "--set", "taught.steps=10", "--why", "quick", "--no-previews"]
    for words in (
        ["source", "add", folder / "other", *mine, "--own", "--as", "painted", "--painted-by", "Person C"],
        ["shot", "add", "plate", *mine, "--id", "sh050"],
        ["propose", "sh050", "a warmer cutout by taught matte", *mine, "--painted", "painted+other", "--no-previews"],
        ["propose", "sh050", *mine, *quick],
        ["run", "sh050", TAUGHT, *mine, "--workers", "0"],
    ):
        said = here(*words)
        assert said.code == 0, said.err
    for words in (
        ["decide", taught_take(folder), "accept", "--why", "the test accepts", *mine],
        ["ledger", "measure", taught_take(folder), *mine, "--workers", "0"],
    ):
        said = here(*words)
        assert said.code == 0, said.err


def taught_take(folder: Path) -> str:
    """The take of ``sh050``."""
    return next(folder.glob("film/takes/sh050/sh050-*")).name


@pytest.fixture
def studio(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to be changed, and a model on this machine."""
    monkeypatch.setenv("MANYHANDS_MODELS", str(tmp_path / "models"))
    carded("wan")
    return Path(shutil.copytree(film, tmp_path / "studio"))


def words_of(folder: Path) -> dict[tuple[str, ...], list[object]]:
    """Every command with words that it can do something with."""
    take = next((folder / "film/takes/sh010").glob("sh010-*")).name
    cut = next((folder / "film/takes/sh030").glob("sh030-*")).name
    there = ["-p", folder / "film"]
    mine = [*there, *ME]
    make = [folder / "plate.mp4", "warm", "-o", folder / "again", *ME, "--own", "--accept", "--why", "so"]
    licence = ["--grantor", "Person A", "--about", "one film", "--signed", "2019-05-01"]
    return {
        ("new",): [folder / "second", *ME],
        ("person",): ["Person B", "--role", "artist", *mine],
        ("invite",): ["Person A", *mine],
        ("share",): [take, "--with", "Person G", "--comment", "--password", "a bridge at dawn", *mine],
        ("unshare",): ["g-0a1b2c3d", *mine],
        ("source", "add"): [folder / "plate.mp4", *mine, "--own", "--title", "again"],
        ("source", "terms"): ["plate", *mine, "--terms", "CC-BY-4.0", "--credit", "Person A"],
        ("source", "list"): there,
        ("shot", "add"): ["plate", *mine, "--id", "sh020", "--last", "1001"],
        ("shot", "list"): there,
        ("propose",): ["sh010", "haze", *mine, "--workers", "0"],
        ("run",): ["sh010", "bold", *mine, "--workers", "0"],
        ("agree",): ["sh040", "literal", *mine, "--seed", "2"],
        ("sent",): ["sh040", "literal", *mine],
        ("cap",): ["99.50", *mine],
        ("taught",): ["sh030", TAUGHT, *mine],
        ("take", "show"): [take, *mine],
        ("take", "comment"): [take, "a bit thin", "--frame", "1002", *mine],
        ("take", "list"): there,
        ("take", "untouched"): [take, *there, "--workers", "0"],
        ("decide",): [take, "reject", "--why", "no", *mine],
        ("deliver",): ["sh010", *mine, "-o", folder / "master"],
        ("disclose",): ["sh010", *mine, "-o", folder / "page"],
        ("verify",): [folder / "out/sh010.mp4", *there],
        ("models", "add"): [
            "again",
            *mine,
            "--folder",
            folder / "weights",
            "--licence",
            "cc0-1.0",
            "--training",
            "noise",
        ],
        ("models", "list"): [],
        ("models", "check"): ["wan", *mine],
        ("models", "remove"): ["wan", *mine],
        ("consent", "add"): [
            "Person B",
            *mine,
            "--scope",
            "likeness_alter",
            "--document",
            folder / "plate.mp4",
            "--about",
            "a scar",
            "--signed",
            "2019-05-01",
        ],
        ("consent", "list"): there,
        ("consent", "revoke"): ["person-c-1", "--why", "asked to", *mine],
        ("people", "add"): ["Person D", *mine, "--contact", "a letter box"],
        ("people", "list"): there,
        ("people", "forget"): ["Person F", "--why", "asked to", *mine],
        ("people", "seen"): ["sh010", "Person F", *mine, "--frames", "1001-1001", "--box", "0.4,0.1,0.2,0.3"],
        ("people", "nobody"): ["sh010", "--why", "looked through", *mine],
        ("rights", "grant"): ["plate", *mine, *licence, "--permit", "train_shot"],
        ("rights", "list"): there,
        ("rights", "export"): ["--format", "cawg", "--shot", "sh010", *there],
        ("rights", "check"): ["sh010", "literal", *there],
        ("rights", "allow"): ["plate-1", "train_general", "sh010", "--why", "fine", *mine],
        ("rights", "revoke"): ["plate-1", "--why", "asked to", *mine],
        ("rights", "report"): ["plate-2", *there],
        ("rights", "reteach"): [taught_take(folder), "--without", "Person C", *mine, "--workers", "0"],
        ("makers",): ["smoke"],
        ("policy", "list"): there,
        ("policy", "show"): ["house"],
        ("policy", "use"): ["house", "eu-ai-act-50", *mine],
        ("policy", "say"): ["sh010", "audience_told=yes", "--why", "the credits", *mine],
        ("policy", "profile"): ["sh010", *there],
        ("policy", "check"): ["sh010", *mine],
        ("policy", "papers"): ["--shot", "sh010", "--paper", "credits", "-o", folder / "papers", *mine],
        ("policy", "approve"): ["sh040", "H1", "--why", "nobody is in the plate", *mine],
        ("log", "verify"): there,
        ("log", "list"): there,
        ("task", "add"): ["paint", "--to", "Person B", "--role", "artist", *mine],
        ("task", "bid"): ["task-roto-1", "30", "--why", "harder", *mine],
        ("task", "done"): ["task-roto-1", *mine],
        ("task", "list"): there,
        ("task", "acknowledge"): ["task-cut-1", "--take", cut, *there, "--by", "Person E"],
        ("task", "override"): ["task-cut-2", "--take", cut, "--why", "time is short", *mine],
        ("time", "suggest"): mine,
        ("time", "add"): ["task-roto-1", "30", "--day", "2020-05-01", *mine],
        ("time", "back"): ["hours-person-a-1", "--why", "another day", *mine],
        ("time", "compare"): mine,
        ("wages", "book"): [folder / "card.toml", *mine],
        ("wages", "card"): [folder / "card.toml", *mine],
        ("wages", "template"): [folder / "new.toml"],
        ("ledger", "list"): mine,
        ("ledger", "verify"): there,
        ("ledger", "reverse"): ["t1", "--why", "agreed otherwise", *mine],
        ("ledger", "pay"): ["Person C", "0.50", "--kind", "Licences", "--about", "bank 1", *mine],
        ("ledger", "share"): ["100", "--about", "a cinema, May", "--draft", *mine],
        ("ledger", "measure"): [taught_take(folder), "--draft", *mine],
        ("ledger", "recompute"): [taught_take(folder), "--of", "Person C", *mine],
        ("ledger", "export"): [folder / "ledger.beancount", *mine],
        ("statement",): ["Person C", "--from", "2020-01-01", "--to", "2099-12-31", "-o", folder / "issued", *mine],
        ("make",): [*make, "--workers", "0"],
        ("demo",): ["-o", folder / "demo", "--plate", folder / "plate.mp4", "--note", "warm", "--own", *ME],
    }


WITHOUT = {
    *(("makers",), ("verify",), ("demo",), ("make",), ("new",)),
    *(("models", "list"), ("policy", "show"), ("wages", "template")),
}
"""The commands that need no production."""

DELIVERY = keys(
    "take master sidecars disclosure_page disclosure_data cue_sheet contact_sheet preview root papers_wanted report"
)
SOURCE = keys(
    "kind v id title medium sha256 path owner terms colour_space rate_fps first_frame found_at made_how "
    "role is_sparse painted_by made_by"
)
SHOT = ["kind", "v", "id", "plate", "span", "notes", "standing"]
TAKE = keys(
    "kind v id shot recipe seed span width height folder frames_sha256 hands uses contents extent seconds "
    "cost_minor currency versions answers"
)
CARD = keys(
    "kind v name family pipeline folder origin revision licence training may_be_final source_type accepted_by "
    "accepted_at size files"
)
GRANT = keys(
    "kind v id form grantor person work terms about document document_sha256 signed_on valid_until given_to "
    "recorded_by supersedes revoked_on revoked_why"
)
HOURS = keys("kind v id task by day minutes about work suggested withdrawn_why")
TASK = keys("kind v id title role assignee work shot bid_minutes craft department given_at done_on")
WORD = keys("kind v id task take says department why by at")
ENTRY = keys("kind v id transaction account amount_minor currency about at method reverses")
DEPICTION = keys(
    "kind v id shot source says party first last box drawn_at regions lost picture what is_recognisable why by at"
)
CASCADE = keys("grant lost takes models notices report")
# The keys of each command's value, or of each item of its list.
KEYS = {
    "new": ["folder", "name"],
    "person": ["kind", "v", "person", "roles"],
    "invite": ["person", "link", "days"],
    "share": ["id", "until", "link"],
    "unshare": ["id", "revoked_at"],
    "source add": [*SOURCE, "notes", "intake"],
    "source terms": SOURCE,
    "source list": [SOURCE],
    "shot add": SHOT,
    "shot list": [SHOT],
    "propose": ["answer", "offers"],
    "run": TAKE,
    "agree": keys("kind v by shot recipe seed quotes most_minor currency spent_minor lost_minor is_open"),
    "sent": [keys("folder model asked_at credits_quoted credits_most task status credits why files")],
    "cap": keys("kind v most_minor currency"),
    "taught": [["step", "steps", "of", "loss", "seconds", "picture", "account", "words"]],
    "take show": ["take", "looks"],
    "take comment": keys("kind v id take first last text marks answers settles by at"),
    "take list": [TAKE],
    "take untouched": keys("take against tile_px tiles same_tiles same_ppm said_ppm hashed_tiles frames faults"),
    "decide": ["kind", "v", "id", "take", "verdict", "by", "reason", "note", "door", "seen", "at"],
    "deliver": DELIVERY,
    "disclose": [],
    "verify": keys(
        "path state findings title generator signer went_in done oversight authorship film measured sentence is_sound"
    ),
    "makers": keys(
        "name version origin role about inputs gives fills parameters nouns adjectives circumstances places things "
        "scope kind purposes needs repeats"
    ),
    "policy list": [keys("id title set_by dated rules is_used")],
    "policy show": keys("id title set_by dated is_not rule"),
    "policy use": ["packs"],
    "policy say": [keys("kind v shot of fact value why by at")],
    "policy profile": [keys("name version tier basis rule limits parts")],
    "policy check": [keys("kind v id shot take facts_sha256 packs packs_sha256 found by at")],
    "policy papers": keys("wanted facts_sha256 files blanks"),
    "policy approve": keys("kind v id shot take pack dated rule verdict why by at"),
    "models add": CARD,
    "models list": [CARD],
    "models check": CARD,
    "models remove": ["removed"],
    "consent add": GRANT,
    "consent list": [GRANT],
    "consent revoke": CASCADE,
    "people add": keys("party name guardian"),
    "people list": [keys("party name guardian seen")],
    "people forget": keys("party papers"),
    "people seen": DEPICTION,
    "people nobody": DEPICTION,
    "rights grant": GRANT,
    "rights list": [GRANT],
    "rights export": keys("format about text path"),
    "rights check": [keys("step scope subject verdict reasons")],
    "rights allow": keys("kind v id grant scope shot by why at"),
    "rights revoke": CASCADE,
    "rights report": keys("production grant recorded_by at log lost shots takes models notices is_not"),
    "rights reteach": keys("take before shot recipe without taught_by compared picture told"),
    "log verify": ["lines", "faults"],
    "log list": [["number", "at", "by", "act", "about"]],
    "task add": TASK,
    "task bid": keys("kind v id task minutes is_baseline why by at"),
    "task done": TASK,
    "task list": [keys("task bids begun take stands")],
    "task acknowledge": WORD,
    "task override": WORD,
    "time suggest": keys("rule suggested submitted"),
    "time add": HOURS,
    "time back": HOURS,
    "time compare": keys("own roles hidden film is_not"),
    "wages book": [ENTRY],
    "wages card": keys("kind v id title rate overtime minimum by at"),
    "wages template": ["path"],
    "ledger list": [ENTRY],
    "ledger verify": keys("entries lines balances faults"),
    "ledger reverse": [ENTRY],
    "ledger pay": [ENTRY],
    "ledger share": keys("transaction received_minor floor_minor currency amounts methods parts stopped published"),
    "ledger measure": keys("plan parts shares error values how seconds published sha256"),
    "ledger recompute": keys("of seed published found is_same_model is_near verdict"),
    "ledger export": ["path", "format"],
    "statement": keys("production person first_day last_day drawn_up dispute_by method log_line log_hash sheets"),
    "make": ["notes", "takes", "delivered"],
    "demo": ["notes", "takes", "delivered"],
}


@every_command_that_ends
def test_a_command_prints_one_json_value_with_the_keys_that_programs_read(words: tuple[str, ...], studio: Path) -> None:
    said = here(*words, *words_of(studio)[words], "--json")
    value, expected = said.value, KEYS[" ".join(words)]
    assert said.err == ""
    if words == ("disclose",):
        assert [Path(path).name for path in value] == ["disclosure.html", "disclosure.json", "cuesheet.csv", "root.pem"]
    elif isinstance(expected[0], list):
        assert value
        assert all(list(item) == expected[0] for item in value)
    else:
        assert list(value) == expected


@every_command_that_ends
def test_a_person_reads_sentences_and_no_json(words: tuple[str, ...], studio: Path) -> None:
    said = here(*words, *words_of(studio)[words])
    assert said.code == 0, said.err
    assert said.out.strip()
    assert not said.out.lstrip().startswith(("{", "["))
    assert "kind=" not in said.out  # no noun as the program sees it
    assert "None" not in said.out


@every_command
def test_help_says_what_a_command_does(words: tuple[str, ...]) -> None:
    said = here(*words, "--help")
    assert said.code == 0
    manual = " ".join(said.out.split())
    assert f"manyhands {' '.join(words)}" in manual
    about = typer.main.get_command(app)
    for word in words:
        about = about.commands[word]  # type: ignore[attr-defined]
    assert about.help
    assert about.help.rstrip().endswith(".")
    assert about.help.split()[0] in manual


def test_the_door_lists_every_command_and_where_exit_codes_are_told() -> None:
    manual = here("--help").out
    for word in {words[0] for words in EVERY}:
        assert word in manual
    assert "Exit codes" in manual


@pytest.mark.parametrize(
    "words",
    [words for words in EVERY if words not in WITHOUT | SERVES],
    ids=" ".join,
)
def test_without_a_production_every_act_ends_in_the_one_shape_of_error(
    words: tuple[str, ...], film: Path, tmp_path: Path
) -> None:
    given = [tmp_path / "none" if word == film / "film" else word for word in words_of(film)[words]]
    error = here(*words, *given, "--json").refused("StateError")
    assert str(tmp_path / "none") in error["what"]
    told = here(*words, *given)
    assert error["what"] in told.complained("StateError")
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["makers", "smke"], "NotFoundError"),
        (["verify", "none.mp4"], "NotFoundError"),
        (["make", "none.mov", "smoke", *ME], "InputError"),
        (["make", "none.mov", "smoke", *ME, "--own"], "MediaError"),
        (["make", "none.mov", "smoke", *ME, "--own", "--accept"], "InputError"),
        (["make", "none.mov", "smoke", *ME, "--own", "--format", "vhs"], "InputError"),
        (["make", "none.mov", "smoke", *ME, "--own", "--rate", "fast"], "InputError"),
        (["make", "none.mov", "smoke", *ME, "--own", "--rate", "-24"], "InputError"),
        (["make", "none.mov", "smoke", *ME, "--terms", "beerware"], "InputError"),
        (["make", "none.mov", "smoke", "--by", " ", "--own"], "InputError"),
        (["demo", "--plate", "none.mov", *ME], "MediaError"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_a_mistake_is_told_by_its_kind(
    words: list[str], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = here(*words, "--json").refused(kind)
    assert error["what"] in here(*words).complained(kind)
    assert list(tmp_path.iterdir()) == []


def test_words_that_are_no_command_end_with_2_and_say_where_help_is() -> None:
    for words in (["mke"], ["decide", "t", "perhaps", "--why", "x", *ME], ["run", "sh010"], ["new"]):
        said = here(*words)
        assert said.code == 2
        assert "--help" in said.err or "-h" in said.err
        assert said.out == ""


def test_a_program_that_misspells_reads_an_error_like_every_other() -> None:
    for words in (["new"], ["takes"], ["run", "a", "b", "--seed", "abc"]):
        said = here(*words, "--json")
        error = json.loads(said.out)["error"]
        assert (said.code, said.err, error["kind"]) == (2, "", "InputError")
        assert error["what"].startswith("command line: ")
        assert "--help" in error["fix"]


def test_a_log_that_was_edited_and_a_master_that_was_changed_end_with_11_and_their_value(studio: Path) -> None:
    import json
    import sqlite3

    with sqlite3.connect(studio / "film/manyhands.db") as behind:
        behind.execute("DROP TRIGGER log_no_update")
        behind.execute("UPDATE log SET by = 'person:b' WHERE number = 2")
    behind.close()
    said = here("log", "verify", "-p", studio / "film", "--json")
    assert said.code == 11
    assert [fault["line"] for fault in json.loads(said.out)["faults"]] == [2]
    assert "line 2" in here("log", "verify", "-p", studio / "film").out
    master = studio / "out/sh010.mp4"
    content = bytearray(master.read_bytes())
    content[len(content) // 2] ^= 1
    master.write_bytes(content)
    said = here("verify", master, "--json")
    assert said.code == 11
    assert json.loads(said.out)["state"] == "broken"
    assert here("verify", master).out.startswith("BROKEN")


def test_what_the_machine_refuses_in_an_odd_place_is_one_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from manyhands import makers

    def out_of_memory() -> None:
        raise MemoryError

    def no_right() -> None:
        raise PermissionError(13, "Permission denied", "/film/takes")

    monkeypatch.setattr(makers, "all_makers", out_of_memory)
    assert "memory" in here("makers", "--json").refused("CapacityError")["what"]
    monkeypatch.setattr(makers, "all_makers", no_right)
    assert "/film/takes" in here("makers", "--json").refused("StoreError")["what"]


def test_a_terminal_without_our_letters_gets_escapes(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    said: Said = alone("take", "list", "-p", film / "film")
    assert said.code == 0, said.err
    assert alone("make", "none.mov", "дым на крыше", *ME, "--own", "--json").refused("NoteError")
    told = alone("make", tmp_path / "Дым.mov", "smoke", *ME, "--own")
    assert told.code == 4
    assert "Traceback" not in told.err
    assert "\\u0414\\u044b\\u043c.mov: there is no such file." in told.err
