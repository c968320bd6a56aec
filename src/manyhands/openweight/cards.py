"""Model cards: which models there are on this machine, what each may be used for, and who said so.

A card says what the files cannot: the licence and who accepted it, what its makers say of its training, whether it
may be used in a final.  No card, no run.  Cards lie in a folder of the user, not of a production, because weights are
large and serve many productions; ``MANYHANDS_MODELS`` names another folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import ClassVar, Literal

from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError, StoreError, TrustError
from manyhands.core.hand import DIGITAL_SOURCE_TYPES, slug
from manyhands.core.noun import Noun, digest
from manyhands.openweight.weights import Found, Progress, hashes, look_into

CARD = "card.json"
SEEN = "seen.json"
WEIGHTS = "weights"

SourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]


class Card(Noun):
    """A model on this machine.

    Args:
        folder: where its weights lie.
        origin: where they came from: the hub's name of it, or a folder.
        revision: the commit at the hub; empty for a folder that was brought.
        training: what its makers say that it was trained on.
        may_be_final: whether what it makes may be part of a delivered picture.
        source_type: the IPTC digital source type of what it makes.
        accepted_by: who accepted its licence; empty: nobody yet.
        files: the SHA-256 of each of its files.
    """

    KIND: ClassVar[str] = "model"

    name: str
    family: str
    pipeline: str
    folder: str
    origin: str
    revision: str = ""
    licence: str
    training: str
    may_be_final: bool = False
    source_type: SourceType = "trainedAlgorithmicMedia"
    accepted_by: str = ""
    accepted_at: str = ""
    size: int
    files: dict[str, str]

    @property
    def digest(self) -> str:
        """The hash of all its weights: two models that share it draw the same."""
        return digest(self.files)

    @property
    def pinned(self) -> str:
        """Its name with the beginning of that hash, as recipes name it: other weights are another recipe."""
        return f"{self.name}@{self.digest[:16]}"

    @property
    def source_type_url(self) -> str:
        return DIGITAL_SOURCE_TYPES + self.source_type


def models_folder() -> Path:
    """Where the cards lie, and what is downloaded."""
    named = os.environ.get("MANYHANDS_MODELS")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "manyhands" / "models"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "manyhands" / "models"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "manyhands" / "models"


def all_cards() -> list[Card]:
    """Every card, by name.  Raises: StoreError for one that cannot be read."""
    folder = models_folder()
    names = sorted(path.parent.name for path in folder.glob(f"*/{CARD}")) if folder.is_dir() else []
    return [card_of(name) for name in names]


def card_of(name: str) -> Card:
    """The card of a name.

    Raises: NotFoundError if there is none; StateError if its download was never finished; StoreError.
    """
    path = models_folder() / name / CARD
    if slug(name) != name or not path.is_file():
        if slug(name) == name and (path.parent / WEIGHTS).is_dir():
            raise StateError(
                f"models: {name} has no card; its download was not finished.",
                f"Go on with it: manyhands models add {name} with the same --hub as before.",
            )
        folder = models_folder()
        known = sorted(item.parent.name for item in folder.glob(f"*/{CARD}")) if folder.is_dir() else []
        raise NotFoundError("model", name, known=known)
    try:
        return Card.load(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise StoreError(
            f"models: the card of {name} cannot be read ({error}).", "Remove the model and add it again."
        ) from error


def able(act: str) -> list[Card]:
    """The models whose licence was accepted and whose family can do an act; those that may be in a final come first."""
    from manyhands.openweight.families import FAMILIES

    found = [card for card in all_cards() if card.accepted_by and act in FAMILIES[card.family].calls]
    return sorted(found, key=lambda card: not card.may_be_final)


def check_any() -> None:
    """Raises: StateError where no model on this machine may run."""
    if not any(card.accepted_by for card in all_cards()):
        raise StateError(
            "models: there are no weights on this machine whose licence somebody has accepted.",
            "Bring some: manyhands models add NAME --folder FOLDER, or --hub; see the page on bringing weights.",
        )


def keep(card: Card) -> None:
    """Write a card, whole or not at all.  Raises: StoreError."""
    folder = models_folder() / card.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{CARD}.part"
        part.write_text(json.dumps(card.save(), indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
        part.replace(folder / CARD)
    except OSError as error:
        raise StoreError(
            f"models: {folder} cannot be written ({error.strerror}).", "Name another folder in MANYHANDS_MODELS."
        ) from error


def drawn_up(
    name: str,
    folder: Path,
    *,
    origin: str,
    revision: str = "",
    licence: str,
    training: str,
    may_be_final: bool = False,
    source_type: SourceType = "trainedAlgorithmicMedia",
    progress: Progress = lambda what, done, of: None,
) -> Card:
    """A card for a folder of weights, which is looked into and hashed; nobody has accepted its licence yet.

    Raises: InputError for a name or a statement that will not do; as :func:`look_into`.
    """
    check_stated(name, licence, training)
    found = look_into(folder)
    return Card(
        name=name,
        family=found.family,
        pipeline=found.pipeline,
        folder=str(folder.resolve()),
        origin=origin,
        revision=revision,
        licence=licence.strip(),
        training=training.strip(),
        may_be_final=may_be_final,
        source_type=source_type,
        size=sum(found.files.values()),
        files=hashes(folder, list(found.files), progress),
    )


def check_stated(name: str, licence: str, training: str) -> None:
    """Raises: InputError if the name, the licence or what is said of the training will not do."""
    if slug(name) != name or len(name) > 64:
        raise InputError(f"models: {name!r} is no name for a model.", f"Write small letters and hyphens: {slug(name)}.")
    if not licence.strip():
        raise InputError(
            f"models: nothing says under which licence {name} may be used.",
            "State it as its makers do: --licence apache-2.0.",
        )
    if not training.strip():
        raise InputError(
            f"models: nothing says what {name} was trained on.",
            'State what its makers say of it: --training "…"; if they say nothing, write that.',
        )


def source_type_of(pinned: str) -> str:
    """The IPTC term of what a model makes, as its card says; empty where the card of those weights is not here.

    Args:
        pinned: its name with the beginning of its hash, as recipes have it.
    """
    name, _, pin = pinned.partition("@")
    try:
        card = card_of(name)
    except (NotFoundError, StateError):
        return ""
    return card.source_type if card.digest.startswith(pin) else ""


def remove(name: str) -> Card:
    """Forget a model; what was downloaded for it is deleted, a folder that was brought stays.

    Raises: NotFoundError, StoreError.
    """
    folder = models_folder() / name
    try:
        card = card_of(name)
    except StateError:  # a download that was never finished
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        raise StoreError(f"models: {folder} cannot be removed.", "Close what uses it, and try again.")
    return card


def check_files(card: Card, progress: Progress = lambda what, done, of: None) -> None:
    """Hold every file of a model against its card.

    Raises: TrustError for a file that is not what it was; StateError for one that is gone or cut; InputError.
    """
    folder = Path(card.folder)
    found = _whole(card)
    now = hashes(folder, list(card.files), progress)
    changed = [name for name, sha in card.files.items() if now[name] != sha]
    more = sorted(set(found.files) - set(card.files))
    if changed or more:
        what = f"{changed[0]} is not the file that its card names" if changed else f"{more[0]} is new"
        raise TrustError(
            f"models: {card.name}: {what}.",
            "Copy or download it again; if the new one is meant, remove the model and add it anew.",
        )
    _keep_seen(card)


def ready(name: str) -> Card:
    """The card of a model that may run: its licence is accepted, and its files are those of the card.

    Hashing is done once, and again when a file's size or time has changed.
    Args:
        name: its name, alone or with the beginning of its hash, as recipes have it.
    Raises: NotFoundError without a card; RightsError if nobody accepted the licence; TrustError if it is not the model
        that a recipe names; as :func:`check_files`.
    """
    name, _, pin = name.partition("@")
    card = card_of(name)
    if not card.digest.startswith(pin):
        raise TrustError(
            f"models: {name} has other weights now ({card.digest[:16]}) than the recipe was made with ({pin}).",
            f"Bring those back, or set the recipe to the new ones: --set diffusers.model={name}.",
        )
    if not card.accepted_by:
        raise RightsError(
            f"models: nobody has accepted the licence of {card.name} ({card.licence}).",
            f'Read it, then: manyhands models add {card.name} --accept --by "Your Name".',
        )
    _whole(card)
    seen = models_folder() / card.name / SEEN
    try:
        known = json.loads(seen.read_text()) if seen.is_file() else None
    except ValueError:
        known = None
    if known != _times(card):
        check_files(card)
    return card


def _whole(card: Card) -> Found:
    try:
        found = look_into(Path(card.folder))
    except NotFoundError:
        raise StateError(
            f"models: the folder of {card.name} is gone: {card.folder}.", "Put it back, or remove the model."
        ) from None
    gone = [name for name in card.files if name not in found.files]
    if gone:
        raise StateError(f"models: {card.name} is not whole: {gone[0]} is missing.", "Copy or download it again.")
    return found


def _times(card: Card) -> dict[str, list[int]]:
    stats = {name: (Path(card.folder) / name).stat() for name in card.files}
    return {name: [one.st_size, one.st_mtime_ns] for name, one in stats.items()}


def _keep_seen(card: Card) -> None:
    path = models_folder() / card.name / SEEN
    try:
        path.write_text(json.dumps(_times(card)))
    except OSError:
        return  # a registry that cannot be written is hashed anew each time
