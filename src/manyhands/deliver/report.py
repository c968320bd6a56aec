"""What the verifier answers: a state, what was found, and what the credential says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from manyhands.deliver.filmdata import FilmDisclosure
from manyhands.deliver.manifest import AuthorshipSigned

State = Literal["intact and trusted", "intact, signer unknown", "broken", "no credentials"]

Weight = Literal["breaks", "warns", "notes"]
"""What a finding does: it breaks the credential, it contradicts something beside it, or it is told."""

WORDS = {
    "assertion.bmffHash.mismatch": "The film was changed after it was signed.",
    "assertion.dataHash.mismatch": "The file was changed after it was signed, or this sidecar is another file's.",
    "assertion.boxesHash.mismatch": "The picture was changed after it was signed.",
    "assertion.hashedURI.mismatch": "A statement in the credential was changed after it was signed.",
    "assertion.missing": "A statement that the credential signed was taken out.",
    "assertion.undeclared": "The credential holds a statement that its signer did not sign.",
    "claimSignature.mismatch": "The signature does not belong to this credential.",
    "claimSignature.missing": "The signature is missing.",
    "claimSignature.outsideValidity": "The signature was made outside the time for which its certificate holds.",
    "signingCredential.untrusted": "The signer's certificate could not be traced to a root that was given.",
    "signingCredential.expired": "The signer's certificate has ended, and no trusted stamp says that it signed before.",
    "signingCredential.invalid": "The signer's certificate is not one that may sign credentials.",
    "signingCredential.ocsp.revoked": "The signer's certificate was withdrawn.",
    "timeStamp.mismatch": "The time stamp is another credential's.",
    "timeStamp.untrusted": "There is a time stamp, by a service that is under none of the roots that were given.",
    "ingredient.manifest.mismatch": "The credential of something that went in was changed.",
    "ingredient.manifest.missing": "The credential of something that went in was taken out.",
    "ingredient.claimSignature.mismatch": "The credential of something that went in has another one's signature.",
}
"""C2PA's codes in plain words; a code that is not here is given with c2pa's own explanation."""


@dataclass(frozen=True)
class Finding:
    """One thing that the verifier found: C2PA's code or our own, where, and what it means."""

    code: str
    where: str
    words: str
    weight: Weight


@dataclass(frozen=True)
class Signer:
    """Who signed, as the certificate says; true only as far as the state says that it is trusted."""

    name: str
    issuer: str
    valid_until: str


@dataclass(frozen=True)
class WentIn:
    """One ingredient, and how its own credentials, if it has any, read."""

    title: str
    relationship: str
    sha256: str
    licence: str
    credit: str
    state: Literal["without credentials", "intact", "broken"]


@dataclass(frozen=True)
class Done:
    """One action, by which maker, and in which frames of the file (counted from 0, both included)."""

    action: str
    agent: str
    source_type: str
    description: str
    frames: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Report:
    """What a file's Content Credentials say, and whether they hold.

    ``authorship`` is what a Manyhands production signed about shares and decision, None where another program signed;
    ``film`` is what one sealed of a film's page.  ``measured`` says whether the signed figures were added up again.
    """

    path: str
    state: State
    findings: tuple[Finding, ...] = ()
    title: str = ""
    generator: str = ""
    signer: Signer | None = None
    went_in: tuple[WentIn, ...] = ()
    done: tuple[Done, ...] = ()
    oversight: tuple[str, ...] = ()
    authorship: AuthorshipSigned | None = None
    film: FilmDisclosure | None = None
    measured: Literal["not measured", "agrees", "differs"] = "not measured"

    @property
    def is_sound(self) -> bool:
        """Intact, and nothing beside it says otherwise."""
        return self.state.startswith("intact") and not any(each.weight == "warns" for each in self.findings)

    @property
    def sentence(self) -> str:
        """The answer in plain words."""
        said = _ANSWERS[self.state]
        if self.signer and self.state.startswith("intact"):
            said = said.format(signer=self.signer.name)
        warned = sum(each.weight == "warns" for each in self.findings)
        return said + (" But see the warnings." if warned and self.state.startswith("intact") else "")

    def save(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        told = asdict(replace(self, authorship=None, film=None))
        authorship = self.authorship.model_dump(mode="json") if self.authorship else None
        film = self.film.model_dump(mode="json") if self.film else None
        return told | {"authorship": authorship, "film": film, "sentence": self.sentence, "is_sound": self.is_sound}


_ANSWERS: dict[State, str] = {
    "intact and trusted": "This is what {signer} signed, unchanged.",
    "intact, signer unknown": "This is unchanged since it was signed. The signer calls itself {signer}; "
    "nothing that was given confirms it.",
    "broken": "Do not rely on this: it is not what was signed.",
    "no credentials": "This carries no Content Credentials; nothing can be told about where it comes from.",
}
