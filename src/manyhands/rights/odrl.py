"""Grants as an ODRL 2.2 policy, for partners and their programs.

Each term becomes a permission or a prohibition, with where and until when it holds as constraints, who is to be asked
and what is owed as duties.  What ODRL has no word for is said more strictly, never less: a no to a weak use is written
out for every stronger one; what is forbidden everywhere is permitted nowhere, though a later grant let one production
off; who wants to be asked about one permission of a scope is asked about all.

The actions are those of a profile of our own, so a program that does not know it has to leave the policy alone, and
cannot take one scope for another.  Each lies in an action of ODRL's own vocabulary (``INCLUDED_IN``).
Source: W3C, ODRL Information Model 2.2 and ODRL Vocabulary and Expression 2.2, 2018.
What we do not know: how a program that reads it judges; ODRL 2.2 says what a policy is, not when it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from manyhands.core.currency import decimal
from manyhands.core.grant import Grant, Term
from manyhands.core.hand import slug
from manyhands.core.names import is_same_name
from manyhands.core.noun import digest
from manyhands.rights.declared import Subject
from manyhands.rights.verdict import GRANT_SCOPES, Claim, Registry, claims_about

PROFILE = "urn:manyhands:odrl:1"
VOCABULARY = f"{PROFILE}#"
CONTEXT: list[Any] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {"mh": VOCABULARY, "schema": "https://schema.org/", "name": "schema:name", "description": "schema:description"},
]
INCLUDED_IN: Mapping[str, str] = {
    "view": "display",
    "composite": "derive",
    "retouch": "modify",
    "style_reference": "derive",
    "input_local": "derive",
    "input_hosted": "derive",
    "train_shot": "derive",
    "train_general": "derive",
    "likeness_alter": "modify",
    "likeness_replica": "derive",
    "voice_replica": "derive",
    "deliver": "distribute",
}
"""By scope: the action of ODRL in which ours lies."""


def odrl_policy(subjects: Iterable[Subject], held: Registry) -> dict[str, Any]:
    """All that stands today about these subjects as one policy, a JSON-LD value; what is not in it is denied.

    Its id is the hash of its content: the same grants on the same day are the same policy.
    """
    rules: dict[str, list[dict[str, Any]]] = {"permission": [], "prohibition": []}
    for subject in subjects:
        every = [_rules(scope, subject, held) for scope in GRANT_SCOPES]
        if not any(told["permission"] or told["prohibition"] for told in every):
            every = [{"permission": [], "prohibition": [{"target": _target(subject), "action": "use"}]}]
        for told in every:
            for kind, found in told.items():
                rules[kind] += [rule for rule in found if rule not in rules[kind]]
    body = {kind: found for kind, found in rules.items() if found}  # ODRL wants one rule or more
    id_ = digest({"project": held.project, "day": held.today, **body})
    return {
        "@context": CONTEXT,
        "@type": "Set",
        "uid": f"urn:manyhands:policy:{id_}",
        "profile": PROFILE,
        "conflict": "prohibit",
        "description": f"What is granted to {held.project} as of {held.today} (UTC). What is not permitted is denied.",
        **body,
    }


def _rules(scope: str, subject: Subject, held: Registry) -> dict[str, list[dict[str, Any]]]:
    permits, restricts = claims_about(
        scope, held, work=subject.named_work, person=subject.person, more=subject.terms(held)
    )
    forbids = [claim for claim in restricts if claim[1].verdict == "prohibit"]
    asks = [grant for grant, term in restricts if term.verdict == "ask"]
    barred = subject.is_unknown or any(not _constraints(grant, term) for grant, term in forbids)
    duties = [_asked(grant) for grant in dict.fromkeys(asks)] + _owed(scope, subject)
    return {
        "permission": [] if barred else [_rule(scope, subject, claim, held, duties) for claim in permits],
        "prohibition": [_rule(scope, subject, claim, held, []) for claim in forbids],
    }


def _rule(
    scope: str, subject: Subject, claim: Claim, held: Registry, duties: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    grant, term = claim
    constraints = _constraints(grant, term)
    return {
        "uid": f"urn:manyhands:term:{slug(grant.id)}:{grant.terms.index(term)}:{scope}:{term.verdict}",
        "target": _target(subject),
        "action": f"mh:{scope}",
        "assigner": _party(grant.grantor),
        "assignee": _party(grant.given_to or held.project),
        **({"constraint": constraints} if constraints else {}),
        **({"duty": list(duties)} if duties else {}),
    }


def _target(subject: Subject) -> dict[str, Any]:
    if subject.source:
        return {"@type": "Asset", "uid": f"urn:sha256:{subject.source.sha256}", "name": subject.source.title}
    if subject.person:
        return {"@type": "Asset", "uid": f"urn:manyhands:likeness:{slug(subject.person)}", "name": subject.person}
    return {"@type": "Asset", "uid": f"urn:manyhands:work:{slug(subject.work)}"}


def _party(name: str) -> dict[str, Any]:
    return {"@type": "Party", "uid": f"urn:manyhands:party:{slug(name)}", "name": name}


def _constraints(grant: Grant, term: Term) -> list[dict[str, Any]]:
    begins = max(grant.signed_on, term.valid_from)
    ends = min((day for day in (grant.valid_until, term.valid_until) if day), default="")
    found = [
        _constraint("purpose", "eq", term.project) if term.project else None,
        _constraint("spatial", "isAnyOf", list(term.territory)) if term.territory else None,
        _constraint("media", "isAnyOf", list(term.media)) if term.media else None,
        _constraint("dateTime", "gteq", _day(begins)) if term.valid_from > grant.signed_on else None,
        _constraint("dateTime", "lteq", _day(ends)) if ends else None,
    ]
    return [one for one in found if one]


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _asked(grant: Grant) -> dict[str, Any]:
    """Somebody's yes that is to be got first: of whom the term names, else of a director or producer."""
    who = next((term.approver for term in grant.terms if term.verdict == "ask" and term.approver), "")
    return {"action": "obtainConsent", **({"consentingParty": _party(who)} if who else {})}


