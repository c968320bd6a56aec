"""What the sayings of a file come to: the terms that are proposed, what is forbidden, and where they disagree.

A no needs no proof, a yes does: what anything forbids is forbidden, and what only a broken credential or a licence
file of the neighbourhood allows is not.  Of several carriers the strictest wins, and that they disagree is told.

Source: CAWG Training and Data Mining Assertion 1.1 (entries and uses); PLUS Data Mining vocabulary; IPTC NewsCodes,
digital source type; the deeds of Creative Commons.

What we do not know: whether who wrote a field had the right to.  Fields can be written by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from manyhands.core.grant import GrantScope, Term
from manyhands.core.intake import UNREADABLE, Saying
from manyhands.core.names import is_same_name
from manyhands.core.source import Terms
from manyhands.rights.sayings import names_in
from manyhands.rights.terms import LICENCES, terms_named

TRAINING: tuple[GrantScope, ...] = ("train_shot", "train_general")
ENTRIES: dict[str, tuple[GrantScope, ...]] = {
    "ai_training": TRAINING,
    "ai_generative_training": TRAINING,
    "data_mining": TRAINING,
    "ai_inference": ("input_local", "input_hosted"),
}
"""What an entry of ``cawg.training-mining`` is about here.  Data mining is any analysis by machine, so it covers
teaching of either kind; inference is that a trained model gets it to look at."""

USES = {"notAllowed": "prohibit", "constrained": "ask", "allowed": "permit"}
MINING = {
    "DMI-PROHIBITED": "prohibit",
    "DMI-PROHIBITED-AIMLTRAINING": "prohibit",
    "DMI-PROHIBITED-GENAIMLTRAINING": "prohibit",
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": "prohibit",
    "DMI-PROHIBITED-SEECONSTRAINT": "ask",
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": "ask",
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": "ask",
    "DMI-ALLOWED": "permit",
}
WHOLLY_TRAINED = ("trainedAlgorithmicMedia",)
PARTLY_TRAINED = ("compositeWithTrainedAlgorithmicMedia", "compositeSynthetic")
_CAMERA = ("digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "compositeCapture")
UNNAMED_MODEL = "a model that the file does not name"
_ORDER = ("permit", "ask", "prohibit")
_NAMES = (
    "cc:attributionName", "dc:creator", "Artist", "By-line", "xmpRights:Owner", "SPDX-FileCopyrightText", "dc:rights",
    "Copyright Notice", "Copyright", "owner", "photoshop:Credit", "Credit",
)  # fmt: skip
_LICENCE_FIELDS = (
    "cc:license", "xmpRights:WebStatement", "xmpRights:UsageTerms", "dc:rights", "SPDX-License-Identifier",
    "Copyright Notice", "Copyright",
)  # fmt: skip
_DEED = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<code>[a-z]{2}(?:-[a-z]{2,4})*)/(?P<version>\d\.\d)|publicdomain/(?P<zero>zero|mark)/1\.0)",
    re.IGNORECASE,
)
_SPDX = re.compile(r"\b(?P<name>CC0-1\.0|CC-BY(?:-[A-Z]{2,4})*-\d\.\d)\b", re.IGNORECASE)
_LIMITS = {
    "nc": "it is not for commercial use",
    "nd": "changed versions may not be shown",
    "sa": "what is made with it has to be given under the same licence",
}


@dataclass(frozen=True)
class Offer:
    """The terms that a file proposes.

    ``licence`` is one of the house's names, ``unknown`` where the file names none; ``barred`` says why a licence that
    it names does not let a film use it.  ``terms`` are what it forbids, allows or wants asked beside the licence.
    ``made_by`` is the model that made all of it, where the file says that one did.
    """

    licence: str = "unknown"
    owner: str = ""
    terms: tuple[Term, ...] = ()
    barred: str = ""
    source_type: str = ""
    made_by: str = ""
    told: tuple[str, ...] = ()
    disagree: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.told)

    @property
    def as_terms(self) -> Terms:
        """The licence with its credit, as it is stated once a person takes it."""
        credit = self.owner if LICENCES[self.licence.lower()].wants_credit else ""
        return terms_named(self.licence, credit=credit)

    @property
    def restricts(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.verdict != "permit")


def offered(sayings: Sequence[Saying]) -> Offer:
    """What a file's sayings come to."""
    terms, mixed = _scopes(sayings)
    licence, barred, licences = _licence(sayings)
    owner = _owner(sayings)
    if LICENCES[licence.lower()].wants_credit and not owner:
        licence, barred = "unknown", f"{licence} wants a credit, and it names nobody"
    source_type, types = _source_type(sayings)
    disagree = [*mixed]
    if source_type in (*WHOLLY_TRAINED, *PARTLY_TRAINED) and set(types) & set(_CAMERA):
        disagree.append(f"It says of itself that it is {' and '.join(types)}. What says most of models counts.")
    if len(licences) > 1:
        disagree.append(f"It names several licences: {', '.join(licences)}. The strictest counts.")
    makers = [names[0] for name in ("dc:creator", "Artist", "By-line") if (names := _names(sayings, name))]
    people = {one.casefold(): one for one in makers}
    if len(people) > 1:
        disagree.append(f"It names several makers: {', '.join(people.values())}.")
    return Offer(
        licence,
        owner,
        terms,
        barred,
        source_type,
        _model(sayings) if source_type in WHOLLY_TRAINED else "",
        tuple(_told(saying) for saying in sayings),
        tuple(disagree),
    )


