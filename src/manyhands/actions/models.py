"""Bring open-weight models to this machine, accept their licences, check and remove them."""

from __future__ import annotations

from pathlib import Path

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.hand import Hand
from manyhands.openweight import cards, hub, weights
from manyhands.openweight.cards import Card, SourceType
from manyhands.run.schedule import Progress


def model(
    studio: Studio,
    by: Hand,
    name: str,
    *,
    folder: Path | None = None,
    from_hub: str = "",
    revision: str = "",
    licence: str = "",
    training: str = "",
    may_be_final: bool = False,
    source_type: SourceType = "trainedAlgorithmicMedia",
    accept: bool = False,
) -> Card:
    """Bring a model's weights in with its card, from a folder or the hub; or accept the licence of one that is there.

    A download that was cut goes on where it stopped; a branch or tag is pinned to the commit that it stands for.
    Args:
        licence: as its makers state it; from the hub what stands there, if nothing is said.
        training: what its makers say that it was trained on.
        accept: whether this person accepts the licence; without it the model is there, but does not run.
    Raises: RoleError; InputError, StateError, NotFoundError, RightsError, CapacityError for what cannot be brought.
    """
    studio.check(by, "model")
    if folder is None and not from_hub:
        card = cards.card_of(name)
        if not accept and not may_be_final:
            raise InputError(
                f"models: {name} is there already, and nothing is said of where another would come from.",
                "Say --folder or --hub, --accept to accept its licence, or --final.",
            )
        card = card.but(may_be_final=card.may_be_final or may_be_final)
    elif folder is not None and from_hub:
        raise InputError("models: it cannot come from a folder and from the hub.", "Say one of --folder and --hub.")
    else:
        _check_free(name)
        card = (
            _from_folder(studio, name, folder, licence, training, may_be_final, source_type)
            if folder is not None
            else _from_hub(studio, name, from_hub, revision, licence, training, may_be_final, source_type)
        )
    if accept:
        card = card.but(accepted_by=by.name, accepted_at=studio.clock())
    cards.keep(card)
    studio.note(
        "model",
        by,
        model=name,
        origin=card.origin,
        revision=card.revision,
        digest=card.digest,
        licence=card.licence,
        accepted_by=card.accepted_by,
        may_be_final=card.may_be_final,
    )
    return card


def remove_model(studio: Studio, by: Hand, name: str) -> Card | None:
    """Forget a model; what was downloaded for it is deleted, a folder that was brought stays.

    Returns: its card; None for a download that was never finished.
    Raises: RoleError, NotFoundError, StoreError.
    """
    studio.check(by, "model")
    try:
        card: Card | None = cards.remove(name)
    except StateError:
        card = None
    studio.note("remove_model", by, model=name, digest=card.digest if card else "")
    return card


def check_model(studio: Studio, by: Hand, name: str) -> Card:
    """Hold every file of a model against its card.

    Raises: RoleError, NotFoundError; StateError for weights that are not whole; TrustError for those that are others;
        RightsError if nobody has accepted its licence.
    """
    studio.check(by, "look")
    card = cards.card_of(name)
    cards.check_files(card, _progress(studio, "MB checked"))
    if not card.accepted_by:
        raise RightsError(
            f"models: {name} is whole, but nobody has accepted its licence ({card.licence}).",
            f'Read it, then: manyhands models add {name} --accept --by "Your Name".',
        )
    return card


def _check_free(name: str) -> None:
    try:
        cards.card_of(name)
    except (NotFoundError, StateError):
        return
    raise StateError(f"models: there is a {name} already.", "Remove it first, or give the new one another name.")


def _from_folder(
    studio: Studio,
    name: str,
    folder: Path,
    licence: str,
    training: str,
    may_be_final: bool,
    source_type: SourceType,
) -> Card:
    return cards.drawn_up(
        name,
        folder,
        origin=folder.name,
        licence=licence,
        training=training,
        may_be_final=may_be_final,
        source_type=source_type,
        progress=_progress(studio, "MB hashed"),
    )


def _from_hub(
    studio: Studio,
    name: str,
    id_: str,
    revision: str,
    licence: str,
    training: str,
    may_be_final: bool,
    source_type: SourceType,
) -> Card:
    cards.check_stated(name, licence or "as the hub says", training)
    offer = hub.offered(id_, revision)
    stated = licence or offer.licence
    cards.check_stated(name, stated, training)
    into = cards.models_folder() / name / cards.WEIGHTS
    hub.download(offer, into, _megabytes(studio, "MB downloaded"))
    return cards.drawn_up(
        name,
        into,
        origin=offer.id,
        revision=offer.revision,
        licence=stated,
        training=training,
        may_be_final=may_be_final,
        source_type=source_type,
        progress=_progress(studio, "MB hashed"),
    )


def _progress(studio: Studio, kind: str) -> weights.Progress:
    report = _megabytes(studio, kind)
    return lambda what, done, of: report(done, of)


def _megabytes(studio: Studio, kind: str) -> hub.Report:
    return lambda done, of: studio.report(Progress(done >> 20, max(1, of >> 20), kind, None))
