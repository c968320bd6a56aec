"""The commands for policy packs: which there are, what is in one, which the production is held to."""

from __future__ import annotations

from typing import Annotated

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

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
