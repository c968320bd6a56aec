"""The commands for policy packs: which there are, what is in one, which the production is held to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

if TYPE_CHECKING:
    from manyhands.actions.gate import Check
    from manyhands.actions.papers import Papers, Wanted

policy = typer.Typer(help="The rules that a production is held to.", no_args_is_help=True)


@policy.command("list")
def policy_list(production: Folder = HERE, json: Json = False) -> None:
    """Show every pack that comes along, and which the production is held to."""
    from manyhands.actions.policies import policies
    from manyhands.cli.commands import entered
    from manyhands.rights import all_packs

    used = {pack.id for pack in policies(entered(production))}
    told = [{"id": pack.id, "title": pack.title, "set_by": pack.set_by, "dated": pack.dated, "rules": len(pack.rule),
             "is_used": pack.id in used} for pack in all_packs().values()]  # fmt: skip
    rows = [
        ("x" if one["is_used"] else "", *(str(one[key]) for key in ("id", "dated", "rules", "title"))) for one in told
    ]
    show(told, as_json=json, text=table(("used", "pack", "read on", "rules", "title"), rows))


@policy.command("show")
def policy_show(pack: Annotated[str, typer.Argument(help="The pack's id.")], json: Json = False) -> None:
    """Show a pack: every rule, its source, and when it holds."""
    from manyhands.rights import find_pack

    found = find_pack(pack)
    lines = [f"{found.title} ({found.id}), set by {found.set_by}, as of {found.dated}.", found.is_not]
    for rule in found.rule:
        lines += ["", f"{rule.id}, {rule.outcome}: {rule.says}", f"    when: {rule.when}", f"    cure: {rule.cure}"]
        lines.append(f"    source: {rule.source} ({'its text was read' if rule.seen == 'text' else 'from summaries'})")
    show(found, as_json=json, text="\n".join(lines))


@policy.command("use")
def policy_use(
    packs: Annotated[list[str], typer.Argument(help="The packs, by their ids; no others hold then.")],
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Hold the production to these packs."""
    from manyhands.actions.policies import policy as act
    from manyhands.cli.commands import entered, person

    found = act(entered(production), person(by), packs)
    told = ", ".join(f"{pack.id} (as of {pack.dated})" for pack in found)
    show({"packs": [pack.id for pack in found]}, as_json=json, text=f"The production is held to {told}.")


