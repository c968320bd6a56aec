"""Who may do what, by the command line: whoever may not is told so before anything is looked at or written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from manyhands.actions.roles import MAY, ROLES
from manyhands.actions.studio import Studio, new, person
from manyhands.core.hand import person as hand
from tests.cli.test_shapes import ME, WITHOUT, words_of
from tests.doors import here

DIRECTOR, SOMEBODY = hand("Person A"), hand("Person B")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A production in which nothing is yet, so that whoever may do something is told that it is not there."""
    folder = tmp_path_factory.mktemp("roles")
    opened = new(folder / "film", DIRECTOR)
    for shot in ("sh010", "sh030", "sh050"):
        (folder / f"film/takes/{shot}/{shot}-none").mkdir(parents=True)
    yield opened
    opened.close()


ACTS = {
    "source add": "source", "source terms": "terms", "shot add": "shot", "models add": "model",
    "models check": "look", "models remove": "model", "consent add": "consent", "consent revoke": "revoke",
    "people add": "party", "people forget": "forget", "people seen": "seen", "people nobody": "seen",
    "rights grant": "grant", "rights allow": "allow", "rights revoke": "revoke", "policy use": "policy",
    "policy say": "say", "policy check": "check", "policy approve": "approve", "take show": "look",
    "task add": "task", "time add": "time", "time back": "time", "time compare": "time", "wages book": "wages",
    "wages card": "wages",
    "ledger list": "ledger", "ledger reverse": "reverse", "ledger pay": "pay", "ledger share": "royalties",
    "invite": "person", "unshare": "share", "take comment": "comment",
    "ledger measure": "measure", "ledger recompute": "look", "policy papers": "papers", "rights reteach": "run",
    "task acknowledge": "acknowledge", "task bid": "task", "task done": "time", "task override": "override",
    "time suggest": "time", "ledger export": "ledger", "sent": "look", "taught": "look",
}  # fmt: skip
"""The row of the table behind each command that is not called as its row is."""


def asking(folder: Path) -> dict[str, list[object]]:
    """The commands that somebody does, and does in a production that there is, as Person B says them."""
    said = {" ".join(words): [*words, *given] for words, given in words_of(folder).items() if words not in WITHOUT}
    return {name: by_person_b(given) for name, given in said.items() if ME[0] in given}


def by_person_b(words: list[object]) -> list[object]:
    """The same, said by Person B."""
    at = words.index(ME[0])
    return [*words[: at + 1], "Person B", *words[at + 2 :]]


def test_every_command_by_somebody_has_a_row_and_every_row_but_these_a_command(studio: Studio) -> None:
    rows = {ACTS.get(name, name) for name in asking(studio.folder.parent)}
    assert rows == set(MAY) - {"adjust", "undo"}  # which are `propose --like`


@pytest.mark.parametrize("role", ROLES)
def test_a_command_is_refused_to_whom_the_table_refuses_it(role: str, studio: Studio) -> None:
    person(studio, DIRECTOR, SOMEBODY, roles=(role,))
    for name, words in asking(studio.folder.parent).items():
        if role not in MAY[ACTS.get(name, name)]:
            logged = studio.production.head()
            error = here(*words, "--json").refused("RoleError")
            assert "Person B" in error["what"], name
            assert studio.production.head() == logged


def test_a_stranger_is_refused_every_command(studio: Studio) -> None:
    for words in asking(studio.folder.parent).values():
        given = ["Person Z" if word == "Person B" else word for word in words]
        assert "is not a member of this production" in here(*given, "--json").refused("RoleError")["what"]
