"""Libraries: what each is for, where it is imported, under which licence it comes."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import distribution, packages_distributions

from pages.markdown import ROOT, SOURCE, paragraph, table


def libraries_page() -> list[str]:
    """Each dependency of pyproject.toml: why, where it is used, under which licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = tomllib.loads((ROOT / "docs" / "libraries.toml").read_text(encoding="utf-8"))
    homes = imported_in()
    lines = ["# Libraries", ""]
    lines += paragraph(
        "Each library has a reason and, but for the numerics that every picture needs, one home in the tree. The home "
        "is read from the imports, the licence from the installed package, the reason from `docs/libraries.toml`. "
        "Wheels carry libraries of others inside them, under terms of their own: on Linux, those of `av` bring FFmpeg "
        "(LGPL) with x264 and x265 (GPL). Whoever ships them on has to look at that."
    )
    groups = {"To run": project["dependencies"]}
    groups |= {f"Extra `{name}`": wanted for name, wanted in project["optional-dependencies"].items()}
    for title, wanted in groups.items():
        rows = []
        for line in wanted:
            name = name_of(line)
            where = ", ".join(f"`{folder}`" for folder in homes.get(name.lower(), ())) or "beside the source"
            rows.append((f"`{line}`", reasons.get(name, ""), where, licence_of(name)))
        lines += [f"## {title}", "", *table(("library", "what for", "imported in", "licence"), rows), ""]
    return lines


def name_of(requirement: str) -> str:
    """The name of a package in a line such as ``numpy>=2,<3``."""
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return found[0]


def imported_in() -> dict[str, list[str]]:
    """The folders (or single modules) of the house that import each installed package."""
    brought_by = packages_distributions()
    found: dict[str, set[str]] = {}
    for file in SOURCE.rglob("*.py"):
        home = file.relative_to(SOURCE).parts[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                module = name.partition(".")[0]
                for package in brought_by.get(module, [module]):
                    found.setdefault(package.lower(), set()).add(home)
    return {package: sorted(homes) for package, homes in found.items()}


def licence_of(package: str) -> str:
    """The licence that the installed package names, else the one that its licence text is."""
    told = distribution(package).metadata
    if told["License-Expression"]:
        return str(told["License-Expression"])
    named = str(told["License"] or "")
    if named and len(named) < 40 and named != "BSD":
        return named
    kept = [file for file in distribution(package).files or () if re.match(r"LICEN[CS]E", file.name)]
    for text in (named, *(file.read_text() for file in sorted(kept, key=str))):
        for mark, licence in LICENCE_TEXTS.items():
            if mark in " ".join(text.split()):
                return licence
    kinds = [line for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return kinds[0].rpartition(" :: ")[2] if kinds else "not told"


LICENCE_TEXTS = {
    "Neither the name of": "BSD-3-Clause",
    "Redistribution and use in source and binary forms": "BSD-2-Clause",
    "Permission is hereby granted, free of charge": "MIT",
    "Apache License": "Apache-2.0",
}
"""By what a licence's text is known, in the order in which they are looked for."""
