"""A job: everything that making a recipe's frames needs, as plain values that travel to a worker."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from manyhands.core.hand import Hand
from manyhands.core.maker import MakerParams
from manyhands.core.noun import digest
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step, sources_in
from manyhands.core.source import SourceRole
from manyhands.core.span import Span
from manyhands.core.spend import Agreement
from manyhands.core.take import Use
from manyhands.disk import sha256_of
from manyhands.makers import find_maker
from manyhands.openweight.cards import source_type_of

WHAT: dict[SourceRole, str] = {"matte": "matte", "painted": "painted frames", "clean": "clean plate", "edit": "edit"}
"""What the record calls the help of somebody who made a source for the shot."""


@dataclass(frozen=True)
class Footing:
    """One source as a worker opens it; ``key`` is the hash of its content and of how it is read.

    One with a ``role`` was made for the shot and lies over its span.
    """

    path: Path
    sha256: str
    colour_space: str
    rate_fps: str
    first_frame: int
    hand: Hand
    role: SourceRole = ""
    is_sparse: bool = False

    @cached_property
    def key(self) -> str:
        read = [self.hand.id, self.sha256, self.colour_space, self.rate_fps, self.first_frame]
        return digest(read + ([self.role, self.is_sparse] if self.role else []))


@dataclass(frozen=True)
class Job:
    """A recipe to be made on a plate.

    ``scale`` below 1 makes a draft: the plate and every length in pixels shrink by it.
    ``folder`` is the production's; results are kept in its ``cache`` and ``scratch``, what was paid for in ``sent``.
    Steps that cost something are made under an ``agreement`` only; it decides no pixels.
    """

    folder: Path
    plate: Footing
    span: Span
    recipe: Recipe
    seed: int
    scale: float = 1.0
    sources: dict[str, Footing] = field(default_factory=dict)
    agreement: Agreement | None = None

    def key(self, name: str) -> str:
        """The content hash of what a step (or the plate) gives: maker, version, parameters, inputs, seed."""
        if name == PLATE:
            return digest([self.plate.key, self.span.save(), self.scale])
        if name.startswith(SOURCE):
            keys = [self._source_key(self.sources[id_]) for id_ in sources_in(name)]
            return keys[0] if len(keys) == 1 else digest(keys)
        step = self.recipe.step(name)
        maker = find_maker(step.maker)
        return digest(
            {
                "maker": maker.id,
                "params": maker.checked(step.params).scaled(self.scale).model_dump(mode="json"),
                **({"files": self._files[name]} if name in self._files else {}),
                "inputs": {argument: self.key(source) for argument, source in step.inputs.items()},
                "seed": self.seed,
                "purpose": step.name,
            }
        )

    def _source_key(self, source: Footing) -> str:
        return digest([source.key, *([self.span.save()] if source.role else []), self.scale])

    def params(self, step: Step) -> MakerParams:
        """A step's parameters at the job's scale; a file of the production by where it lies."""
        found = {name: str(self._file(value)) for name, value in self._named_files(step).items()}
        return find_maker(step.maker).checked({**step.params, **found}).scaled(self.scale)

    def _named_files(self, step: Step) -> dict[str, str]:
        """The files that a step's parameters name, by parameter."""
        names = [item.name for item in find_maker(step.maker).parameters() if item.unit == "file"]
        return {name: str(step.params[name]) for name in names if step.params.get(name)}

    def _file(self, value: str) -> Path:
        return self.sources[value.removeprefix(SOURCE)].path if value.startswith(SOURCE) else Path(value)

    @cached_property
    def _files(self) -> dict[str, dict[str, str]]:
        """The hashes of the files that steps name in their parameters, such as a LUT, by step and parameter."""
        found: dict[str, dict[str, str]] = {}
        for step in self.recipe.steps:
            for name, value in self._named_files(step).items():
                path = self._file(value)
                with suppress(OSError):  # who cannot read it is told so by the maker
                    if os.path.isfile(path):
                        found.setdefault(step.name, {})[name] = sha256_of(path)
        return found

    @cached_property
    def id(self) -> str:
        """The hash of everything that decides the result's pixels."""
        return digest([self.key(self.recipe.result.name), self.span.save()])

    def cache_of(self, step: Step) -> Path:
        """Where a step's results are kept."""
        return self.folder / "cache" / self.key(step.name)[:24]

    def lasting_of(self, step: Step) -> Path:
        """Where what its passes found is kept: with the results, or, where it was paid for, where nothing is emptied.

        What was paid for stays the same when the maker's next version does more with it, or has a parameter more: one
        that stands at its default is no part of what was asked.
        """
        maker = find_maker(step.maker)
        if maker.quote is None:
            return self.cache_of(step)
        asked = {
            "maker": maker.name,
            "params": maker.checked(step.params).scaled(self.scale).model_dump(mode="json", exclude_defaults=True),
            "files": self._files.get(step.name, {}),
            "inputs": {argument: self.key(source) for argument, source in step.inputs.items()},
            "seed": self.seed,
            "purpose": step.name,
        }
        return self.folder / "sent" / digest(asked)[:24]

    def scratch_of(self, step: Step) -> Path:
        """Where a step's unfinished work is kept."""
        return self.folder / "scratch" / self.key(step.name)[:24]

    def hand_of(self, step: Step) -> Hand:
        """The hand of a step's maker, or of the model that draws for it, with what its card says that it makes.

        A hosted one names its model, a taught one the sources behind it.
        """
        maker = find_maker(step.maker)
        params = maker.checked(step.params)
        hand = maker.hand_for(params)
        if model := maker.model_of(params):
            return hand.but(makes=source_type_of(model))
        if maker.quote is not None:
            return hand.but(name=f"{hand.name} {getattr(self.params(step), 'by_model', '')}".rstrip())
        taught_by = step.inputs.get("painted", "")
        if hand.origin != "trained" or not taught_by:
            return hand
        behind = sources_in(taught_by) or self.recipe.reached(self.recipe.step(taught_by))
        return hand.but(behind=", ".join(id_ for id_ in behind if id_ != PLATE))

    @property
    def hands(self) -> tuple[Hand, ...]:
        """Every hand that may have a share of a pixel, in a fixed order."""
        shown = [step for step in self.recipe.steps if find_maker(step.maker).role not in ("matte", "track")]
        taken = {id_ for step in shown for name in step.inputs.values() for id_ in sources_in(name)}
        seen = [footing.hand for id_, footing in self.sources.items() if id_ in taken]
        found = [self.plate.hand, *seen]
        for step in self.recipe.steps:
            maker = find_maker(step.maker)
            if maker.role not in ("matte", "track"):
                found.append(self.hand_of(step))
        return tuple(dict.fromkeys(found))

    @property
    def altering(self) -> tuple[Hand, ...]:
        """Every hand that may alter a pixel, in a fixed order."""
        makers = [(step, find_maker(step.maker)) for step in self.recipe.steps]
        return tuple(
            dict.fromkeys(
                self.hand_of(step) for step, maker in makers if maker.cuts or maker.role in ("treatment", "placement")
            )
        )

    @property
    def uses(self) -> tuple[Use, ...]:
        """The hands that help and have no pixels: of makers, and of what people made for them."""
        helpers = [step for step in self.recipe.steps if find_maker(step.maker).role in ("matte", "track")]
        brought = [self.sources[id_] for step in helpers for id_ in step.sources if self.sources[id_].role]
        found = [Use(hand=one.hand, what=WHAT[one.role]) for one in dict.fromkeys(brought)]
        found += [Use(hand=self.hand_of(step), what=find_maker(step.maker).role) for step in helpers]
        return tuple(found)
