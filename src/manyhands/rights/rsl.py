"""Grants as an RSL 1.0 document: what a crawler or an AI system is told, which is what holds for everybody.

``permits`` is a closed list, and ``prohibits`` beats it.  Only what is open to everybody without limits is permitted;
all else is prohibited, and where nothing is permitted everything is: RSL has no word for "if asked", and silence would
be a yes.  Never written are ``all``, ``ai-all``, ``ai-index`` and ``search`` among what is permitted: no scope of ours
says so much.  Payment is ``free`` only where a licence for everybody asks for nothing.

Beside the tokens of RSL stand two of the RSL-MEDIA draft: ``media:ai-train`` and ``media:ai-generate``.
Source: rslstandard.org/rsl, RSL 1.0 (2025); rslmedia.org/media, 1.0 draft (2026), its tokens only.
What we do not know: how the RSL-MEDIA draft binds a declaration to a person in a registry; no registry was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote
from xml.etree import ElementTree

from manyhands.core.source import Source
from manyhands.rights.declared import TRAINING, Subject, opened, strictest
from manyhands.rights.verdict import Registry

NAMESPACE = "https://rslstandard.org/rsl"
USAGE: Mapping[str, tuple[str, ...]] = {
    "ai-train": (TRAINING,),
    "ai-input": ("input_local", "input_hosted"),
    "media:ai-train": (TRAINING,),
    "media:ai-generate": ("likeness_alter", "likeness_replica", "voice_replica"),
}
"""By token of RSL: the scopes that all have to be open for it."""

FREE_DEEDS = ("https://creativecommons.org/publicdomain/",)


def rsl_document(declared: Mapping[str, Iterable[Subject]], held: Registry) -> str:
    """An RSL document.

    Args:
        declared: by URL or path (RFC 9309) of what is told of: all that went into it.  The strictest of them counts.
    """
    root = ElementTree.Element("rsl", {"xmlns": NAMESPACE})
    for url, subjects in declared.items():
        every = list(subjects)
        license_ = ElementTree.SubElement(ElementTree.SubElement(root, "content", {"url": url}), "license")
        _usage(license_, every, held)
        _payment(license_, [one.source for one in every if one.source])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def permitted(subjects: Iterable[Subject], held: Registry) -> list[str]:
    """The tokens that are open to everybody, for all of these subjects together."""
    every = list(subjects)
    return [token for token, scopes in USAGE.items() if _is_open(token, scopes, every, held)]


def _is_open(token: str, scopes: Iterable[str], every: list[Subject], held: Registry) -> bool:
    about = [one for one in every if one.person] if token == "media:ai-generate" else every
    return strictest(opened(scope, one, held) for one in about for scope in scopes).use == "allowed"


def _usage(license_: ElementTree.Element, every: list[Subject], held: Registry) -> None:
    yes = permitted(every, held)
    no = (
        [token for token in USAGE if token not in yes]
        if yes
        else ["all", *(t for t in USAGE if t.startswith("media:"))]
    )
    for tag, tokens in (("permits", yes), ("prohibits", no)):
        if tokens:
            ElementTree.SubElement(license_, tag, {"type": "usage"}).text = " ".join(tokens)


def _payment(license_: ElementTree.Element, sources: list[Source]) -> None:
    """What is asked for: a fee or anything that is not known to be free is a purchase, to be settled."""
    deeds = list(dict.fromkeys(source.terms.licence_url for source in sources if source.terms.licence_url))
    is_public = bool(sources) and all(source.terms.licence_url and not source.terms.fee_minor for source in sources)
    if not is_public:
        ElementTree.SubElement(license_, "payment", {"type": "purchase"})
        return
    is_free = all(deed.startswith(FREE_DEEDS) for deed in deeds)
    payment = ElementTree.SubElement(license_, "payment", {"type": "free" if is_free else "attribution"})
    if len(deeds) == 1:
        ElementTree.SubElement(payment, "standard").text = deeds[0]


def url_of(source: Source) -> str:
    """Where a source is: where it was found on the web, else a path that ends with its name."""
    if source.found_at.startswith(("https://", "http://")):
        return source.found_at
    return f"/*{quote(source.title)}$"
