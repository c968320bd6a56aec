"""The pages tell the truth: links lead somewhere, commands exist, and what is generated is current."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from manyhands.actions.roles import MAY
from manyhands.cli.commands import app
from manyhands.core import errors
from manyhands.makers import all_makers
from manyhands.media.masters import FORMATS
from tests.docs.written import (
    CHANGES,
    DOCS,
    PAGES,
    ROOT,
    Line,
    anchors,
    generator,
    lines_of,
    links,
    name_of,
    prose,
    text_of,
)

GENERATED = generator().pages()
every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)
COMMANDS = typer.main.get_command(app)
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ManyhandsError)]


def commands(click: Any = COMMANDS, *words: str) -> list[str]:
    inner = getattr(click, "commands", None)
    if inner is None:
        return [" ".join(words)]
    return [found for name, each in inner.items() for found in commands(each, *words, name)]


@pytest.mark.parametrize("path", GENERATED)
def test_a_generated_page_is_what_the_code_makes_now(path: str) -> None:
    assert text_of(ROOT / path) == GENERATED[path], f"{path} is not what the code says now: run `make docs`."


def test_the_generator_gives_the_same_pages_twice() -> None:
    assert generator().pages() == GENERATED


@pytest.mark.parametrize("name", [each.name for each in all_makers().values()])
def test_every_maker_is_told_with_all_its_parameters_and_words(name: str) -> None:
    maker = all_makers()[name]
    told = GENERATED["docs/reference/makers.md"].split(f"\n## {name}\n")[1].split("\n## ")[0]
    cells = told.replace("\\|", "|")
    assert all(f"| `{item.name}` |" in told and item.about in cells for item in maker.parameters())
    words = {**maker.words.nouns, **maker.words.adjectives, **maker.words.circumstances}
    assert all(f"\n| {word} |" in told for word in words)


@pytest.mark.parametrize("act", MAY)
def test_every_act_of_the_table_of_roles_is_told_with_who_may(act: str) -> None:
    told = GENERATED["docs/reference/actions.md"].split(f"\n## {act}\n")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", told.split("Who may:")[1].split("\n")[0])) == MAY[act]
    assert "`manyhands " in told, "no command calls it"


@pytest.mark.parametrize("words", commands())
def test_every_command_is_told_once_with_all_its_options(words: str) -> None:
    page = GENERATED["docs/reference/actions.md"]
    usages = [line for line in page.splitlines() if re.match(rf"`manyhands {words}[ `][^a-z]*:? ", line)]
    assert len(usages) == 1
    click = COMMANDS
    for word in words.split():
        click = click.commands[word]
    told = page.split(usages[0])[1].split("\n`manyhands ")[0]
    for param in click.params:
        assert f"`{param.name.upper() if param.param_type_name == 'argument' else param.opts[0]}`" in told


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_told_with_its_codes(kind: type[errors.ManyhandsError]) -> None:
    page = GENERATED["docs/reference/errors.md"]
    assert f"| `{kind.__name__}` | {kind.exit_code} | {kind.status} |" in page
    assert re.search(rf"^| {kind.exit_code} \|.*`{kind.__name__}`", page, re.MULTILINE)


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_the_codes_that_are_no_error_of_ours_are_told(code: int) -> None:
    assert f"\n| {code} | " in GENERATED["docs/reference/errors.md"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_master_format_is_told_with_where_its_credentials_lie(name: str) -> None:
    rows = re.findall(rf"^\| `{name}` \|(.*)$", GENERATED["docs/reference/formats.md"], re.MULTILINE)
    assert len(rows) == 2
    assert FORMATS[name].suffix in rows[0]
    assert re.search("embedded|sidecar", rows[1])


def test_every_library_has_a_reason_and_every_reason_a_library() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(line for group in project["optional-dependencies"].values() for line in group),
    ]
    names = {re.match(r"[\w.-]+", line)[0] for line in wanted}  # type: ignore[index]
    reasons = tomllib.loads((DOCS / "libraries.toml").read_text())
    assert set(reasons) == names, "say in docs/libraries.toml what a library is for, and only of libraries that we use"
    assert "not told" not in GENERATED["docs/reference/libraries.md"]


NUMERICS = {"numpy", "scipy", "numba", "opencv-contrib-python-headless", "pydantic"}
"""What pictures and nouns are made of may stand anywhere that the layers allow."""


def test_every_other_library_has_one_home_in_the_tree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]} - NUMERICS  # type: ignore[index]
    homes = sys.modules["pages.libraries"].imported_in()
    scattered = {name: homes[name.lower()] for name in names if len(homes.get(name.lower(), ())) != 1}
    assert not scattered, "wrap the library in its home's own words, and import those"


@every_page
def test_links_within_the_house_lead_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name_of(page)} links to {link}"
        if anchor:
            assert anchor in anchors(target), f"{name_of(page)} links to {link}"


MANYHANDS = [line for page in PAGES for line in lines_of(page, "manyhands")]
MAKE = [line for page in PAGES for line in lines_of(page, "make")]


def resolved(words: list[str]) -> tuple[Any, str, list[str]]:
    """The command that words name, its name, and the words that are left."""
    click, names = COMMANDS, ["manyhands"]
    while words and hasattr(click, "commands"):
        assert words[0] in click.commands, f"there is no command {' '.join([*names, words[0]])}"
        click, names, words = click.commands[words[0]], [*names, words[0]], words[1:]
    return click, " ".join(names), words


@pytest.mark.parametrize("line", MANYHANDS, ids=str)
def test_a_command_line_names_a_command_and_options_that_exist(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MANYHANDS_BY", raising=False)
    if "MANYHANDS_BY" in text_of(line.page):
        monkeypatch.setenv("MANYHANDS_BY", "Person A")  # the page says that it is set
    words = shlex.split(line.text, comments=True)[1:]
    if words in (["-h"], ["--help"]):
        return
    click, name, left = resolved(words)
    if line.whole:
        try:
            click.make_context(name, left)
        except TyperException as error:
            pytest.fail(f"{line}: {error}")
        return
    known = {option for param in click.params for option in (*param.opts, *param.secondary_opts)}
    assert {word.partition("=")[0] for word in left if word.startswith("-")} <= {*known, "-h", "--help"}


@pytest.mark.parametrize("line", MAKE, ids=str)
def test_a_make_target_that_a_page_names_exists(line: Line) -> None:
    targets = re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert shlex.split(line.text, comments=True)[1] in targets


PLACES = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|Users|private|mnt|var)/|(?<![\w.])~/|[A-Z]:\\")
REGISTRIES = re.compile(
    r"pypi\.|pythonhosted|index-url|artifactory|proxy\.golang|localhost|127\.0\.0\.1", re.IGNORECASE
)


@pytest.mark.parametrize("page", [*PAGES, *CHANGES, DOCS / "libraries.toml"], ids=name_of)
def test_no_page_tells_of_one_machine(page: Path) -> None:
    assert not PLACES.search(text_of(page)), "a path of somebody's machine"
    assert not REGISTRIES.search(text_of(page)), "the address of a registry"


@pytest.mark.parametrize("page", sorted((DOCS / "explain").glob("*.md")), ids=name_of)
def test_an_explanation_ends_with_what_we_do_not_know(page: Path) -> None:
    assert re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)[-1] == "What we do not know"


def test_notes_of_changes_are_numbered_without_a_gap() -> None:
    notes = [note.name for note in CHANGES if note.name != "README.md"]
    assert [note[:5] for note in notes] == [f"{number:04d}-" for number in range(1, len(notes) + 1)]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", note) for note in notes)
