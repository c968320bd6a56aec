"""Weights from the hub: one revision, downloaded with progress, which goes on where it stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core.errors import CapacityError, InputError, NotFoundError, RightsError, StateError

Report = Callable[[int, int], None]
"""``report(done, of)``, in bytes."""


@dataclass(frozen=True)
class Offered:
    """What the hub says of a model before anything is downloaded."""

    id: str
    revision: str
    licence: str
    size: int


def offered(id_: str, revision: str = "") -> Offered:
    """What the hub says of a model; a branch or a tag becomes the commit that it stands for now.

    Raises: StateError when offline; NotFoundError; RightsError if it is locked.
    """
    _check_online(id_)
    api = _library().HfApi()
    info = _asked(id_, lambda: api.model_info(id_, revision=revision or None, files_metadata=True))
    told = info.card_data.to_dict() if info.card_data else {}
    licence = str(told.get("license_name") or told.get("license") or "")
    return Offered(id_, str(info.sha), licence, sum(file.size or 0 for file in info.siblings or ()))


def download(offer: Offered, folder: Path, report: Report = lambda done, of: None) -> None:
    """Bring all files of a model into a folder; what is there already stays.

    Raises: as :func:`offered`; CapacityError if the disk is too small.
    """
    import shutil

    _check_online(offer.id)
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    needed = offer.size - there
    if needed > free:
        raise CapacityError(
            f"models: {offer.id} needs {needed / 1e9:.1f} GB more, the disk has {free / 1e9:.1f} GB free.",
            "Make room, or name another disk in MANYHANDS_MODELS.",
        )
    keep = ["*.json", "*.safetensors", "*.model", "*.txt", "*.md"]
    bar = _bar(report, offer.size)
    library = _library()
    _asked(
        offer.id,
        lambda: library.snapshot_download(
            offer.id, revision=offer.revision, local_dir=folder, allow_patterns=keep, tqdm_class=bar
        ),
    )


def is_offline() -> bool:
    """Whether the environment forbids the network for models."""
    return any(
        os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE")
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _check_online(id_: str) -> None:
    if is_offline():
        raise StateError(
            f"models: {id_} cannot be fetched; HF_HUB_OFFLINE forbids the network.",
            "Copy its folder to this machine and add it with --folder, or unset HF_HUB_OFFLINE.",
        )


def _library() -> Any:
    try:
        import huggingface_hub
    except ImportError as error:
        raise CapacityError(
            f"models: it needs {error.name}, which is not installed.", "Install it: pip install 'manyhands[models]'."
        ) from error
    return huggingface_hub


def _asked(id_: str, call: Callable[[], Any]) -> Any:
    """What the hub answers; each of its refusals in our words."""
    from huggingface_hub import errors

    try:
        return call()
    except errors.GatedRepoError:
        raise RightsError(
            f"models: {id_} is locked until you accept its terms at the hub.", "Accept them there, log in, try again."
        ) from None
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError):
        raise NotFoundError("model at the hub", id_, known=[]) from None
    except errors.HFValidationError:
        raise InputError(f"models: {id_!r} is no name at the hub.", "Write it as OWNER/NAME.") from None
    except Exception as error:  # its own kinds of network failure change with its version
        raise StateError(
            f"models: the hub cannot be reached for {id_} ({type(error).__name__}).",
            "Look at the network and run the same command again: it goes on where it stopped; or add a --folder.",
        ) from error


def _bar(report: Report, of: int) -> type:
    """A progress bar of the kind that the library wants, which shows nothing and reports bytes."""
    from tqdm.auto import tqdm

    done = [0]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs["disable"] = True
            self._bytes = kwargs.get("unit") == "B"
            super().__init__(*args, **kwargs)

        def update(self, n: float | None = 1) -> bool | None:
            if self._bytes:
                done[0] += int(n or 0)
                report(min(done[0], of), of)
            return None

    return Bar
