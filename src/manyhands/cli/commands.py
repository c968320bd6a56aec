"""The commands, thin: they read words and flags, call one act, and print what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from manyhands.cli.consents import consents
from manyhands.cli.labour import hours, tasks, wages
from manyhands.cli.models import models
from manyhands.cli.money import ledger, statement
from manyhands.cli.options import (
    CORES,
    HERE,
    Agree,
    By,
    Confirm,
    Credit,
    Folder,
    Format,
    Hosted,
    Json,
    MadeBy,
    Media,
    Most,
    Own,
    Owner,
    PaintedBy,
    Proposal,
    Rate,
    SeedOfRun,
    SendAgain,
    ShownFrom,
    ShownUntil,
    Space,
    TermsName,
    Territory,
    WholeFrames,
    WhyWider,
    Workers,
)
from manyhands.cli.people import people
from manyhands.cli.policies import policy
from manyhands.cli.rights import rights
from manyhands.cli.show import bar, clock, percent, show, table
from manyhands.cli.team import invite, share, unshare

if TYPE_CHECKING:
    from manyhands.actions.studio import Studio
    from manyhands.core.hand import Hand
    from manyhands.core.source import Terms

app = typer.Typer(
    name="manyhands",
    help="AI proposes, named people decide, and every pixel knows whose hands made it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 2 wrong usage, 3 and up see docs/reference/errors.md, 130 stopped.",
)
sources = typer.Typer(help="Bring footage in, and say whose it is and under which terms.", no_args_is_help=True)
shots = typer.Typer(help="Shots on plates.", no_args_is_help=True)
takes = typer.Typer(help="Look at takes.", no_args_is_help=True)
log = typer.Typer(help="The append-only log.", no_args_is_help=True)
app.add_typer(sources, name="source")
app.add_typer(shots, name="shot")
app.add_typer(takes, name="take")
app.add_typer(log, name="log")
app.add_typer(models, name="models")
app.add_typer(policy, name="policy")
app.add_typer(consents, name="consent")
app.add_typer(tasks, name="task")
app.add_typer(hours, name="time")
app.add_typer(wages, name="wages")
app.add_typer(ledger, name="ledger")
app.command("statement")(statement)
app.command("invite")(invite)
app.command("share")(share)
app.command("unshare")(unshare)
app.add_typer(people, name="people")
app.add_typer(rights, name="rights")


@app.command()
def new(
    folder: Path,
    by: By,
    name: Annotated[str, typer.Option(help="What it is called.")] = "",
    database: Annotated[
        str,
        typer.Option(
            help="Its tables lie in PostgreSQL, at postgresql://NAME@HOST/DATABASE; the password in PGPASSWORD."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Start a production in a folder; you are its director and producer."""
    from manyhands.actions import studio as acts

    studio = acts.new(folder, person(by), name=name, database=database)
    show({"folder": str(folder), "name": studio.name}, as_json=json, text=f"Production {studio.name} is in {folder}.")


