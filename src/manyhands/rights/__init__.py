"""What may be used and what must be said: terms of sources, consents of people, and the checks that gate an act."""

from manyhands.rights.consents import check_consents, check_grant
from manyhands.rights.terms import (
    HOSTED,
    LICENCES,
    SCOPES,
    Licence,
    check_delivery,
    check_use,
    terms_named,
)

__all__ = [
    "HOSTED",
    "LICENCES",
    "SCOPES",
    "Licence",
    "check_consents",
    "check_delivery",
    "check_grant",
    "check_use",
    "terms_named",
]
