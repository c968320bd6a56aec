"""What may be used and what must be said: terms of sources, consents of people, and packs of rules that others set."""

from manyhands.rights.consents import check_consents, check_grant
from manyhands.rights.facts import FACTS
from manyhands.rights.policy import Finding, Pack, all_packs, find_pack, judge
from manyhands.rights.terms import HOSTED, LICENCES, SCOPES, Licence, check_delivery, check_use, terms_named

__all__ = [
    "FACTS",
    "HOSTED",
    "LICENCES",
    "SCOPES",
    "Finding",
    "Licence",
    "Pack",
    "all_packs",
    "check_consents",
    "check_delivery",
    "check_grant",
    "check_use",
    "find_pack",
    "judge",
    "terms_named",
]
