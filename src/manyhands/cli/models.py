"""The commands for open-weight models: bring, list, check, remove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import bar, show, table

if TYPE_CHECKING:
    from manyhands.openweight.cards import Card

models = typer.Typer(help="Open-weight models on this machine, and what each may be used for.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the model is called here, such as wan-14b.")]


@models.command("add")
def models_add(
    name: Name,
    by: By,
    folder: Annotated[Path | None, typer.Option(help="A folder of weights, which stays where it is.")] = None,
    hub: Annotated[str, typer.Option(help="The model at the hub, as OWNER/NAME.")] = "",
    revision: Annotated[str, typer.Option(help="A commit, tag or branch at the hub; kept as the commit.")] = "",
    licence: Annotated[str, typer.Option(help="As its makers state it; by default what the hub says.")] = "",
    training: Annotated[str, typer.Option(help="What its makers say that it was trained on.")] = "",
    final: Annotated[bool, typer.Option("--final", help="What it draws may be part of a delivered picture.")] = False,
    source_type: Annotated[
        Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"],
        typer.Option(help="The IPTC digital source type of what it draws."),
    ] = "trainedAlgorithmicMedia",
    accept: Annotated[bool, typer.Option("--accept", help="I have read its licence and accept it.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Bring a model's weights in from a folder or the hub, with its card; or accept its licence."""
    from manyhands.actions.models import model
    from manyhands.cli.commands import entered, person

    with bar(name, quiet=json) as report:
        card = model(
            entered(production, report=report),
            person(by),
            name,
            folder=folder,
            from_hub=hub,
            revision=revision,
            licence=licence,
            training=training,
            may_be_final=final,
            source_type=source_type,
            accept=accept,
        )
    show(card, as_json=json, text=card_told(card))


@models.command("list")
def models_list(json: Json = False) -> None:
    """All models on this machine."""
    from manyhands.openweight.cards import all_cards, models_folder
    from manyhands.openweight.families import FAMILIES

    found = all_cards()
    rows = [
        (
            card.name,
            card.family,
            " ".join(FAMILIES[card.family].calls),
            f"{card.size / 1e9:.1f} GB",
            card.licence,
            card.accepted_by or "nobody yet",
            "yes" if card.may_be_final else "no",
        )
        for card in found
    ]
    text = table(("model", "family", "acts", "size", "licence", "accepted by", "final"), rows)
    show(found, as_json=json, text=text if rows else f"No models in {models_folder()}.")


@models.command("check")
def models_check(name: Name, by: By, production: Folder = HERE, json: Json = False) -> None:
    """Hold every file of a model against its card."""
    from manyhands.actions.models import check_model
    from manyhands.cli.commands import entered, person

    with bar(name, quiet=json) as report:
        card = check_model(entered(production, report=report), person(by), name)
    show(card, as_json=json, text=f"{name}: {len(card.files)} files, every one as its card says.")


@models.command("remove")
def models_remove(name: Name, by: By, production: Folder = HERE, json: Json = False) -> None:
    """Forget a model; what was downloaded for it is deleted, a folder that was brought stays."""
    from manyhands.actions.models import remove_model
    from manyhands.cli.commands import entered, person

    remove_model(entered(production), person(by), name)
    show({"removed": name}, as_json=json, text=f"{name} is gone.")


def card_told(card: Card) -> str:
    """A card in a few lines."""
    accepted = f"accepted by {card.accepted_by}" if card.accepted_by else "accepted by nobody yet: it does not run"
    return "\n".join(
        [
            f"{card.name}: {card.family} from {card.origin} {card.revision}".rstrip()
            + f", {len(card.files)} files, {card.size / 1e9:.1f} GB",
            f"  licence: {card.licence}, {accepted}",
            f"  trained on: {card.training}",
            f"  in a final: {'yes' if card.may_be_final else 'no'}; {card.source_type}",
            f"  weights: {card.digest}",
        ]
    )