def wider(stated: Terms, offer: Offer, *, owner: str) -> list[tuple[str, tuple[GrantScope, ...]]]:
    """Where somebody's terms go further than what the file says: in words, and the scopes that they open."""
    found: list[tuple[str, tuple[GrantScope, ...]]] = []
    given: set[GrantScope] = {*stated.permits, *(("deliver",) if stated.deliverable else ())}
    for term in offer.restricts:
        if term.scope in given:
            says = "forbids" if term.verdict == "prohibit" else "wants to be asked before"
            found.append((f"the file {says} {term.scope}, and {stated.licence} permits it", (term.scope,)))
    if stated.deliverable and offer.barred:
        found.append((f"by the file {offer.barred}, and {stated.licence} lets it be shown", ()))
    if stated.licence == "own" and offer.owner and owner and not is_same_name(offer.owner, owner):
        found.append((f"the file names {offer.owner}, and {stated.licence} says that it is {owner}'s", ()))
    return found


# --- reading them -----------------------------------------------------------------------------


def _scopes(sayings: Sequence[Saying]) -> tuple[tuple[Term, ...], list[str]]:
    """What is forbidden, asked about or allowed, by scope; and where carriers disagree."""
    said: dict[GrantScope, dict[str, Saying]] = {}
    for saying in sayings:
        verdict, scopes = _verdict(saying)
        if verdict == "permit" and not saying.holds:
            continue
        for scope in scopes if verdict else ():
            said.setdefault(scope, {}).setdefault(verdict, saying)
    terms, mixed = [], []
    for scope, by in said.items():
        verdicts = sorted(by, key=_ORDER.index)
        terms.append(Term.model_validate({"scope": scope, "verdict": verdicts[-1]}))
        if len(by) > 1:
            words = "; ".join(f"{_WORDS[verdict]} by {_source(by[verdict])}" for verdict in verdicts)
            mixed.append(f"{scope} is {words}. The strictest counts.")
    return tuple(terms), mixed


_WORDS = {"permit": "allowed", "ask": "to be asked about", "prohibit": "forbidden"}


def _verdict(saying: Saying) -> tuple[str, tuple[GrantScope, ...]]:
    """What one saying does to which scopes; nothing, for most."""
    if saying.name == "plus:DataMining":
        code = saying.says.rstrip("/").rsplit("/", 1)[-1].upper()
        # a prohibition that is newer than this list is one
        return MINING.get(code, "prohibit" if "PROHIBITED" in code else ""), TRAINING
    where, _, entry = saying.name.partition("training-mining/")
    if where and entry:
        return USES.get(saying.says.split(":")[0].strip(), ""), ENTRIES.get(entry.split(".")[-1], ())
    return "", ()