@app.command()
def studio(
    production: Folder = HERE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
    by: Annotated[str, typer.Option("--by", envvar="MANYHANDS_BY", help="Who sits at it; it asks otherwise.")] = "",
    workers: Workers = CORES,
    team: Annotated[bool, typer.Option("--team", help="With accounts, for several people.")] = False,
    host: Annotated[str, typer.Option(help="The address to listen at; another than this machine's takes --team.")] = "",
    name: Annotated[list[str] | None, typer.Option("--name", help="How browsers call it, as studio.example.")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy in front ends TLS.")] = False,
) -> None:
    """Open the studio in the browser, on this machine: no account, no network; or for a team, with accounts."""
    from manyhands.web.serve import HOST, LOOPBACK, serve, serve_team

    if not team:
        if host not in ("", *LOOPBACK) or name or behind_proxy:
            raise _alone()
        serve(production, person=by, port=port, workers=workers, shows=browser, said=_told)
        return
    serve_team(
        production, person=by, host=host or HOST, port=port, names=tuple(name or ()), behind_proxy=behind_proxy,
        workers=workers, said=_said, warned=_warned,
    )  # fmt: skip


def _told(address: str) -> None:
    _said(f"The studio is at {address}")
    _said("Ctrl-C closes it; what is being made goes on.")


def _said(line: str) -> None:
    from manyhands.cli.show import out

    out.print(line, markup=False, soft_wrap=True)


def _warned(line: str) -> None:
    typer.echo(line, err=True)


def _alone() -> Exception:
    from manyhands.core.errors import InputError

    return InputError("studio: only one for a team is opened to others.", "Say --team: everybody then has an account.")


@app.command(name="person")
def person_(
    who: str,
    role: Annotated[list[str], typer.Option("--role", help="May be given several times.")],
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Give somebody a role in the production."""
    from manyhands.actions import studio as acts

    member = acts.person(entered(production), person(by), person(who), roles=tuple(role))
    show(member, as_json=json, text=f"{who} is {' and '.join(member.roles)}.")


@sources.command("add")
def source_add(
    path: Path,
    by: By,
    production: Folder = HERE,
    own: Own = False,
    terms: TermsName = "",
    credit: Credit = "",
    owner: Owner = "",
    hosted: Hosted = False,
    title: Annotated[str, typer.Option(help="What it is called.")] = "",
    colour_space: Space = None,
    rate: Rate = None,
    whole_frames: WholeFrames = False,
    role: Annotated[
        Literal["matte", "painted", "clean", "edit"] | None,
        typer.Option(
            "--as", help="What it is for a shot: a matte, a few painted frames, a clean plate, an edit of the plate."
        ),
    ] = None,
    painted_by: PaintedBy = "",
    made_by: MadeBy = "",
    fee: Annotated[int, typer.Option(help="Owed for each delivered shot, in cents.")] = 0,
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "EUR",
    confirm: Confirm = False,
    why: WhyWider = "",
    json: Json = False,
) -> None:
    """Take a movie, a still, an image sequence, a look-up table (.cube) or shapes (.json) in, with its terms.

    What it says of its own rights is read, and its terms are proposed; --confirm takes them.
    """
    from manyhands.actions.intake import data, is_data, source
    from manyhands.cli.intake import intake_found, takes_terms
    from manyhands.cli.tell import footage_told

    stated, whose = stated_terms(own, terms, credit, owner, by, fee, currency, hosted=hosted)
    studio = entered(production)
    confirm = confirm or takes_terms(path, stated, asks=not json)
    if is_data(path):
        read = data(studio, person(by), path, owner=whose, terms=stated, title=title, confirm=confirm, why=why)
        found, lines = intake_found(studio, read)
        text = f"{read.id}: read by makers as {read.title}, terms {read.terms.licence}"
        show({**read.save(), "intake": found}, as_json=json, text="\n".join([text, *lines]))
        return
    brought, footage = source(
        studio,
        person(by),
        path,
        owner=whose,
        terms=stated,
        title=title,
        colour_space=colour_space,
        rate_fps=rational(rate),
        whole_frames=whole_frames,
        role=role or "",
        painted_by=painted_by,
        made_by=made_by,
        confirm=confirm,
        why=why,
    )
    text = f"{brought.id}: {footage_told(footage)}, {footage.colour_space}, terms {brought.terms.licence}"
    text += f", painted by {brought.painted_by}" if brought.painted_by else ""
    text += f", made by {brought.made_by}" if brought.made_by else ""
    found, lines = intake_found(studio, brought)
    value = {**brought.save(), "notes": list(footage.notes), "intake": found}
    show(value, as_json=json, text="\n".join([text, *[f"  note: {note}" for note in footage.notes], *lines]))


@sources.command("terms")
def source_terms(
    source_id: str,
    by: By,
    production: Folder = HERE,
    own: Own = False,
    terms: TermsName = "",
    credit: Credit = "",
    owner: Owner = "",
    hosted: Hosted = False,
    fee: int = 0,
    currency: str = "EUR",
    confirm: Confirm = False,
    why: WhyWider = "",
    json: Json = False,
) -> None:
    """Say whose a source is and under which terms it may be used, or take the terms that its file says."""
    from manyhands.actions.intake import terms as state

    stated, whose = stated_terms(own, terms, credit, owner, by, fee, currency, hosted=hosted)
    changed = state(
        entered(production), person(by), source_id, owner=whose or None, terms=stated, confirm=confirm, why=why
    )
    show(changed, as_json=json, text=f"{source_id}: {changed.terms.licence}, by {changed.owner or 'nobody named'}.")


@sources.command("list")
def source_list(production: Folder = HERE, json: Json = False) -> None:
    """All sources and their terms."""
    from manyhands.core.source import Source

    found = entered(production).production.all(Source)
    rows = [(item.id, item.title, item.owner, item.terms.licence, item.terms.credit) for item in found]
    show(found, as_json=json, text=table(("id", "title", "owner", "terms", "credit"), rows))


@shots.command("add")
def shot_add(
    source_id: str,
    by: By,
    production: Folder = HERE,
    name: Annotated[str, typer.Option("--id", help="Its name, such as sh010.")] = "",
    first: Annotated[int | None, typer.Option(help="First frame of the plate that is used.")] = None,
    last: Annotated[int | None, typer.Option(help="Last frame, included.")] = None,
    json: Json = False,
) -> None:
    """Make a shot on a plate, or on some of its frames."""
    from manyhands.actions.intake import shot

    made = shot(entered(production), person(by), source_id, id_=name, first=first, last=last)
    show(made, as_json=json, text=f"{made.id}: frames {made.span.start} to {made.span.end} of {made.plate}.")


@shots.command("list")
def shot_list(production: Folder = HERE, json: Json = False) -> None:
    """All shots and where they stand."""
    from manyhands.core.shot import Shot

    found = entered(production).production.all(Shot)
    rows = [(item.id, item.plate, str(item.span.length), item.standing, " / ".join(item.notes)) for item in found]
    show(found, as_json=json, text=table(("id", "plate", "frames", "stands", "notes"), rows))


@app.command()
def propose(
    shot_id: str,
    by: By,
    note: Annotated[str, typer.Argument(help="What is to be seen.")] = "",
    production: Folder = HERE,
    revise: Annotated[str, typer.Option(help="The take that the note changes.")] = "",
    element: Annotated[
        list[str] | None, typer.Option(help="A source to lay in where the note says, by its id; once for each.")
    ] = None,
    matte: Annotated[
        list[str] | None, typer.Option(help="A source that is a matte of what the note means, by its id.")
    ] = None,
    painted: Annotated[list[str] | None, typer.Option(help="A source of a few painted frames, by its id.")] = None,
    clean: Annotated[list[str] | None, typer.Option(help="A source that is a clean plate, by its id.")] = None,
    edit: Annotated[list[str] | None, typer.Option(help="A source that is the plate as it came back.")] = None,
    like: Annotated[str, typer.Option(help="Instead of a note: the proposal to set parameters of.")] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="STEP.NAME=VALUE for --like; once for each parameter or input.")
    ] = None,
    adjusted: Annotated[
        list[str] | None,
        typer.Option(
            "--adjust",
            help='For --like, before what is set: "take out STEP", "add MAKER", "move STEP before STEP" (or after), '
            '"reset STEP" or "reset STEP.NAME"; once for each.',
        ),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="The reason for what is set.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="For --like: undo what was set by hand last.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="For --like: do again what was undone last.")] = False,
    changes: Annotated[
        list[int] | None,
        typer.Option("--change", help="With --undo or --redo: this one, by its number."),
    ] = None,
    previews: Annotated[bool, typer.Option(help="Make small moving pictures to choose by.")] = True,
    workers: Workers = CORES,
    json: Json = False,
) -> None:
    """Read a director's note and propose recipes for it; or change a proposal by hand, and undo that."""
    from manyhands.actions.proposals import propose as act
    from manyhands.cli.adjusting import adjust_by_hand, is_by_hand
    from manyhands.cli.tell import proposals_told

    wanted = [*(adjusted or []), *(settings or [])]
    by_hand = is_by_hand(note, like, wanted, undo=undo, redo=redo, changes=changes or [])
    with bar("previews", quiet=json or not previews) as report:
        studio = entered(production, workers=workers, report=report)
        if by_hand:
            answer, offers = adjust_by_hand(
                studio, person(by), shot_id, like, wanted, why=why, undo=undo, redo=redo, changes=changes or [],
                previews=previews,
            )  # fmt: skip
        else:
            answer, offers = act(
                studio,
                person(by),
                shot_id,
                note,
                revise=revise,
                elements=element or [],
                mattes=matte or [],
                painted=painted or [],
                clean=clean or [],
                edits=edit or [],
                previews=previews,
            )
    show({"answer": answer, "offers": offers}, as_json=json, text=proposals_told(answer, offers))


@app.command()
def run(
    shot_id: str,
    proposal: Proposal,
    by: By,
    production: Folder = HERE,
    seed: Annotated[int, typer.Option(min=0, max=2**32, help="Another seed is another plume.")] = 1,
    agree: Agree = False,
    most: Most = "",
    send_again: SendAgain = False,
    workers: Workers = CORES,
    json: Json = False,
) -> None:
    """Make every frame of a proposed recipe; what a stopped run made is kept, and what costs waits for --agree."""
    from manyhands.actions.proposals import answer_to, find_recipe
    from manyhands.actions.takes import run as act
    from manyhands.cli.tell import take_told

    most_minor = minor(most, needs="--agree" if not agree else "")
    with bar(f"{shot_id} {proposal}", quiet=json) as report:
        studio = entered(production, workers=workers, report=report)
        studio.check(person(by), "run")
        recipe = find_recipe(studio, shot_id, proposal)
        answers = answer_to(studio, shot_id, recipe.id).revises
        take = act(
            studio,
            person(by),
            shot_id,
            recipe.id,
            seed=seed,
            answers=answers,
            agree=agree,
            most_minor=most_minor,
            again=send_again,
        )
    show(take, as_json=json, text=take_told(take, None))


@app.command()
def agree(
    shot_id: str,
    proposal: Proposal,
    by: By,
    production: Folder = HERE,
    seed: SeedOfRun = 1,
    most: Most = "",
    send_again: SendAgain = False,
    json: Json = False,
) -> None:
    """Agree to what a run costs at most, so that anybody who may run it can; nothing is sent yet."""
    from manyhands.actions.proposals import find_recipe
    from manyhands.actions.spending import agree as act
    from manyhands.core.currency import money

    studio = entered(production)
    studio.check(person(by), "agree")
    recipe = find_recipe(studio, shot_id, proposal)
    agreed = act(studio, person(by), shot_id, recipe.id, seed=seed, most_minor=minor(most), again=send_again)
    told = [line for quote in agreed.quotes.values() for line in quote.told()]
    text = f"{by} agrees to at most {money(agreed.most_minor, agreed.currency)}:\n  " + "\n  ".join(told)
    show(agreed, as_json=json, text=text)


@app.command()
def sent(
    shot_id: str,
    proposal: Proposal,
    by: By,
    production: Folder = HERE,
    seed: SeedOfRun = 1,
    json: Json = False,
) -> None:
    """What a run has asked hosted services for, when, and how that stands, also while it runs."""
    from manyhands.actions.proposals import find_recipe
    from manyhands.actions.spending import sent as act

    studio = entered(production)
    studio.check(person(by), "look")
    found = act(studio, person(by), shot_id, find_recipe(studio, shot_id, proposal).id, seed=seed)
    rows = [
        (
            one.asked_at,
            one.model,
            one.status,
            one.task or "its answer was lost",
            str(one.credits_most),
            "open" if one.credits is None else str(one.credits),
        )
        for one in found
    ]
    text = table(("asked at", "model", "stands", "task", "at most", "credits"), rows) if rows else "Nothing was sent."
    show(found, as_json=json, text=text)


@app.command()
def cap(
    most_usd: Annotated[str, typer.Argument(help="The most in all, in USD, as 250 or 99.50.")],
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say how much the production may spend on hosted services in all."""
    from manyhands.actions.spending import cap as act
    from manyhands.actions.spending import committed
    from manyhands.core.currency import money

    studio = entered(production)
    found = act(studio, person(by), most_minor=minor(most_usd) or 0)
    spent = money(committed(studio), found.currency)
    text = f"At most {money(found.most_minor, found.currency)} in all; {spent} are spent or bound."
    show(found, as_json=json, text=text)


@app.command()
def taught(
    shot_id: str,
    proposal: Proposal,
    by: By,
    production: Folder = HERE,
    seed: SeedOfRun = 1,
    json: Json = False,
) -> None:
    """What a model learned from painted frames: a picture while it learns, then how well, and what to paint next."""
    from manyhands.actions.taught import taught as act

    found = act(entered(production), person(by), shot_id, proposal, seed=seed)
    text = "\n".join(f"{one.words}\nPicture: {one.picture}" for one in found)
    show(found, as_json=json, text=text)


@takes.command("show")
def take_show(take_id: str, by: By, production: Folder = HERE, json: Json = False) -> None:
    """A take's contact sheet, preview, hands in colour, and figures; the log keeps who was shown it (not by --json)."""
    from manyhands.actions.takes import look
    from manyhands.cli.tell import take_told

    take, looks = look(entered(production), person(by), take_id, shown=not json)
    show({"take": take, "looks": looks}, as_json=json, text=take_told(take, looks))


@takes.command("list")
def take_list(
    shot_id: Annotated[str | None, typer.Argument()] = None, production: Folder = HERE, json: Json = False
) -> None:
    """All finished takes, or those of one shot."""
    from manyhands.actions.decisions import decisions
    from manyhands.actions.takes import takes as every

    studio = entered(production)
    found = every(studio, shot_id)
    last = {item.take: item.verdict for shot in {take.shot for take in found} for item in decisions(studio, shot)}
    rows = [
        (
            item.id,
            item.recipe,
            str(item.seed),
            percent(1_000_000 - item.extent.of("camera")),
            clock(item.seconds),
            last.get(item.id, "open"),
        )
        for item in found
    ]
    show(found, as_json=json, text=table(("id", "recipe", "seed", "not camera", "took", "verdict"), rows))


@takes.command("comment")
def take_comment(
    take_id: str,
    text: Annotated[str, typer.Argument(help="What you say.")],
    frame: Annotated[int, typer.Option(help="The frame that it is about.")],
    by: By,
    until: Annotated[int | None, typer.Option(help="The last frame that it is about.")] = None,
    answers: Annotated[str, typer.Option(help="The comment that it answers, by its id.")] = "",
    settles: Annotated[bool, typer.Option("--settles", help="What that one wants is done.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say something of a frame or some frames of a take; the studio in the browser draws as well."""
    from manyhands.actions.comments import comment as act

    made = act(
        entered(production), person(by), take_id, text, first=frame, last=until, answers=answers, settles=settles
    )
    show(made, as_json=json, text=f"{made.id}: on frame {made.first}, by {by}.")


@takes.command("untouched")
def take_untouched(
    take_id: str,
    master: Annotated[
        Path | None, typer.Option(help="Hold a delivered EXR sequence, its folder, in the place of the take's frames.")
    ] = None,
    production: Folder = HERE,
    workers: Workers = CORES,
    json: Json = False,
) -> None:
    """Prove which pixels of a take are the camera's, bit for bit: every tile is held against the plate anew."""
    from manyhands.actions.untouched import untouched as act
    from manyhands.cli.tell import untouched_told
    from manyhands.core.errors import TrustError

    with bar(f"{take_id} untouched", quiet=json) as report:
        found = act(entered(production, workers=workers, report=report), take_id, master=master)
    show(found, as_json=json, text=untouched_told(found))
    if found.faults:
        raise typer.Exit(TrustError.exit_code)


@app.command()
def decide(
    take_id: str,
    verdict: Annotated[Literal["accept", "revise", "reject"], typer.Argument()],
    why: Annotated[str, typer.Option("--why", help="The reason; the record is nothing without it.")],
    by: By,
    note: Annotated[str, typer.Option(help="What to change, for a revise.")] = "",
    unseen: Annotated[bool, typer.Option(help="I have not looked at the take, though I was shown it.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Accept, send back or reject a take, with a reason; without `take show` before it, the record says unseen."""
    from manyhands.actions.decisions import decide as act
    from manyhands.cli.tell import decision_told

    decision = act(entered(production), person(by), take_id, verdict, reason=why, note=note, unseen=unseen)
    show(decision, as_json=json, text=decision_told(decision))


@app.command()
def deliver(
    shot_id: str,
    by: By,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the master and its papers go.")] = Path("out"),
    format: Format = "",
    territory: Territory = None,
    media: Media = None,
    first: ShownFrom = "",
    until: ShownUntil = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Write the accepted take as a signed master with its disclosure, and verify what was written."""
    from manyhands.actions.delivery import deliver as act
    from manyhands.cli.tell import delivery_told
    from manyhands.core.showing import read_showing

    showing = read_showing(territory or (), media or (), first_day=first, last_day=until)
    delivery = act(entered(production), person(by), shot_id, out, format=format, showing=showing)
    show(delivery, as_json=json, text=delivery_told(delivery))


@app.command()
def disclose(
    by: By,
    shot_id: Annotated[str, typer.Argument(help="The shot; with --film, every one that was delivered.")] = "",
    film: Annotated[bool, typer.Option("--film", help="One page of every delivered shot, with totals.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o")] = Path("out"),
    territory: Territory = None,
    media: Media = None,
    first: ShownFrom = "",
    until: ShownUntil = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Write the page for the audience, its data and the cue sheet, without a master; or one page of the whole film."""
    from manyhands.actions.delivery import disclose as act
    from manyhands.actions.filmpage import disclose_film
    from manyhands.core.errors import InputError
    from manyhands.core.showing import read_showing

    showing = read_showing(territory or (), media or (), first_day=first, last_day=until)
    if film:
        if territory or media or first or until:
            raise InputError(
                "disclose: every shot of a film has the showing that it was delivered for.", "Leave that out."
            )
        written = disclose_film(entered(production), person(by), out, shot_ids=[shot_id] if shot_id else [])
    elif shot_id:
        written = act(entered(production), person(by), shot_id, out, showing=showing)
    else:
        raise InputError("disclose: no shot is named.", "Name one, or add --film for all that were delivered.")
    show([str(path) for path in written], as_json=json, text="\n".join(map(str, written)))


@app.command()
def verify(
    file: Path,
    sidecar: Annotated[Path | None, typer.Option(help="Its .c2pa file, where it lies elsewhere.")] = None,
    root: Annotated[Path | None, typer.Option(help="The root certificate to trust; get it another way.")] = None,
    production: Annotated[
        Path | None,
        typer.Option("--production", "-p", help="Hold it against its production: root, log, frames."),
    ] = None,
    json: Json = False,
) -> None:
    """Say whether a file is what its makers signed, who they are, and what they say of it."""
    from manyhands.actions.verification import verify as act
    from manyhands.cli.tell import report_told
    from manyhands.core.errors import TrustError

    report = act(file, sidecar=sidecar, production=production, root=root)
    show(report, as_json=json, text=report_told(report))
    if not report.is_sound:
        raise typer.Exit(TrustError.exit_code)


@app.command()
def makers(name: Annotated[str, typer.Argument()] = "", json: Json = False) -> None:
    """All makers, or one with its parameters and the words it answers to."""
    from manyhands.cli.tell import maker_told, makers_told
    from manyhands.makers import all_makers, find_maker

    if name:
        found = find_maker(name)
        show(maker_shape(found), as_json=json, text=maker_told(found))
    else:
        every = list(all_makers().values())
        show([maker_shape(item) for item in every], as_json=json, text=makers_told(every))


@log.command("verify")
def log_verify(production: Folder = HERE, json: Json = False) -> None:
    """Find every edited, missing or foreign line, and every noun that differs from what was logged."""
    from manyhands.core.errors import TrustError
    from manyhands.store.production import inspect_production

    opened = inspect_production(production)
    faults, lines = opened.faults(), opened.head().number
    told = [f"line {fault.line}: {fault.what}" for fault in faults]
    text = "\n".join([*told, f"{len(faults)} faults."]) if faults else f"{lines} lines, every one as it was written."
    show({"lines": lines, "faults": faults}, as_json=json, text=text)
    if faults:
        raise typer.Exit(TrustError.exit_code)


@log.command("list")
def log_list(production: Folder = HERE, json: Json = False) -> None:
    """Who did what, when."""
    rows = entered(production).production.log()
    told = [(str(row.number), row.at, row.by, row.act, row.about) for row in rows]
    value = [dict(zip(("number", "at", "by", "act", "about"), line, strict=True)) for line in told]
    show(value, as_json=json, text=table(("line", "at", "by", "act", "about"), told))


@app.command()
def make(
    plate: Path,
    note: str,
    by: By,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results go.")] = Path("out"),
    production: Annotated[
        Path | None, typer.Option("--production", "-p", help="Its folder; by default OUT/production.")
    ] = None,
    own: Own = False,
    terms: TermsName = "",
    credit: Credit = "",
    owner: Owner = "",
    colour_space: Space = None,
    rate: Rate = None,
    whole_frames: WholeFrames = False,
    element: Annotated[
        list[Path] | None, typer.Option(help="A movie, still or sequence to lay in where the note says; once for each.")
    ] = None,
    matte: Annotated[
        list[Path] | None, typer.Option(help="A matte of what the note means: a movie, still or sequence.")
    ] = None,
    painted: Annotated[
        list[Path] | None, typer.Option(help="A folder of a few painted frames, such as matte.1001.png.")
    ] = None,
    clean: Annotated[
        list[Path] | None, typer.Option(help="A clean plate: a movie, a sequence, or a still such as clean.1013.png.")
    ] = None,
    edit: Annotated[
        list[Path] | None, typer.Option(help="The plate as a model or a person gave it back; only what changed counts.")
    ] = None,
    painted_by: PaintedBy = "",
    made_by: MadeBy = "",
    element_terms: Annotated[
        str,
        typer.Option(
            help="Terms of all that is brought in beside the plate, as for --terms; by default --own holds for it too."
        ),
    ] = "",
    element_owner: Annotated[str, typer.Option(help="Whose that is, as credits name them.")] = "",
    choose: Annotated[str, typer.Option(help="Which proposals to run: literal, or restrained,bold, or all.")] = "",
    accept: Annotated[bool, typer.Option(help="Accept the take unseen, as a script does; the record says so.")] = False,
    why: Annotated[str, typer.Option("--why", help="The reason for --accept and --say.")] = "",
    say: Annotated[
        list[str] | None, typer.Option(help="What rules ask of the shot, as NAME=yes or NAME=no: policy say.")
    ] = None,
    nobody: Annotated[
        str, typer.Option(help="Nobody recognisable is seen, and why you say so; where a model drew, somebody has to.")
    ] = "",
    hosted: Hosted = False,
    agree: Agree = False,
    most: Most = "",
    send_again: SendAgain = False,
    seed: Annotated[int, typer.Option(min=0, max=2**32)] = 1,
    format: Format = "",
    workers: Workers = CORES,
    json: Json = False,
) -> None:
    """From a plate and a director's note to a signed, disclosed effects shot."""
    from manyhands.cli.make import Wish, make_shot

    wish = Wish(
        plate=plate,
        note=note,
        by=by,
        out=out,
        production=production or out / "production",
        own=own,
        terms=terms,
        credit=credit,
        owner=owner,
        colour_space=colour_space,
        rate_fps=rational(rate),
        whole_frames=whole_frames,
        brought=(
            *(("", path) for path in element or ()),
            *(("matte", path) for path in matte or ()),
            *(("painted", path) for path in painted or ()),
            *(("clean", path) for path in clean or ()),
            *(("edit", path) for path in edit or ()),
        ),
        painted_by=painted_by,
        made_by=made_by,
        element_terms=element_terms,
        element_owner=element_owner,
        choose=choose,
        accept=accept,
        why=why,
        say=tuple(say or ()),
        nobody=nobody,
        hosted=hosted,
        agree=agree,
        most_minor=minor(most, needs="--agree" if not agree else ""),
        send_again=send_again,
        seed=seed,
        format=format,
        workers=workers,
        json=json,
    )
    make_shot(wish)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o")] = Path("out"),
    plate: Annotated[Path | None, typer.Option(help="Your own footage instead of the photograph.")] = None,
    note: Annotated[str, typer.Option(help="Your own note.")] = "",
    own: Annotated[bool, typer.Option("--own", help="I shot that footage, and everything in it may be used.")] = False,
    by: Annotated[str, typer.Option("--by", envvar="MANYHANDS_BY")] = "",
    workers: Workers = CORES,
    json: Json = False,
) -> None:
    """The whole job on a real photograph, step by step: a pagoda on fire under a darker sky."""
    from manyhands.cli.make import demonstrate

    demonstrate(out, plate=plate, note=note, own=own, by=by, workers=workers, json=json)


def person(name: str) -> Hand:
    """The hand of the person who sits at the terminal."""
    from manyhands.core.errors import InputError
    from manyhands.core.hand import person as named

    if not name.strip():
        raise InputError("by: the name is empty.", 'Say who you are: --by "Your Name".')
    return named(name.strip())


def entered(folder: Path, **settings: Any) -> Studio:
    """The studio in a folder."""
    from dataclasses import replace

    from manyhands.actions.studio import enter

    return replace(enter(folder), **settings)


def rational(rate: str | None) -> Any:
    """A rate as a person writes it: 24, 23.976, 24000/1001."""
    from fractions import Fraction

    from manyhands.core.errors import InputError

    if rate is None:
        return None
    known = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}
    try:
        return known.get(rate) or Fraction(rate)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"rate: {rate} is not a rate.", "Write 24, 25 or 24000/1001.") from None


def minor(amount: str, *, needs: str = "") -> int | None:
    """An amount as a person writes it, 2 or 2.50, in whole minor units; None where none is written.

    Args:
        needs: the flag without which an amount means nothing, where it is missing.
    """
    from manyhands.core.currency import minor_of
    from manyhands.core.errors import InputError

    if not amount:
        return None
    if needs:
        raise InputError("--most: it is a cap for what is agreed to, and nothing is.", f"Add {needs}, or leave it out.")
    given = minor_of(amount, "USD")
    if given < 0:
        raise InputError(f"amount: {amount} is less than nothing.", "Write 2, or 2.50.")
    return given


def stated_terms(
    own: bool,
    terms: str,
    credit: str,
    owner: str,
    by: str,
    fee: int = 0,
    currency: str = "EUR",
    *,
    hosted: bool = False,
) -> tuple[Terms, str]:
    """The terms that the flags state, and whose the source is."""
    from manyhands.rights import terms_named

    name = terms or ("own" if own else "unknown")
    return terms_named(name, credit=credit, fee_minor=fee, currency=currency, hosted=hosted), owner or (
        by if name == "own" else credit
    )


def maker_shape(maker: Any) -> dict[str, Any]:
    """A maker as JSON: everything that is derived from its file."""
    return {
        "name": maker.name,
        "version": maker.version,
        "origin": maker.origin,
        "role": maker.role,
        "about": maker.about,
        "inputs": [{"name": item.name, "kind": item.kind, "needed": item.needed} for item in maker.inputs],
        "gives": maker.gives,
        "fills": maker.fills,
        "parameters": [vars(item) for item in maker.parameters()],
        "nouns": sorted(maker.words.nouns),
        "adjectives": sorted(maker.words.adjectives),
        "circumstances": sorted(maker.words.circumstances),
        "places": sorted(maker.words.places),
        "things": sorted(maker.words.things),
        "scope": maker.scope,
        "kind": maker.kind,
        "purposes": maker.purposes,
        "needs": list(maker.needs),
        "repeats": maker.repeats,
    }