def _owed(scope: str, subject: Subject) -> list[dict[str, Any]]:
    """What a delivery with a source owes: the credit by which it must be named, and the fee."""
    if scope != "deliver" or not subject.source:
        return []
    terms, owner = subject.source.terms, subject.source.owner or "its owner"
    credit = [{"action": "attribute", "attributedParty": _party(terms.credit)}] if terms.credit else []
    if not terms.fee_minor:
        return credit
    amount = _constraint(
        "payAmount", "eq", {"@value": decimal(terms.fee_minor, terms.currency), "@type": "xsd:decimal"}
    )
    fee = {
        "action": [{"rdf:value": {"@id": "odrl:compensate"}, "refinement": [
            {**amount, "unit": f"urn:iso:std:iso:4217:{terms.currency}"}]}],
        "compensatedParty": _party(owner),
    }  # fmt: skip
    return [*credit, fee]


def permits(
    policy: Mapping[str, Any], scope: str, *, target: str, day: str, project: str, territory: str = "", medium: str = ""
) -> str:
    """What a policy says of one use, read back: ``allow``, ``ask`` (a consent is to be got first) or ``deny``.

    ``target`` is the asset's uid.  What is not permitted is denied, and a prohibition wins.
    """

    def holds(rule: Mapping[str, Any]) -> bool:
        about = rule["target"]["uid"] == target and rule["action"] in (f"mh:{scope}", "use")
        return about and all(_is_met(one, day, project, territory, medium) for one in rule.get("constraint", ()))

    if any(holds(rule) for rule in policy.get("prohibition", ())):
        return "deny"
    found = [rule for rule in policy.get("permission", ()) if holds(rule)]
    if not found:
        return "deny"
    return (
        "ask" if any(duty["action"] == "obtainConsent" for rule in found for duty in rule.get("duty", ())) else "allow"
    )


def _is_met(constraint: Mapping[str, Any], day: str, project: str, territory: str, medium: str) -> bool:
    left, operator, right = (constraint[key] for key in ("leftOperand", "operator", "rightOperand"))
    if left == "dateTime":
        return day >= right["@value"] if operator == "gteq" else day <= right["@value"]
    if left == "purpose":
        return is_same_name(str(right), project)
    return (territory if left == "spatial" else medium) in right


def as_target(subject: Subject) -> str:
    """The uid by which a policy names a subject."""
    return str(_target(subject)["uid"])


def vocabulary() -> dict[str, Any]:
    """The profile's own actions as JSON-LD: each with the action of ODRL in which it lies."""
    return {
        "@context": {"odrl": "http://www.w3.org/ns/odrl/2/", "mh": VOCABULARY},
        "@graph": [
            {"@id": f"mh:{scope}", "@type": "odrl:Action", "odrl:includedIn": {"@id": f"odrl:{within}"}}
            for scope, within in INCLUDED_IN.items()
        ],
    }
