"""Recipe: an immutable list of named steps with named inputs; its id is the hash of its content."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, model_validator

from manyhands.core.noun import Noun, digest

PLATE = "plate"
"""The name by which a step asks for the shot's plate."""

SOURCE = "source:"
"""What stands before the id of another source that a step takes, such as filmed smoke."""

TOGETHER = "+"
"""What stands between the ids of sources that a step takes as one: the painted frames of several people."""


def source_named(*ids: str) -> str:
    """How a step names a source as its input, or several as one."""
    return SOURCE + TOGETHER.join(ids)


def sources_in(name: object) -> tuple[str, ...]:
    """The ids of the sources that an input or a parameter names; none where it names a step or is no name."""
    if not isinstance(name, str) or not name.startswith(SOURCE):
        return ()
    return tuple(name.removeprefix(SOURCE).split(TOGETHER))


class Step(Noun):
    """One maker at work: its parameters, and where each input comes from."""

    KIND: ClassVar[str] = "step"

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    maker: str
    version: int
    params: dict[str, Any] = {}
    inputs: dict[str, str] = {}

    def content(self) -> dict[str, Any]:
        """What decides this step's pixels, beside what its inputs are."""
        return {"maker": self.maker, "version": self.version, "params": self.params, "inputs": self.inputs}

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources that it takes beside the plate, as inputs or as files it reads."""
        asked = [*self.inputs.values(), *self.params.values()]
        return tuple(dict.fromkeys(id_ for name in asked for id_ in sources_in(name)))


class Recipe(Noun):
    """Steps in the order they depend on each other; the last one is the result.

    ``name`` and ``why`` are for people and are not part of the id: two recipes with the same
    steps are the same recipe.
    """

    KIND: ClassVar[str] = "recipe"

    steps: tuple[Step, ...] = Field(min_length=1)
    name: str = ""
    why: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Recipe:
        known = {PLATE}
        for step in self.steps:
            if step.name in known:
                raise ValueError(f"step {step.name} is named twice, or is named like the plate")
            missing = {name for name in step.inputs.values() if not name.startswith(SOURCE)} - known
            if missing:
                raise ValueError(
                    f"step {step.name} asks for {', '.join(sorted(missing))}, which no step before it makes"
                )
            known.add(step.name)
        return self

    @property
    def id(self) -> str:
        steps = [{"name": step.name, **step.content()} for step in self.steps]
        return f"r-{digest(steps)[:12]}"

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources that its steps take beside the plate."""
        return tuple(dict.fromkeys(id_ for step in self.steps for id_ in step.sources))

    def reached(self, step: Step) -> tuple[str, ...]:
        """The ids of the sources that a step takes, itself or through the steps before it, and the plate's name."""
        found: list[str] = list(step.sources)
        for name in step.inputs.values():
            if name == PLATE:
                found.append(PLATE)
            elif not name.startswith(SOURCE):
                found += self.reached(self.step(name))
        return tuple(dict.fromkeys(found))

    @property
    def result(self) -> Step:
        return self.steps[-1]
