"""Makers: what each takes, gives, is told by parameters, and answers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plates import CREDIT, OF_PHOTOGRAPH

from manyhands.core.maker import Maker, Parameter
from manyhands.core.words import Plus, Times
from manyhands.makers import all_makers
from pages.examples import Example, examples
from pages.markdown import ROOT, paragraph, rest, table, value

OF_KIND: Mapping[str, str] = {"plate": "from the plate"}


def makers_page() -> list[str]:
    """Every maker of the house; those of other packages are theirs to document."""
    ours = [maker for maker in all_makers().values() if maker.function.__module__.startswith("manyhands.")]
    lines = ["# Makers", ""]
    lines += paragraph(
        "A maker is a named, versioned function from clips, parameters and a seed to a clip or a track. An *element* "
        "is a layer of its own; a *treatment* changes the plate that it is given; a *matte* and a *track* help others "
        "and leave no pixels; the *placement* lays an element into a plate. `manyhands makers` lists them, those of "
        "other packages too. How to add one: [CONTRIBUTING](../../CONTRIBUTING.md)."
    )
    rows = [(f"[{maker.name}](#{maker.name})", maker.version, maker.role, maker.origin, maker.about) for maker in ours]
    lines += table(("maker", "version", "role", "origin", "about"), rows)
    for maker in ours:
        lines += _maker_told(maker)
    return lines


def _maker_told(maker: Maker) -> Iterator[str]:
    yield from ("", f"## {maker.name}", "", f"*{maker.role}, {maker.origin}, version {maker.version}*", "")
    yield from rest(maker.manual)
    yield ""
    if maker.name in examples():
        yield from _pictured(examples()[maker.name])
    takes = [f"`{item.name}` ({item.kind}{'' if item.needed else ', may be left out'})" for item in maker.inputs]
    facts = {
        "takes": ", ".join(takes),
        "gives": f"a {maker.gives}",
        **({"makes for others": f"the input `{maker.fills}`, when a note needs it"} if maker.fills else {}),
        "hand": f"`{maker.hand.id}`",
        "does with sources": maker.scope,
        "kind": OF_KIND.get(maker.kind, maker.kind),
        **({"wanted to": ", ".join(maker.purposes)} if maker.purposes else {}),
        "needs": ", ".join(maker.needs) or "nothing more",
        "same inputs and seed": "the same pixels" if maker.repeats else "not always the same pixels",
        "its frames": "are kept in the cache" if maker.keeps else "are made when asked for",
    }
    yield from table(("", ""), facts.items())
    yield ""
    if maker.parameters():
        rows = [
            (f"`{item.name}`", value(item.default), _bounds(item), item.unit, item.about) for item in maker.parameters()
        ]
        yield from table(("parameter", "default", "bounds", "unit", "meaning"), rows)
    else:
        yield "It has no parameters."
    for kind, known in vars(maker.words).items():
        if known:
            yield from ("", f"**{kind.capitalize()}**", "")
            yield from table(
                ("word", "does"),
                [(word, _effects(known[word], bare=_BARE.get(kind, "calls it"))) for word in sorted(known)],
            )


def _pictured(example: Example) -> Iterator[str]:
    """Its picture, the note that asks for it, and whose photograph it is."""
    yield f"![The plate, and beside it: {example.seen}](../{example.picture.relative_to(ROOT / 'docs').as_posix()})"
    yield ""
    whose = f" {CREDIT}" if {example.plate, *example.brings.values()} & set(OF_PHOTOGRAPH) else ""
    by_hand = f", and {' and '.join(f'`{one}`' for one in example.settings)} set by hand" if example.settings else ""
    yield from paragraph(f"*“{example.note}”{by_hand}: {example.seen}.{whose}*")


def _bounds(item: Parameter) -> str:
    if item.names:
        return ", ".join(f"`{name}`" for name in item.names)
    return "" if item.low is None or item.high is None else f"{item.low:g} to {item.high:g}"


_BARE = {"places": "it can stand there", "things": "it takes it out, where the note does not want it"}


def _effects(effects: Mapping[str, Any], *, bare: str) -> str:
    told = []
    for name, effect in effects.items():
        if isinstance(effect, Times):
            told.append(f"`{name}` × {effect.factor:g}")
        elif isinstance(effect, Plus):
            told.append(f"`{name}` {'+' if effect.amount >= 0 else '−'} {abs(effect.amount):g}")
        else:
            told.append(f"`{name}` = {value(effect)}")
    return ", ".join(told) or bare
