"""What may be used and what must be said: terms of sources, consents of people, and packs of rules that others set."""

from manyhands.rights.consents import check_consents, check_days, check_grant
from manyhands.rights.declared import Subject, training_mining, training_mining_file
from manyhands.rights.facts import FACTS
from manyhands.rights.odrl import odrl_policy
from manyhands.rights.policy import Finding, Pack, all_packs, find_pack, judge
from manyhands.rights.rsl import rsl_document
from manyhands.rights.terms import (
    HOSTED,
    LICENCES,
    SCOPES,
    Licence,
    check_delivery,
    check_use,
    terms_as_grants,
    terms_named,
)
from manyhands.rights.verdict import GRANT_SCOPES, Reason, Registry, Ruling, Verdict, Wanted, ruled

__all__ = [
    "FACTS",
    "GRANT_SCOPES",
    "HOSTED",
    "LICENCES",
    "SCOPES",
    "Finding",
    "Licence",
    "Pack",
    "Reason",
    "Registry",
    "Ruling",
    "Subject",
    "Verdict",
    "Wanted",
    "all_packs",
    "check_consents",
    "check_days",
    "check_delivery",
    "check_grant",
    "check_use",
    "find_pack",
    "judge",
    "odrl_policy",
    "rsl_document",
    "ruled",
    "terms_as_grants",
    "terms_named",
    "training_mining",
    "training_mining_file",
]
