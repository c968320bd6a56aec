"""A folder of weights: what it is, whether it is whole, and the hash of every file; no library of models is needed."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.openweight.families import CLASSES

INDEX = "model_index.json"
_PART = 1 << 22

Progress = Callable[[str, int, int], None]
"""``progress(what, done, of)``, in bytes."""


@dataclass(frozen=True)
class Found:
    """What a folder of weights holds.

    Args:
        pipeline: the name of the class that it was saved from.
        family: how it is asked.
        files: the size of each file that belongs to it, by its path in the folder.
    """

    pipeline: str
    family: str
    files: dict[str, int]


def look_into(folder: Path) -> Found:
    """What a folder holds, if it holds all of it.

    Raises: NotFoundError if there is no folder; InputError if it holds no model of a known family, or pickles;
        StateError if parts of it are missing or cut.
    """
    if not folder.is_dir():
        raise NotFoundError("folder of weights", folder, known=[])
    index = _index_of(folder)
    pipeline = str(index.get("_class_name", ""))
    if pipeline not in CLASSES:
        raise InputError(
            f"models: {folder.name} holds a {pipeline or 'thing without a class'}; no family here is asked like that.",
            f"Known are: {', '.join(CLASSES)}.",
        )
    parts = [name for name, made in index.items() if isinstance(made, list) and made and made[0]]
    lacks = [lack for name in parts for lack in _lacks(folder / name, name)]
    cut = [str(path.relative_to(folder)) for path in folder.rglob("*.incomplete")]
    if lacks or cut:
        faults = [*lacks, *(f"{name} is half downloaded" for name in cut)]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise StateError(
            f"models: {folder.name} is not whole: {faults[0]}{more}.",
            "Add it again, which goes on where the download stopped, or copy the folder again.",
        )
    files = {INDEX: (folder / INDEX).stat().st_size}
    for name in parts:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                files[path.relative_to(folder).as_posix()] = path.stat().st_size
    return Found(pipeline, CLASSES[pipeline], files)


def multiple_px(folder: Path, usual: int) -> int:
    """What width and height are multiples of, as the parts of a model say; ``usual`` where they do not.

    Models of one family differ in it: that of Wan 2.2 with five thousand million numbers codes twice as coarsely.
    """
    try:
        vae = json.loads((folder / "vae" / "config.json").read_text(encoding="utf-8"))
        net = json.loads((folder / "transformer" / "config.json").read_text(encoding="utf-8"))
        return int(vae["scale_factor_spatial"]) * int(net["patch_size"][-1])
    except (OSError, ValueError, KeyError, TypeError):
        return usual


def hashes(folder: Path, files: list[str], progress: Progress = lambda what, done, of: None) -> dict[str, str]:
    """The SHA-256 of each file, by its path in the folder."""
    of = sum((folder / name).stat().st_size for name in files)
    done, found = 0, {}
    for name in files:
        sha = hashlib.sha256()
        with (folder / name).open("rb") as file:
            while part := file.read(_PART):
                sha.update(part)
                done += len(part)
                progress(name, done, of)
        found[name] = sha.hexdigest()
    return found


def _index_of(folder: Path) -> dict[str, Any]:
    path = folder / INDEX
    if not path.is_file():
        inner = [item.parent.name for item in folder.glob(f"*/{INDEX}")]
        single = [item.name for item in folder.glob("*.safetensors")]
        hint = "Give the folder that was made by a download or by save_pretrained, with all its parts."
        if inner:
            hint = f"Did you mean {folder.name}/{inner[0]}?"
        elif single:
            hint = f"{single[0]} is a checkpoint in one file; convert it to such a folder first."
        raise InputError(f"models: {folder.name} is no model; it has no {INDEX}.", hint)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise StateError(f"models: the {INDEX} of {folder.name} cannot be read.", "Download or copy it again.")
    return found


def _lacks(folder: Path, name: str) -> list[str]:
    """What one part of a model lacks, in words."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return [f"its {name} is missing"]
    if not (folder / "config.json").is_file():
        return []  # a scheduler or a tokenizer: no weights
    wanted = {path.name for path in folder.glob("*.safetensors")}
    for index in folder.glob("*.safetensors.index.json"):
        try:
            wanted |= set(json.loads(index.read_text())["weight_map"].values())
        except (ValueError, KeyError, AttributeError):
            return [f"{name}/{index.name} cannot be read"]
    if not wanted and (any(folder.glob("*.bin")) or any(folder.glob("*.pt"))):
        raise InputError(
            f"models: the {name} is a pickle, which may run code when it is opened; only safetensors are loaded.",
            "Take the same model in safetensors.",
        )
    if not wanted:
        return [f"{name} has no weights"]
    return [f"{name}/{file} {lack}" for file in sorted(wanted) if (lack := _cut(folder / file))]


def _cut(path: Path) -> str:
    """What is wrong with a file of weights: it is missing, or shorter than its head says; empty if nothing is."""
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            head = json.loads(file.read(min(length, 1 << 27)))
        ends = [item["data_offsets"][1] for key, item in head.items() if key != "__metadata__"]
    except (struct.error, ValueError, KeyError, TypeError, AttributeError):
        return "is cut in its head, or no safetensors at all"
    needed = 8 + length + max(ends, default=0)
    return f"is cut: it has {size} of {needed} bytes" if size < needed else ""
