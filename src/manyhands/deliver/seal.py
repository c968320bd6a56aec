"""A seal: a JSON document signed by the production, for papers that are no pictures.

The signature is ECDSA over P-256 with SHA-256, by the key that signs masters, over the document's canonical JSON; the
certificate beside it was issued by the production's root, which has to come from the production itself.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from manyhands.core.errors import InputError, TrustError
from manyhands.core.noun import canonical, digest
from manyhands.deliver.authority import Authority


def sealed(told: dict[str, Any], authority: Authority) -> dict[str, Any]:
    """A document with its hash, its signature and the signer's certificate."""
    key = serialization.load_pem_private_key(authority.key_pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = key.sign(canonical(told), ec.ECDSA(hashes.SHA256()))
    return {
        "told": told,
        "sha256": digest(told),
        "signature": base64.b64encode(signature).decode(),
        "certificate": authority.chain_pem.decode(),
    }


def opened(document: Any, root_pem: bytes, *, name: str) -> dict[str, Any]:
    """What a sealed document tells.  Raises: TrustError if it was changed, or no signer of this root signed it."""
    found = unsealed(document)
    if found is None or not is_issued_by(found[1], root_pem):
        raise TrustError(
            f"{name}: it is not what this production signed.", "Take it from the production's folder reports again."
        )
    return found[0]


def unsealed(document: Any) -> tuple[dict[str, Any], x509.Certificate] | None:
    """What a sealed document tells, with the certificate of whoever sealed it; None if it was changed since."""
    try:
        told, signature = document["told"], base64.b64decode(document["signature"], validate=True)
        certificate = x509.load_pem_x509_certificate(document["certificate"].encode())
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, canonical(told), ec.ECDSA(hashes.SHA256()))
        whole = {
            "told": told,
            "sha256": digest(told),
            "signature": base64.b64encode(signature).decode(),
            "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        }
    except (*_UNFIT, InvalidSignature):
        return None
    return (dict(told), certificate) if document == whole else None


def fingerprint_of(certificate: bytes | x509.Certificate) -> str:
    """The SHA-256 of a certificate, as such or in PEM form."""
    one = x509.load_pem_x509_certificate(certificate) if isinstance(certificate, bytes) else certificate
    return one.fingerprint(hashes.SHA256()).hex()


def is_issued_by(certificate: x509.Certificate, root_pem: bytes) -> bool:
    """Whether one of the roots in PEM form issued a certificate."""
    for root in x509.load_pem_x509_certificates(root_pem):
        try:
            certificate.verify_directly_issued_by(root)
            return True
        except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
            continue
    return False


_UNFIT = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    RecursionError,
    UnsupportedAlgorithm,
    InputError,
)
"""What a document raises that is none."""