def _licence(sayings: Sequence[Saying]) -> tuple[str, str, list[str]]:
    """The licence that is proposed, why it is none that may be used, and all that are named."""
    named = [
        name
        for saying in sayings
        if saying.holds and saying.carrier != "neighbour" and saying.name in _LICENCE_FIELDS
        for name in _creative_commons(saying.says)
    ]
    licences = list(dict.fromkeys(named))
    if not licences:
        marked = any(value.lower() == "true" for value in _values(sayings, "xmpRights:Marked"))
        reserved = any("all rights reserved" in saying.says.lower() for saying in sayings if saying.holds)
        return "unknown", "all rights are reserved" if marked or reserved else "", []
    unusable = [name for name in licences if name.lower() not in LICENCES]
    if unusable:
        parts = unusable[0].lower().split("-")
        limits = [words for part, words in _LIMITS.items() if part in parts]
        return "unknown", f"{unusable[0]}: {', '.join(limits) or 'it is none that the house knows'}", licences
    return max((LICENCES[name.lower()] for name in licences), key=lambda one: one.wants_credit).name, "", licences


def _creative_commons(text: str) -> list[str]:
    """SPDX identifiers of the licences that a text names by their deeds or by name; CC0 has a deed of its own."""
    found = []
    for hit in _DEED.finditer(text):
        if hit["zero"]:
            found.append("CC0-1.0" if hit["zero"].lower() == "zero" else "PDM-1.0")
        else:
            found.append(f"CC-{hit['code'].upper()}-{hit['version']}")
    found += [hit["name"].upper() for hit in _SPDX.finditer(text)]
    return list(dict.fromkeys(found))


def _owner(sayings: Sequence[Saying]) -> str:
    for name in _NAMES:
        if names := _names(sayings, name):
            return ", ".join(names[:3])
    return ""


def _names(sayings: Sequence[Saying], name: str) -> list[str]:
    values = [part for value in _values(sayings, name) for part in value.split("; ")]
    return [one for one in names_in(values) if len(one) <= 80 and "://" not in one and not _creative_commons(one)]


def _values(sayings: Iterable[Saying], name: str) -> list[str]:
    return [saying.says for saying in sayings if saying.name == name and saying.holds]


def _source_type(sayings: Iterable[Saying]) -> tuple[str, list[str]]:
    """The digital source type, of several the one that says most of models, and all; also of a broken credential."""
    said = [
        saying.says.split(" ")[0].rstrip("/").rsplit("/", 1)[-1]
        for saying in sayings
        if saying.name.endswith(("DigitalSourceType", "digitalSourceType"))
    ]
    types = list(dict.fromkeys(said))
    for kinds in (WHOLLY_TRAINED, PARTLY_TRAINED):
        if found := next((kind for kind in types if kind in kinds), ""):
            return found, types
    return (types[0] if types else ""), types


def _model(sayings: Sequence[Saying]) -> str:
    system = _values(sayings, "Iptc4xmpExt:AISystemUsed")
    version = _values(sayings, "Iptc4xmpExt:AISystemVersionUsed")
    if system:
        return " ".join([system[0], *version[:1]])
    agents = _values(sayings, "c2pa.actions/softwareAgent")
    return agents[0] if agents else UNNAMED_MODEL


def _source(saying: Saying) -> str:
    return f"{saying.name} ({saying.carrier}, {saying.where})"


def _told(saying: Saying) -> str:
    if saying.name == UNREADABLE:
        return f"{saying.where}: its {saying.carrier} could not be read: {saying.says}."
    doubt = "" if saying.holds else " (of a credential that does not hold)"
    return f"{saying.where}, {saying.carrier}, {saying.name}: {saying.says}{doubt}"
