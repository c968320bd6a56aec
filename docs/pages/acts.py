"""Acts and the commands that call them, found in the code by reading it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

import manyhands.actions
from manyhands.actions.roles import MAY, ROLES
from manyhands.cli import commands
from pages.markdown import SOURCE, paragraph, rest, table, value

Place = tuple[str, str]
"""A function by its module and name."""


@dataclass(frozen=True)
class Command:
    """One command of the command line, and the functions of ``manyhands.actions`` that it calls."""

    words: str
    click: Any
    calls: tuple[Place, ...]

    @property
    def does(self) -> tuple[Place, ...]:
        """The acts among what it calls: what asks for a role, or bears the command's own name."""
        return tuple(place for place in self.calls if asked_role(place) or place[1] == self.words)


def actions_page() -> list[str]:
    """The roles, every act with its command, and the commands that do several acts or none."""
    every = all_commands()
    lines = ["# Acts and commands", ""]
    lines += paragraph(
        "An act is what a person can do: one function of `manyhands.actions`, `verb(studio, by, …)`, in one "
        "transaction. Each act that changes something leaves one line in the log; a delivery leaves two, before its "
        "master stands and when it does. A command reads words and flags, calls its act, and prints what came of it; "
        "with `--json` it prints one JSON value."
    )
    lines += ["## Who may do what", ""]
    marks = [(act, *("yes" if role in may else "" for role in ROLES)) for act, may in MAY.items()]
    lines += table(("act", *(f"`{role}`" for role in ROLES)), marks)
    single: dict[Place, list[Command]] = {}
    for command in every:
        if len(command.does) == 1:
            single.setdefault(command.does[0], []).append(command)
    for place in sorted(acts() | single.keys(), key=lambda place: place[1]):
        lines += _act_told(place, single.get(place, []), [each.words for each in every if place in each.does])
    lines += ["", "## Commands of several acts"]
    for command in every:
        if len(command.does) > 1:
            done = ", ".join(f"[{name}](#{name})" for _, name in dict.fromkeys(command.does))
            lines += ["", *_command_told(command), "", f"It does: {done}."]
    lines += ["", "## Commands that only look"]
    for command in every:
        if not command.does:
            lines += ["", *_command_told(command)]
    return lines


def _act_told(place: Place, own: Sequence[Command], called_by: Sequence[str]) -> Iterator[str]:
    function = getattr(importlib.import_module(place[0]), place[1])
    role = asked_role(place)
    may = ", ".join(f"`{each}`" for each in ROLES if each in MAY[role]) if role else "anybody"
    yield from ("", f"## {place[1]}", "", f"`{place[0]}.{place[1]}({_arguments(function)})`", "")
    yield from rest(inspect.getdoc(function) or "")
    yield from ("", f"Who may: {may}.")
    for command in own:
        yield from ("", *_command_told(command))
    more = [words for words in called_by if words not in {command.words for command in own}]
    if more:
        yield from ("", "Called by " + ", ".join(f"`manyhands {words}`" for words in more) + ".")


def _arguments(function: Callable[..., Any]) -> str:
    parts, starred = [], False
    for item in inspect.signature(function).parameters.values():
        if item.kind is item.KEYWORD_ONLY and not starred:
            parts, starred = [*parts, "*"], True
        parts.append(item.name if item.default is item.empty else f"{item.name}={item.default!r}")
    return ", ".join(parts)


def _command_told(command: Command) -> Iterator[str]:
    given = [param for param in command.click.params if param.param_type_name == "argument"]
    usage = [param.name.upper() if param.required else f"[{param.name.upper()}]" for param in given]
    yield from (f"`{' '.join(['manyhands', command.words, *usage])}`: {command.click.help}", "")
    rows = []
    for param in command.click.params:
        is_given = param.param_type_name == "argument"
        name = f"`{param.name.upper()}`" if is_given else ", ".join(f"`{opt}`" for opt in _options(param))
        rows.append((name, _kind(param), _default(command, param), param.help or ""))
    yield from table(("", "is", "default", "meaning"), rows)


