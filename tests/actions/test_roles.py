"""Who may do what: the table of roles, cell by cell, by the acts themselves."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from manyhands.actions import (
    accounts,
    adjusting,
    books,
    cards,
    comments,
    compared,
    consents,
    decisions,
    delivery,
    facts,
    filmpage,
    frames,
    gate,
    intake,
    invitations,
    labour,
    measuring,
    mine,
    models,
    orders,
    painters,
    painting,
    papers,
    people,
    policies,
    proposals,
    replaced,
    reteaching,
    revocation,
    rights,
    royalties,
    shares,
    spending,
    studio,
    suggestions,
    takes,
    taught,
)
from manyhands.actions.roles import MAY, ROLES
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, ManyhandsError, RoleError
from manyhands.core.hand import Hand, person
from manyhands.propose.here import Here
from manyhands.rights import terms_named
from tests.databases import on_both

pytestmark = on_both

DIRECTOR, SOMEBODY = person("Person A"), person("Person B")
EVERYBODY = "director producer ai_supervisor creative_technologist ml_editor artist contributor guest"
MAKERS = "director producer ai_supervisor creative_technologist ml_editor artist"
HEADS = "director producer ai_supervisor"

# Written out again, by the production's custom: who decides and lets out, who makes, who only looks.
ALLOWED = {
    "look": EVERYBODY,
    "propose": MAKERS,
    "adjust": MAKERS,
    "undo": MAKERS,
    "run": MAKERS,
    "agree": HEADS,
    "cap": "director producer",
    "shot": MAKERS,
    "source": f"{MAKERS} contributor",
    "terms": "director producer",
    "consent": "director producer",
    "revoke": f"{MAKERS} contributor",
    "grant": "director producer",
    "party": "director producer",
    "forget": "director producer",
    "seen": f"{MAKERS} contributor",
    "allow": f"{MAKERS} contributor",
    "comment": f"{MAKERS} contributor",
    "decide": HEADS,
    "deliver": HEADS,
    "disclose": f"{HEADS} creative_technologist ml_editor",
    "person": "director producer",
    "share": HEADS,
    "model": f"{HEADS} creative_technologist",
    "policy": HEADS,
    "say": MAKERS,
    "check": MAKERS,
    "approve": "director producer",
    "papers": f"{HEADS} creative_technologist ml_editor",
    "ledger": "director producer",
    "measure": HEADS,
    "pay": "producer",
    "reverse": "director producer",
    "royalties": "producer",
    "task": HEADS,
    "acknowledge": f"{MAKERS} contributor",
    "override": "producer",
    "time": f"{MAKERS} contributor",
    "wages": "producer",
    "statement": "director producer",
}

# Each act on things that do not exist: whoever may do it is told so, whoever may not is told that first.
ACTS: dict[str, Callable[[Studio, Hand, Path], object]] = {
    "look": lambda studio_, by, folder: takes.look(studio_, by, "none"),
    "propose": lambda studio_, by, folder: proposals.propose(studio_, by, "none", "smoke"),
    "adjust": lambda studio_, by, folder: adjusting.adjust(studio_, by, "none", "literal", ["a.b=1"], why="so"),
    "undo": lambda studio_, by, folder: adjusting.undo(studio_, by, "none", "literal"),
    "run": lambda studio_, by, folder: takes.run(studio_, by, "none", "none"),
    "agree": lambda studio_, by, folder: spending.agree(studio_, by, "none", "none"),
    "cap": lambda studio_, by, folder: spending.cap(studio_, by, most_minor=-1),
    "shot": lambda studio_, by, folder: intake.shot(studio_, by, "none"),
    "source": lambda studio_, by, folder: intake.source(
        studio_, by, folder / "none.mov", owner="", terms=terms_named("own", credit="")
    ),
    "terms": lambda studio_, by, folder: intake.terms(
        studio_, by, "none", owner=None, terms=terms_named("own", credit="")
    ),
    "comment": lambda studio_, by, folder: comments.comment(studio_, by, "none", "thin", first=1001),
    "decide": lambda studio_, by, folder: decisions.decide(studio_, by, "none", "accept", reason="good"),
    "deliver": lambda studio_, by, folder: delivery.deliver(studio_, by, "none", folder / "out"),
    "disclose": lambda studio_, by, folder: delivery.disclose(studio_, by, "none", folder / "out"),
    "person": lambda studio_, by, folder: studio.person(studio_, by, person("Person C"), roles=("no role",)),
    "share": lambda studio_, by, folder: shares.share(studio_, by, ["none"], label="x", days=1),
    "policy": lambda studio_, by, folder: policies.policy(studio_, by, ["none"]),
    "say": lambda studio_, by, folder: facts.say(studio_, by, {"audience_told": "yes"}, why="so", shot_id="none"),
    "check": lambda studio_, by, folder: gate.check(studio_, by, ["none"]),
    "approve": lambda studio_, by, folder: gate.approve(studio_, by, "none", "H1", why="so"),
    "papers": lambda studio_, by, folder: papers.papers(studio_, by, shot_ids=["none"]),
    "consent": lambda studio_, by, folder: consents.consent(
        studio_, by, "Person C", scopes=(), document=folder, about="", signed_on=""
    ),
    "ledger": lambda studio_, by, folder: accounts.export_ledger(studio_, by, folder / "out", format="none"),
    "pay": lambda studio_, by, folder: accounts.pay(
        studio_, by, "Person C", "0", currency="EUR", kind="Wages", about="x"
    ),
    "royalties": lambda studio_, by, folder: royalties.royalties(studio_, by, "0", currency="EUR", about="x"),
    "measure": lambda studio_, by, folder: measuring.measure(studio_, by, "none"),
    "task": lambda studio_, by, folder: labour.task(studio_, by, "", by, role="artist"),
    "acknowledge": lambda studio_, by, folder: replaced.acknowledge(studio_, by, "none", "none"),
    "override": lambda studio_, by, folder: replaced.override(studio_, by, "none", "none", why="x"),
    "time": lambda studio_, by, folder: labour.time(studio_, by, "none", 1, day="2026-01-01"),
    "wages": lambda studio_, by, folder: labour.wages(studio_, by, folder / "none.toml"),
    "reverse": lambda studio_, by, folder: accounts.reverse(studio_, by, "none", why="x"),
    "statement": lambda studio_, by, folder: accounts.statement(studio_, by, "Person C", first_day="", last_day=""),
    "grant": lambda studio_, by, folder: rights.grant(
        studio_, by, work="none", grantor="x", terms=(), about="", signed_on=""
    ),
    "party": lambda studio_, by, folder: people.party(studio_, by, " "),
    "forget": lambda studio_, by, folder: people.forget(studio_, by, "none", why="x"),
    "seen": lambda studio_, by, folder: people.seen(studio_, by, "none", "Person C"),
    "allow": lambda studio_, by, folder: rights.allow(studio_, by, "none", "view", "none", why="x"),
    "revoke": lambda studio_, by, folder: revocation.revoke(studio_, by, "none", why="x"),
    "model": lambda studio_, by, folder: models.model(studio_, by, "none", folder=folder / "none", licence="x"),
}


# Whoever else asks the same row, each with that row.
ALSO: dict[str, tuple[str, Callable[[Studio, Hand, Path], object]]] = {
    "an invitation": ("person", lambda studio_, by, folder: invitations.invite(studio_, by, person("Person C"))),
    "taking a link back": ("share", lambda studio_, by, folder: shares.unshare(studio_, by, "none")),
    "what is shared": ("share", lambda studio_, by, folder: shares.shares(studio_, by)),
    "the film's page": ("disclose", lambda studio_, by, folder: filmpage.disclose_film(studio_, by, folder / "out")),
    "a frame of a plate": ("look", lambda studio_, by, folder: frames.plate_picture(studio_, by, "none", 1001)),
    "a frame of a take": ("look", lambda studio_, by, folder: frames.take_picture(studio_, by, "none", 1001, "take")),
    "whose pixel": ("look", lambda studio_, by, folder: frames.hands_at(studio_, by, "none", 1001, 0.5, 0.5)),
    "stopping an order": ("run", lambda studio_, by, folder: orders.stop(studio_, by, "none")),
    "moving pictures": ("propose", lambda studio_, by, folder: proposals.preview(studio_, by, "none", [])),
    "a small look": ("adjust", lambda studio_, by, folder: adjusting.draft(studio_, by, "none", "x", [], scale=0.25)),
    "doing again": ("undo", lambda studio_, by, folder: adjusting.redo(studio_, by, "none", "literal")),
    "what may be added": ("adjust", lambda studio_, by, folder: adjusting.addable(studio_, by, "none", "x")),
    "bringing data": ("source", lambda studio_, by, folder: intake.data(
        studio_, by, folder / "none.csv", owner="", terms=terms_named("own")
    )),
    "keeping a rate card": ("wages", lambda studio_, by, folder: cards.keep_card(studio_, by, "", {})),
    "keeping a card's file": ("wages", lambda studio_, by, folder: cards.keep_card_file(studio_, by, folder / "none")),
    "the rate cards": ("ledger", lambda studio_, by, folder: cards.cards(studio_, by)),
    "who taught a model": ("look", lambda studio_, by, folder: painters.taught_by_several(studio_, by)),
    "what was published": ("look", lambda studio_, by, folder: painters.published_file(studio_, by, "none")),
    "what was taught again": ("look", lambda studio_, by, folder: reteaching.retaught(studio_, by, "none")),
    "a page of entries": ("ledger", lambda studio_, by, folder: books.page(studio_, by)),
    "balances": ("ledger", lambda studio_, by, folder: books.balances_now(studio_, by)),
    "what waits for somebody": ("look", lambda studio_, by, folder: mine.waits_for(studio_, by)),
    "a list of entries": ("ledger", lambda studio_, by, folder: accounts.ledger(studio_, by)),
    "one's own statement": ("look", lambda studio_, by, folder: accounts.statement(
        studio_, by, by.name, first_day="", last_day=""
    )),
    "taking hours back": ("time", lambda studio_, by, folder: labour.take_back_time(studio_, by, "none", why="x")),
    "before and after": ("time", lambda studio_, by, folder: compared.compare(studio_, by)),
    "a bid anew": ("task", lambda studio_, by, folder: labour.bid(studio_, by, "none", 60, why="x")),
    "a task done": ("time", lambda studio_, by, folder: labour.done(studio_, by, "none")),
    "suggested hours": ("time", lambda studio_, by, folder: suggestions.suggest_time(studio_, by, first_day="x")),
    "one subset again": ("look", lambda studio_, by, folder: measuring.recompute(studio_, by, "none", ())),
    "teaching again": ("run", lambda studio_, by, folder: reteaching.reteach(studio_, by, "none", without="x")),
    "removing a model": ("model", lambda studio_, by, folder: models.remove_model(studio_, by, "none")),
    "checking a model": ("look", lambda studio_, by, folder: models.check_model(studio_, by, "none")),
    "nobody is seen": ("seen", lambda studio_, by, folder: people.nobody(studio_, by, "none", why="x")),
    "what was sent": ("look", lambda studio_, by, folder: spending.sent(studio_, by, "none", "none")),
    "pointing at a place": ("adjust", lambda studio_, by, folder: proposals.propose(
        studio_, by, "none", "smoke", here=Here(1, ())
    )),
    "painting a frame": ("source", lambda studio_, by, folder: painting.paint(studio_, by, "none", 1, b"")),
    "what was painted": ("look", lambda studio_, by, folder: painting.painted(studio_, by, "none")),
    "a painted frame": ("look", lambda studio_, by, folder: painting.painting(studio_, by, "none", 1)),
    "taking a painted frame away": ("source", lambda studio_, by, folder: painting.unpaint(studio_, by, "none", 1)),
    "how a lesson goes": ("look", lambda studio_, by, folder: painting.learning(studio_, by, "none", "literal")),
    "teaching": ("propose", lambda studio_, by, folder: painting.teach(studio_, by, "none")),
    "what a model learned": ("look", lambda studio_, by, folder: taught.taught(studio_, by, "none", "literal")),
}  # fmt: skip
ROWS = {**{act: (act, tried) for act, tried in ACTS.items()}, **ALSO}


@pytest.fixture(scope="module")
def film(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    opened = studio.new(tmp_path_factory.mktemp("film") / "film", DIRECTOR)
    yield opened
    opened.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ROWS)
def test_a_role_may_do_what_the_table_says_and_nothing_else(name: str, role: str, film: Studio, tmp_path: Path) -> None:
    act, tried = ROWS[name]
    studio.person(film, DIRECTOR, SOMEBODY, roles=(role,))
    logged = film.production.head()
    refused = told_by(tried, film, SOMEBODY, tmp_path)
    assert isinstance(refused, RoleError) == (role not in ALLOWED[act].split())
    if isinstance(refused, RoleError):
        assert "Person B" in refused.what
        assert all(able in refused.what for able in ALLOWED[act].split())
        assert "manyhands person" in refused.fix
    assert film.production.head() == logged
    assert list(tmp_path.iterdir()) == []


def told_by(tried: Callable[[Studio, Hand, Path], object], film: Studio, by: Hand, folder: Path) -> Exception | None:
    """What somebody is told who tries something; nothing where there was only something to read."""
    try:
        tried(film, by, folder)
    except ManyhandsError as told:
        return told
    return None


def test_every_row_of_the_table_is_tried_and_every_column_is_a_role() -> None:
    assert set(MAY) == set(ACTS) == set(ALLOWED)
    assert set().union(*MAY.values()) == set(ROLES) == set(EVERYBODY.split())


def test_everything_that_asks_for_a_role_is_tried(
    film: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: set[tuple[str, str, str]] = set()

    def note(self: Studio, by: Hand, act: str) -> None:
        code = sys._getframe(1).f_code
        tried.add((Path(code.co_filename).stem, code.co_name, act))

    monkeypatch.setattr(Studio, "check", note)
    for _, one in ROWS.values():
        told_by(one, film, DIRECTOR, tmp_path)
    assert tried == set(asking())


def asking() -> Iterator[tuple[str, str, str]]:
    """Every place in the acts that asks for a role: file, function and row."""
    for path in Path(studio.__file__).parent.glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    match call:
                        case ast.Call(
                            func=ast.Attribute(value=ast.Name(id="studio"), attr="check"),
                            args=[ast.Name(id="by"), ast.Constant(value=str() as act)],
                        ):
                            yield path.stem, function.name, act


def test_nothing_that_somebody_does_goes_without_asking_for_a_role() -> None:
    """Of what takes ``by``: what is called by an act that has asked already stands here."""
    within = {
        "recorded", "has_accepted", "gate", "checked", "checks", "accounted_for", "book", "was_shown", "shown_of",
        "new", "enter_or_start", "dossier_of", "film_of", "hours_of", "intake_of", "grant_of", "submit_time",
        "cue_lines", "order", "draft",
    }  # fmt: skip
    asks = {function for _, function, _ in asking()}
    for path in Path(studio.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
                assert "by" not in named or node.name in asks | within, f"{path.stem}.{node.name}"


@pytest.mark.parametrize("name", ROWS)
def test_a_stranger_may_do_nothing(name: str, film: Studio, tmp_path: Path) -> None:
    with pytest.raises(RoleError, match="Person Z is not a member of this production"):
        ROWS[name][1](film, person("Person Z"), tmp_path)


def test_several_roles_may_do_what_any_of_them_may(film: Studio) -> None:
    studio.person(film, DIRECTOR, SOMEBODY, roles=("guest", "ai_supervisor"))
    film.check(SOMEBODY, "decide")
    with pytest.raises(RoleError, match="Person B is guest and ai_supervisor here"):
        film.check(SOMEBODY, "terms")


def test_a_role_that_does_not_exist_is_named_with_those_that_do(film: Studio) -> None:
    with pytest.raises(InputError, match=r"role: king does not exist. It must be one of director, producer"):
        studio.person(film, DIRECTOR, SOMEBODY, roles=("king",))


def test_who_starts_a_production_directs_and_produces_it(film: Studio) -> None:
    for act in MAY:
        film.check(DIRECTOR, act)