@policy.command("say")
def policy_say(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[SHOT] NAME=yes|no|unknown …", help="A shot (none: the whole production) and facts."),
    ],
    by: By,
    why: Annotated[str, typer.Option(help="How you know: it is kept with your name.")],
    of: Annotated[str, typer.Option(help="The maker or person that it is said of.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Answer what rules ask and the program cannot know."""
    from manyhands.actions.facts import say
    from manyhands.actions.statements import answers, sayable
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import InputError

    studio = entered(production)
    shots = [word for word in words if "=" not in word]
    if len(shots) > 1:
        raise InputError(f"policy say: {' and '.join(shots)} are no facts.", "Name one shot, and facts as NAME=yes.")
    given = answers(word for word in words if "=" in word)
    said = say(studio, person(by), given, why=why, shot_id="".join(shots), of=of)
    lines = [
        f"{one.shot or 'The whole production'}{f', {one.of}' if one.of else ''}: {one.fact} is {given[one.fact]} "
        f"({sayable(one.fact).about})."
        for one in said
    ]
    show(said, as_json=json, text="\n".join(lines))


@policy.command("check")
def policy_check(
    by: By,
    shots: Annotated[list[str] | None, typer.Argument(help="The shots; none are all.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Hold shots against the packs; ends with 8 where a rule would stop a delivery."""
    from manyhands.actions.gate import check
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import RightsError

    found = check(entered(production), person(by), shots or ())
    show(found, as_json=json, text="\n\n".join(map(check_told, found)) or "There is no shot yet.")
    if any(one.stopping for one in found):
        raise typer.Exit(RightsError.exit_code)


@policy.command("profile")
def policy_profile(shot_id: str, production: Folder = HERE, json: Json = False) -> None:
    """What schemes of disclosure would call a shot, by which rule; what nobody has said is unknown."""
    from manyhands.actions.declaring import profile
    from manyhands.cli.commands import entered

    found = profile(entered(production), shot_id)
    rows = [(f"{one.name} {one.version}", one.tier, one.basis, one.rule) for one in found]
    show(found, as_json=json, text=table(("scheme", "would say", "because", "by the rule"), rows))


@policy.command("approve")
def policy_approve(
    shot_id: str,
    rule: Annotated[str, typer.Argument(help="The rule that asks, by its id.")],
    by: By,
    why: Annotated[str, typer.Option(help="Why you approve: it is kept with your name.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Approve what a rule asks of a shot's take; what a rule denies nobody can approve."""
    from manyhands.actions.gate import approve
    from manyhands.cli.commands import entered, person

    given = approve(entered(production), person(by), shot_id, rule, why=why)
    told = f"{given.by.name} approves {given.pack} {given.rule} for take {given.take}: {given.why}"
    show(given, as_json=json, text=told)


@policy.command("papers")
def policy_papers(
    by: By,
    shot: Annotated[list[str] | None, typer.Option("--shot", help="Of this shot; none are all.")] = None,
    paper: Annotated[
        list[str] | None, typer.Option("--paper", help="Write this one, wanted or not; all: every one.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder that the papers are written to.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show which papers the rules want, and write them: notices, riders, disclosures, credits and their like."""
    from manyhands.actions.papers import papers
    from manyhands.cli.commands import entered, person

    found = papers(entered(production), person(by), shot_ids=shot or (), names=paper or (), out=out)
    show(found, as_json=json, text=papers_told(found))


def papers_told(papers: Papers) -> str:
    """The papers that are wanted, by whom and how they are made; what was written, and what is blank in it."""
    lines = [line for one in papers.wanted for line in _wanted_told(one)] or ["No rule wants a paper."]
    if papers.files:
        lines += ["", f"Written from facts {papers.facts_sha256[:12]}:", *(f"  {path}" for path in papers.files)]
    said = dict.fromkeys(blank for blank in papers.blanks if blank.is_command)
    by_hand = sum(not blank.is_command for blank in papers.blanks)
    if said:
        lines += ["", "Not said yet (=yes, or =no):", *(f"  {blank.what}:\n    {blank.how}" for blank in said)]
    if by_hand:
        lines += ["", f"By hand: {by_hand} blanks; each paper lists its own at its end."]
    return "\n".join(lines)


def _wanted_told(one: Wanted) -> Iterator[str]:
    rules = f"{', '.join(one.rules)}, for {', '.join(one.shots)}"
    may = f"may be wanted, nobody has said {', '.join(one.missing)}; by {rules}"
    yield f"{one.paper}: {f'wanted by {rules}' if one.is_certain else may}"
    yield f"  {one.how}{' --out FOLDER' if 'policy papers' in one.how else ''}"


def check_told(check: Check) -> str:
    """A check as a table of what does not simply pass, and what follows."""
    packs = ", ".join(f"{id_} (as of {dated})" for id_, dated in check.packs.items())
    of = f"take {check.take}" if check.take else "no take yet"
    lines = [f"{check.shot}, {of}, against {packs}: {check.id}, facts {check.facts_sha256[:12]}"]
    left = [one for one in check.found if one.verdict != "pass"]
    rows = [
        (one.rule, f"{one.verdict}{', approved' if one.approved else ''}{' ✗' if one.stops else ''}", one.says,
         ", ".join(one.missing), one.cure) for one in left
    ]  # fmt: skip
    lines += [table(("rule", "verdict", "why", "nobody has said", "cure"), rows)] if rows else []
    if not check.take:
        lines.append("Much of it is known when there is a take: manyhands run.")
    wanted = list(dict.fromkeys(one.paper for one in left if one.wants_paper))
    if wanted:
        lines += ["Papers that these rules want:"]
        lines += [f"  {name} ({', '.join(one.rule for one in left if one.wants_paper and one.paper == name)}): "
                  f"{_how(name, check.shot)}" for name in wanted]  # fmt: skip
    lines.append(f"{len(check.found) - len(left)} of {len(check.found)} rules pass; {len(check.stopping)} stop (✗).")
    return "\n".join(lines)


def _how(paper: str, shot: str) -> str:
    from manyhands.deliver.paperwork import BESIDE, how_made

    return how_made(paper, shot) if paper in BESIDE else f"{how_made(paper)} --shot {shot} --out FOLDER"