def _options(param: Any) -> list[str]:
    """Its names; a flag's opposite only where the flag is set by default."""
    return [*param.opts, *(param.secondary_opts if param.default is True else [])]


def _kind(param: Any) -> str:
    annotation = param.type_descriptor.annotation
    if getattr(param, "is_flag", False):
        return "yes or no"
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if param.multiple:
        return "text, once or more"
    name = {"str": "text", "int": "number", "Path": "path"}.get(annotation.__name__, annotation.__name__)
    if param.min is None:
        return name
    return f"{name}, {param.min} to {param.max}" if param.max is not None else f"{name} from {param.min}"


def _default(command: Command, param: Any) -> str:
    if param.required:
        return f"needed, or `{param.envvar}`" if param.envvar else "needed"
    if param.name in _set_by_the_machine(command.click.callback):
        return "as many as there are cores"
    told = "no" if param.default is False else "yes" if param.default is True else value(param.default)
    return f"{told}, or `{param.envvar}`".removeprefix(", ") if param.envvar else told


def _set_by_the_machine(callback: Callable[..., Any]) -> set[str]:
    """The parameters whose default is the number of cores: it is not the same everywhere."""
    body = ast.parse(textwrap.dedent(inspect.getsource(callback))).body[0]
    assert isinstance(body, ast.FunctionDef)
    given = body.args.args[len(body.args.args) - len(body.args.defaults) :]
    return {
        argument.arg
        for argument, default in zip(given, body.args.defaults, strict=True)
        if isinstance(default, ast.Name) and default.id == "CORES"
    }


@cache
def all_commands() -> tuple[Command, ...]:
    """Every command in alphabetical order, with the acts that it calls."""
    found = []

    def walk(click: Any, words: tuple[str, ...]) -> None:
        if hasattr(click, "commands"):
            for name, inner in click.commands.items():
                walk(inner, (*words, name))
        else:
            callback = click.callback
            called = _called(callback.__module__, callback.__name__, set())
            found.append(Command(" ".join(words), click, tuple(dict.fromkeys(called))))

    walk(typer.main.get_command(commands.app), ())
    return tuple(sorted(found, key=lambda command: command.words))


def acts() -> set[Place]:
    """Every act that asks for a role."""
    found = set()
    for item in pkgutil.iter_modules(manyhands.actions.__path__):
        name = f"manyhands.actions.{item.name}"
        for function in vars(importlib.import_module(name)).values():
            if inspect.isfunction(function) and function.__module__ == name and asked_role((name, function.__name__)):
                found.add((name, function.__name__))
    return found


@cache
def asked_role(place: Place) -> str:
    """The row of the table of roles that a function checks; empty if it lets everybody."""
    for node in ast.walk(_bodies(place[0]).get(place[1], ast.Pass())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check":
            last = node.args[-1]
            if isinstance(last, ast.Constant) and last.value in MAY:
                return str(last.value)
    return ""


def _called(module: str, name: str, seen: set[Place]) -> Iterator[Place]:
    """The functions of ``manyhands.actions`` that one of the command line calls, also by way of its neighbours."""
    if (module, name) in seen or name not in _bodies(module):
        return
    seen.add((module, name))
    body = _bodies(module)[name]
    names = {**_imports(_tree(module).body), **_imports(ast.walk(body))}
    for node in ast.walk(body):
        target: Place | None = None
        if isinstance(node, ast.Name):
            target = names.get(node.id, (module, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            package, inner = names[node.value.id]
            target = (f"{package}.{inner}", node.attr)
        if target and target[0].startswith("manyhands.actions.") and target[1] in _bodies(target[0]):
            yield target
        elif target and target[0].startswith("manyhands.cli"):
            yield from _called(*target, seen)


def _imports(nodes: Iterable[ast.AST]) -> dict[str, Place]:
    """What imported names stand for."""
    return {
        item.asname or item.name: (node.module, item.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for item in node.names
    }


@cache
def _tree(module: str) -> ast.Module:
    path = SOURCE.parent / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])


@cache
def _bodies(module: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in _tree(module).body if isinstance(node, ast.FunctionDef)}
