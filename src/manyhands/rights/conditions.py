"""The conditions of policy rules: a small closed language that can be read aloud, and cannot do anything.

``leaves_machine and not keeps_input``, ``any(uses, origin == "trained" and is_in_final)``: comparisons, and, or, not,
and ``any`` / ``all`` over a list of things that have facts of their own.  It is written as Python is, parsed by
Python's own parser, and nothing but what is named here is let through; nothing is ever executed.

What is not known stays unknown: a condition is true, false or None, by Kleene's strong three-valued logic (S. C.
Kleene, Introduction to Metamathematics, 1952, section 64), so that a missing fact is never taken for a pass.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from manyhands.core.errors import InputError

Facts = Mapping[str, Any]
"""What is known: a name without a value, or with None, is unknown."""

LONGEST = 1000  # characters of a condition

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_AMONG = (ast.In, ast.NotIn)


@dataclass(frozen=True)
class Fact:
    """One thing that a rule may ask: what kind of answer there is, and what it means.

    ``of`` are the answers that there are to a fact that is a name, or the facts of each thing in a list; ``derived``
    is what the program works out by itself, so that nobody has to say it, nor can.
    """

    kind: type
    about: str
    of: Mapping[str, Fact] | tuple[str, ...] = ()
    derived: bool = False


@dataclass(frozen=True)
class Condition:
    """A condition that was read and found sound; ``asks`` are the facts that it is decided by, in their order."""

    written: str
    tree: ast.expr
    asks: tuple[str, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Whether it holds; None where what is known does not say."""
        value = _value(self.tree, facts)
        return value if isinstance(value, bool) else None

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """The facts that it asks for and that nobody has given, also of the things in a list."""
        return tuple(dict.fromkeys(_missing(self.tree, facts)))


def condition(written: str, known: Mapping[str, Fact], *, where: str) -> Condition:
    """Read a condition.

    Args:
        known: the facts that may be asked for.
        where: what it stands in, for errors.
    Raises: InputError that names what is not in the language, or not a fact.
    """
    if len(written) > LONGEST:
        raise InputError(f"{where}: the condition has {len(written)} characters; at most {LONGEST}.", "Split the rule.")
    try:
        tree = ast.parse(written.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{where}: the condition cannot be read: {written!r} ({error}).", "Mend the pack.") from None
    asks: list[str] = []
    if _checked(tree, known, asks, where) is not bool:
        raise InputError(f"{where}: {written!r} is neither true nor false.", "Compare it with something.")
    return Condition(written.strip(), tree, tuple(dict.fromkeys(asks)))


# --- reading ----------------------------------------------------------------------------------


def _checked(node: ast.expr, known: Mapping[str, Fact], asks: list[str], where: str) -> type:
    """The kind of value that a part of a condition has.  Raises: InputError."""

    def refuse(why: str, fix: str = "A condition has facts, values, comparisons, and, or, not, any and all.") -> None:
        raise InputError(f"{where}: {ast.unparse(node)!r} {why}.", fix)

    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _yes_or_no(part, known, asks, where)
            return bool
        case ast.UnaryOp(op=ast.Not(), operand=part):
            _yes_or_no(part, known, asks, where)
            return bool
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            kinds = (_checked(left, known, asks, where), _checked(right, known, asks, where))
            among = isinstance(op, _AMONG)
            if among is not (kinds[1] is tuple):
                refuse("compares one thing with many" if not among else "looks for something in what is no list")
            if not among and kinds[0] is not kinds[1] and not {int, float} >= set(kinds):
                refuse(f"compares {kinds[0].__name__} with {kinds[1].__name__}")
            if isinstance(op, _ORDERED) and kinds[0] not in (int, float):
                refuse("puts in order what has no order")
            _check_names(left, right, known, where)
            return bool
        case ast.Call(func=ast.Name(id="any" | "all"), args=[ast.Name(id=name), part], keywords=[]):
            fact = known.get(name)
            if fact is None or fact.kind is not list or not isinstance(fact.of, Mapping):
                refuse(f"goes over {name}, which is no list")
            assert fact
            assert isinstance(fact.of, Mapping)
            asks.append(name)
            _yes_or_no(part, {**known, **fact.of}, asks, where)
            return bool
        case ast.Name(id=name):
            if name not in known:
                refuse("is not a fact", f"Facts are {', '.join(sorted(known))}.")
            asks.append(name)
            return known[name].kind
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return type(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) if parts and all(isinstance(p, ast.Constant) for p in parts):
            return tuple
        case _:
            refuse("is not in the language")
    raise AssertionError


def _yes_or_no(part: ast.expr, known: Mapping[str, Fact], asks: list[str], where: str) -> None:
    if _checked(part, known, asks, where) is not bool:
        raise InputError(f"{where}: {ast.unparse(part)!r} is neither true nor false.", "Compare it with something.")


def _check_names(left: ast.expr, right: ast.expr, known: Mapping[str, Fact], where: str) -> None:
    """A name that no answer can be is a slip of the pen."""
    fact = known.get(left.id) if isinstance(left, ast.Name) else None
    if fact is None or not isinstance(fact.of, tuple) or not fact.of:
        return
    for one in right.elts if isinstance(right, ast.Tuple | ast.List) else [right]:
        if isinstance(one, ast.Constant) and one.value not in fact.of:
            raise InputError(f"{where}: {one.value!r} is no answer to {ast.unparse(left)}.", f"It is {fact.of}.")


# --- deciding ---------------------------------------------------------------------------------


def _value(node: ast.expr, facts: Facts) -> Any:
    match node:
        case ast.BoolOp(op=op, values=parts):
            return _joined([_value(part, facts) for part in parts], ends=isinstance(op, ast.Or))
        case ast.UnaryOp(operand=part):
            value = _value(part, facts)
            return None if value is None else not value
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            pair = (_value(left, facts), _value(right, facts))
            return None if None in pair else _COMPARED[type(op)](*pair)
        case ast.Call(func=ast.Name(id=which), args=[ast.Name(id=name), part]):
            things = facts.get(name)
            if things is None:
                return None
            return _joined([_value(part, {**facts, **thing}) for thing in things], ends=which == "any")
        case ast.Name(id=name):
            return facts.get(name)
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(part.value for part in parts if isinstance(part, ast.Constant))
    raise AssertionError(ast.dump(node))


def _joined(values: list[bool | None], *, ends: bool) -> bool | None:
    """Or (``ends`` is true) and and (false): one value settles it, one unknown leaves it open."""
    if ends in values:
        return ends
    return None if None in values else not ends


def _missing(node: ast.expr, facts: Facts) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            if facts.get(name) is None:
                yield name
        case ast.Call(args=[ast.Name(id=name), part]):
            things = facts.get(name)
            if things is None:
                yield name
            for thing in things or ():
                yield from _missing(part, {**facts, **thing})
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _missing(child, facts)
