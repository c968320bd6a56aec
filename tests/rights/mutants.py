"""Conditions that are each wrong in one place: what the cases of the packs have to tell from the right ones."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from manyhands.rights.conditions import Fact
from manyhands.rights.facts import FACTS, PERSON, TASK, USE

KNOWN: Mapping[str, Fact] = {**FACTS, **USE, **PERSON, **TASK}

_TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def mutants(written: str) -> list[str]:
    """A condition wrong in one place, every way: a part left out or negated, and for or, any for all, each comparison
    turned round, each answer another, each answer of a list gone and each that is not in it added."""
    tree = ast.parse(written, mode="eval").body
    found = [ast.unparse(made) for made in _mutants(tree)]
    return [one for one in dict.fromkeys(found) if one != ast.unparse(tree)]


def _mutants(node: ast.expr) -> Iterator[ast.expr]:
    yield from _here(node)
    for field, value in ast.iter_fields(node):
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and (field, at) != ("args", 1)):
                for made in _mutants(child):
                    changed = copy.deepcopy(node)
                    if isinstance(value, list):
                        getattr(changed, field)[at] = made
                    else:
                        setattr(changed, field, made)
                    yield changed


def _here(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BoolOp(op=op, values=parts):
            for at in range(len(parts)):
                left = parts[:at] + parts[at + 1 :]
                yield left[0] if len(left) == 1 else ast.BoolOp(op=op, values=left)
            yield ast.BoolOp(op=ast.And() if isinstance(op, ast.Or) else ast.Or(), values=parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            yield part
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for turned in _TURNED[type(op)]:
                yield ast.Compare(left=left, ops=[turned()], comparators=[right])
            yield from (ast.Compare(left=left, ops=[op], comparators=[each]) for each in _others(left, right))
        case ast.Call(func=ast.Name(id=which), args=args):
            other = ast.Name(id="all" if which == "any" else "any")
            yield ast.Call(func=other, args=args, keywords=[])
            yield ast.UnaryOp(op=ast.Not(), operand=node)
        case ast.Name(id=name) if KNOWN[name].kind is bool:
            yield ast.UnaryOp(op=ast.Not(), operand=node)


def _others(left: ast.expr, right: ast.expr) -> Iterator[ast.expr]:
    """Other answers than the one, or the many, that a fact is compared with."""
    answers: tuple[Any, ...] = tuple(KNOWN[left.id].of) if isinstance(left, ast.Name) else ()
    match right:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(value=value + step) for step in (1, 0.01))
        case ast.Constant(value=str() as value):
            yield from (ast.Constant(value=answer) for answer in answers if answer != value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            named = [part.value for part in parts if isinstance(part, ast.Constant)]
            for gone in named if len(named) > 1 else ():
                yield _tuple(one for one in named if one != gone)
            for more in answers:
                if more not in named:
                    yield _tuple([*named, more])


def _tuple(values: Any) -> ast.Tuple:
    return ast.Tuple(elts=[ast.Constant(value=one) for one in values], ctx=ast.Load())
