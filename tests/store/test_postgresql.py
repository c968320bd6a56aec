"""PostgreSQL: where it is written down, who waits for whom, and what is said when it refuses."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import CapacityError, InputError, ManyhandsError, StateError, StoreError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.store.database import ELSEWHERE, VARIABLE
from manyhands.store.production import Production, create_production, open_production
from manyhands.store.refusals import store_error
from tests.databases import LOCKED, address, behind, on_both, private

ME, AT = person("Person A"), "2026-01-01T00:00:00Z"


def shot(id_: str) -> Shot:
    return Shot(id=id_, plate="p", span=Span(length=3, rate_fps="24"))


def put(production: Production, *ids: str) -> None:
    with production.act("shot", ME, AT, {}) as t:
        for id_ in ids:
            t.put(shot(id_), id_, shot=id_)


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    made = create_production(tmp_path / "film", "Film", database=address())
    yield made
    made.close()


def test_the_folder_says_where_its_tables_are_and_each_production_has_its_own(
    production: Production, tmp_path: Path
) -> None:
    put(production, "a")
    assert not (production.folder / "manyhands.db").exists()
    said = (production.folder / ELSEWHERE).read_text()
    assert 'schema = "manyhands_' in said
    other = create_production(tmp_path / "other", "Other", database=address())
    assert other.ids(Shot) == []
    assert (other.folder / ELSEWHERE).read_text() != said
    other.close()
    again = create_production(production.folder, "Film", database=address())  # its making may have been cut short
    assert again.ids(Shot) == ["a"]
    again.close()


def test_what_is_kept_in_one_place_is_not_looked_for_in_another(tmp_path: Path, production: Production) -> None:
    create_production(tmp_path / "here", "Here").close()
    with pytest.raises(StateError, match=r"its tables are in manyhands\.db"):
        create_production(tmp_path / "here", "Here", database=address())
    with pytest.raises(StateError, match="its tables are in postgresql://"):
        create_production(production.folder, "Film", database="postgresql://somebody@elsewhere/films")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("postgresql://name:secret@host/films", "holds a password"),
        ("postgresql://name@host/films?password=secret", "holds a password"),
        ("mysql://name@host/films", "no address of PostgreSQL"),
        ("films", "no address of PostgreSQL"),
        ("postgresql://name@host/fi\nlms", "no address of PostgreSQL"),
    ],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused_and_not_kept(
    text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=says) as refused:
        create_production(tmp_path / "film", "Film", database=text)
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "film" / ELSEWHERE).exists()


def test_a_place_file_that_is_damaged_is_told(production: Production) -> None:
    for text in ("", "url = 3", 'url = "postgresql://a@b/c"\nschema = "x; DROP TABLE log"\n'):
        (production.folder / ELSEWHERE).write_text(text)
        with pytest.raises(StoreError, match=r"database\.toml .*Restore the file from a copy"):
            open_production(production.folder)


@pytest.mark.parametrize(
    ("database", "says"),
    [
        ("postgresql://tests@/nowhere", r"no such database.* createdb"),
        ("postgresql://nobody@/postgres", "does not know that name"),
        (f"postgresql://{LOCKED}@/postgres", "another password.* PGPASSWORD"),
    ],
)
def test_what_the_server_refuses_is_told(
    database: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not private():
        pytest.skip("PostgreSQL: no server of our own")
    for password in ("", "wrong"):
        monkeypatch.setenv("PGPASSWORD", password)
        with pytest.raises(StoreError, match=says):
            create_production(tmp_path / "film", "Film", database=database + "?" + private().split("?")[1])
        (tmp_path / "film" / ELSEWHERE).unlink()


def test_a_password_is_taken_from_the_environment_and_a_name_that_may_not_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not private():
        pytest.skip("PostgreSQL: no server of our own")
    monkeypatch.setenv("PGPASSWORD", "open")
    with pytest.raises(StoreError, match=r"your name on the server may not do that .*permission denied"):
        create_production(
            tmp_path / "film", "Film", database=f"postgresql://{LOCKED}@/postgres?" + private().split("?")[1]
        )


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    for gone in (f"postgresql://tests@/postgres?host={tmp_path}", "postgresql://tests@127.0.0.1:1/postgres"):
        with pytest.raises(StoreError, match="the server of its database cannot be reached") as refused:
            create_production(tmp_path / "film", "Film", database=gone)
        assert "Start it" in str(refused.value)
        (tmp_path / "film" / ELSEWHERE).unlink()


def test_a_server_that_was_started_again_is_found_again(production: Production) -> None:
    put(production, "a")
    behind(
        production.folder,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'manyhands' "
        "AND pid <> pg_backend_pid()",
        guarded=True,
    )
    put(production, "b")
    assert production.ids(Shot) == ["a", "b"]


def test_a_connection_that_breaks_in_the_middle_of_an_act_leaves_nothing(production: Production) -> None:
    def broken() -> None:
        with production.act("shot", ME, AT, {}) as t:
            t.put(shot("a"), "a")
            behind(
                production.folder,
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'",
                guarded=True,
            )

    with pytest.raises(StoreError, match="cannot be reached"):
        broken()
    assert production.log() == []
    put(production, "a")
    assert production.faults() == []


def test_tables_that_are_not_there_any_more_are_told(production: Production) -> None:
    behind(production.folder, "DROP TABLE log")
    with pytest.raises(StoreError, match=r"its tables are not in the database .*docs/how/keep-it-in-postgresql\.md"):
        production.head()


def test_a_database_that_can_only_be_read_is_told(production: Production) -> None:
    said = (production.folder / ELSEWHERE).read_text()
    (production.folder / ELSEWHERE).write_text(
        said.replace("/postgres?", "/postgres?options=-c%20default_transaction_read_only%3Don&")
    )
    opened = open_production(production.folder)
    assert opened.ids(Shot) == []
    with pytest.raises(StoreError, match="can only be read"):
        put(opened, "a")
    opened.close()


class Said(Exception):
    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.sqlstate = code


@pytest.mark.parametrize(
    ("said", "kind", "says"),
    [
        (Said("kein Platz", "53100"), CapacityError, "the disk of its database's server is full"),
        (Said('could not extend file "base/1": No space left on device'), CapacityError, "is full"),
        (Said("zu viele", "53300"), StoreError, "no place free"),
        (Said("Zeit um", "55P03"), StoreError, "another program is writing"),
        (Said("wird beendet", "57P01"), StoreError, "cannot be reached"),
        (Said("etwas anderes", "XX000"), StoreError, "the database refused (etwas anderes)"),
    ],
)
def test_codes_are_understood_in_any_language(
    said: Said, kind: type[ManyhandsError], says: str, tmp_path: Path
) -> None:
    (tmp_path / ELSEWHERE).touch()
    found = store_error(tmp_path, said)
    assert isinstance(found, kind)
    assert says in str(found)


# --- several at once --------------------------------------------------------------------------


def first_opening(folder: Path, gate: Any, said: Any) -> None:
    gate.wait()
    try:
        opened = open_production(folder)
        put(opened, f"s{multiprocessing.current_process().pid}")
        opened.close()
        said.put("")
    except ManyhandsError as error:
        said.put(str(error))


@on_both
def test_two_who_open_it_for_the_first_time_at_once_both_get_in(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_production(tmp_path / "film", "Film").close()
    if database == "postgresql":
        schema = (tmp_path / "film" / ELSEWHERE).read_text().split('schema = "')[1].split('"')[0]
        behind(tmp_path / "film", f"DROP SCHEMA {schema} CASCADE", guarded=True)
    else:
        for file in (tmp_path / "film").glob("manyhands.db*"):
            file.unlink()
        (tmp_path / "film" / "manyhands.db").touch()
    spawn = multiprocessing.get_context("spawn")
    gate, said = spawn.Barrier(3), spawn.Queue()
    people = [spawn.Process(target=first_opening, args=(tmp_path / "film", gate, said)) for _ in range(3)]
    for one in people:
        one.start()
    assert [said.get(timeout=60) for _ in people] == [""] * 3
    for one in people:
        one.join()
    opened = open_production(tmp_path / "film")
    assert [row.number for row in opened.log()] == [1, 2, 3]
    assert opened.faults() == []
    opened.close()


@on_both
def test_text_with_a_nul_is_refused_on_either_before_anything_is_written(database: str, tmp_path: Path) -> None:
    made = create_production(tmp_path / "film", "Film")
    for ids in (("a\0b",), ("fine", "a\0b")):
        with pytest.raises(InputError, match="holds the character NUL"):
            put(made, *ids)
    assert made.log() == []
    with made.act("shot", ME, AT, {"note": "in what is said\0it is kept as JSON keeps it"}):
        pass
    assert made.faults() == []
    made.close()


@on_both
def test_what_is_looked_for_is_told_from_what_is_written_otherwise(database: str, tmp_path: Path) -> None:
    made = create_production(tmp_path / "film", "Film")
    put(made, "B", "a", "Ä", "b", "_", "%")
    for plate, found in (("p", 6), ("P", 0), ("_", 0), ("%", 0)):
        assert len(made.beginning(Shot, "plate", plate)) == found
    assert made.ids(Shot) == [one.id for one in made.all(Shot)] == sorted(["B", "a", "Ä", "b", "_", "%"])
    made.close()


def test_the_servers_own_way_is_taken_where_the_environment_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, address())
    made = create_production(tmp_path / "film", "Film")
    assert (made.folder / ELSEWHERE).is_file()
    made.close()


def test_who_is_forgotten_is_in_no_row_index_or_sample_and_the_guards_stand_again(production: Production) -> None:
    folder, gone = production.folder, "Person Gone"
    for number in range(40):
        with production.act("shot", ME, AT, {"why": f"{gone} said so"}) as t:
            t.put(shot(f"sh{number}").but(notes=(f"for {gone}",)), f"{gone}-{number}", shot=f"sh{number}")
    behind(folder, "ANALYZE nouns", "ANALYZE log", guarded=True)
    asked = "SELECT count(*) FROM pg_stats WHERE schemaname = current_schema AND pg_stats::text LIKE ?"
    assert behind(folder, (asked, ("%Person Gone%",)), guarded=True)[0][0][0] > 0
    hashes = [row.hash for row in production.log()]
    production.forget(ME, AT, {"party": "p-1"}, lambda text: text.replace(gone, "p-1"), shot("left"), "left")
    production.wipe()
    assert production.faults() == []
    assert [row.hash for row in production.log()][:-1] == hashes
    assert production.get(Shot, "p-1-7").notes == ("for p-1",)
    told = [f"SELECT count(*) FROM {table} WHERE {table}::text LIKE ?" for table in ("nouns", "log")]
    assert [behind(folder, (sql, ("%Person Gone%",)), guarded=True)[0][0][0] for sql in (*told, asked)] == [0, 0, 0]
    ((files,),) = behind(
        folder,
        "SELECT string_agg(pg_relation_filepath(c.oid), ' ') FROM pg_class c "
        "WHERE c.relnamespace = current_schema::regnamespace AND c.relkind IN ('r', 'i')",
        guarded=True,
    )[0]
    behind(folder, "CHECKPOINT", guarded=True)
    data = Path(private().partition("host=")[2]) / "data"
    if address() == private():
        assert not any(gone.encode() in (data / file).read_bytes() for file in files.split())
    for deed in ("UPDATE nouns SET shot = 'x'", "DELETE FROM log", "TRUNCATE nouns"):
        with pytest.raises(Exception, match="append-only"):
            behind(folder, deed, guarded=True)


def test_a_forgetting_that_fails_leaves_everything_and_the_guards(production: Production) -> None:
    put(production, "a")
    with pytest.raises(ManyhandsError):
        production.forget(ME, AT, {}, lambda text: text.replace("24", "x"), shot("left"), "left")
    assert production.ids(Shot) == ["a"]
    assert production.faults() == []
    with pytest.raises(Exception, match="append-only"):
        behind(production.folder, "DELETE FROM log", guarded=True)
