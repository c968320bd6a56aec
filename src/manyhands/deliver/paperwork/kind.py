"""What a paper is: its name, whom it goes to, who has to check it, and the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import chain, count

from manyhands.core.hand import slug
from manyhands.deliver.document import About, Document, as_data, csv_of, markdown, page
from manyhands.deliver.film import Film


@dataclass(frozen=True)
class Paper:
    """A kind of paper.

    ``name`` is what rules call it, ``to`` whom it goes to, ``check`` who has to check it before, ``source`` what its
    questions follow and whether that text was seen.
    """

    name: str
    about: str
    to: str
    check: str
    source: str
    make: Callable[[Film], Iterable[Document]]

    @property
    def slug(self) -> str:
        return slug(self.name)


def paper(
    name: str, *, about: str, to: str, check: str, source: str
) -> Callable[[Callable[[Film], Iterable[Document]]], Paper]:
    """Declare a paper by the function that writes its documents."""
    return lambda make: Paper(name, about, to, check, source, make)


@dataclass(frozen=True)
class Written:
    """A document with the contents of its files by their names; ``stem`` begins those of its own."""

    paper: str
    stem: str
    document: Document
    files: dict[str, bytes]

    @classmethod
    def of(cls, kind: Paper, document: Document, about: About, taken: Collection[str] = ()) -> Written:
        """Every form of a document; where another of its kind has its name already, it is numbered."""
        wished = f"{kind.slug}-{slug(document.of)[:60]}" if document.of else kind.slug
        name = next(free for free in chain([wished], (f"{wished}-{n}" for n in count(2))) if free not in taken)
        files = {
            f"{name}.md": markdown(document, about).encode(),
            f"{name}.html": page(document, about).encode(),
            f"{name}.json": as_data(document, about),
        }
        files |= {file: csv_of(table.columns, table.rows) for file, table in document.tables.items()}
        return cls(kind.name, name, document, files)
