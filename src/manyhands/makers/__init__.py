"""A step becomes pixels: one file, one maker.

Nothing is listed here: every module of this folder that declares a :class:`~manyhands.core.maker.Maker`
is one, and other packages add theirs by the entry-point group ``manyhands.makers``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from manyhands.core.errors import MakerError, NotFoundError
from manyhands.core.maker import Maker

GROUP = "manyhands.makers"


@cache
def all_makers() -> dict[str, Maker]:
    """Every maker that is installed, by name.  Raises: MakerError if two share a name."""
    modules = [importlib.import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Maker)]
    for point in entry_points(group=GROUP):
        loaded = point.load()
        if not isinstance(loaded, Maker):
            raise MakerError(
                f"makers: the entry point {point.name} is not a maker.", f"Remove or mend the package {point.value}."
            )
        found.append(loaded)
    return by_name(found)


def by_name(found: list[Maker]) -> dict[str, Maker]:
    """Makers by name, in alphabetical order.  Raises: MakerError if two share a name."""
    named: dict[str, Maker] = {}
    for maker in sorted(found, key=lambda maker: maker.name):
        if maker.name in named and named[maker.name] is not maker:
            raise MakerError(
                f"makers: two are called {maker.name}.", "Uninstall one of the packages that bring it, or rename it."
            )
        named[maker.name] = maker
    return named


def find_maker(name: str) -> Maker:
    """The maker of that name.  Raises: NotFoundError."""
    makers = all_makers()
    if name not in makers:
        raise NotFoundError("maker", name, known=makers)
    return makers[name]
