"""What lies on the disk is what the record tells of: sources as they came in, frames as they were made."""

from __future__ import annotations

from collections.abc import Iterable

from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError, RightsError, StateError, StoreError, TrustError
from manyhands.core.recipe import Recipe
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.makers import find_maker
from manyhands.media.files import mapped
from manyhands.openweight.cards import card_of
from manyhands.run.take import Changed, changed_frames
from manyhands.store.files import content_sha256


def check_sources(studio: Studio, sources: Iterable[Source]) -> None:
    """Hold the files of sources against the hashes under which they came in.

    Raises: TrustError that names the first one that differs; MediaError if one cannot be read.
    """
    for source in sources:
        path = studio.folder / source.path
        with mapped(path):
            files = plate_footage(studio, source).files if path.is_dir() else (path,)
            now = content_sha256(files, named=source.is_sparse)
        if now != source.sha256:
            raise TrustError(
                f"source {source.id}: {source.path} is not what was brought in (its SHA-256 is {now[:16]}…, it was "
                f"{source.sha256[:16]}…).",
                f"Bring {source.title} in again from the original: manyhands source add FILE.",
                source=source.id,
                sha256=now,
                was=source.sha256,
            )


def check_models(studio: Studio, take: Take) -> None:
    """Every model that drew in a take may be used in a final, as its card says now.  Raises: RightsError."""
    for step in studio.production.get(Recipe, take.recipe).steps:
        for item in find_maker(step.maker).parameters():
            name = str(step.params.get(item.name, "")).partition("@")[0] if item.unit == "model" else ""
            if name and not _may_be_final(name):
                raise RightsError(
                    f"take {take.id}: {name} drew in it, and no card says that this may be used in a final.",
                    f"Ask who may say so: manyhands models add {name} --final; or make the shot without it.",
                    take=take.id,
                    model=name,
                )


def _may_be_final(name: str) -> bool:
    try:
        return card_of(name).may_be_final
    except (NotFoundError, StateError, StoreError):
        return False


def check_frames(studio: Studio, take: Take) -> None:
    """Hold the frames of a take against the hash that a person decided on.  Raises: TrustError."""
    changed = changes(studio, take, take.frames_sha256)
    if changed:
        raise TrustError(
            f"take {take.id}: {changed.words}; what would go out is not what was decided on.",
            f"Make it again as it was: manyhands run {take.shot} {take.recipe} --seed {take.seed}.",
            take=take.id,
            frames=list(changed.frames),
        )


def changes(studio: Studio, take: Take, made_sha256: str) -> Changed | None:
    """How a take's frames on the disk differ from those of a hash, or None where they do not."""
    folder = studio.folder / take.folder
    with mapped(folder):
        return changed_frames(folder, take.id, take.span, made_sha256)
