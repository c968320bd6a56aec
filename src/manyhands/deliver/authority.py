"""A production's own certificate authority: who signs its masters, made on first use.

An independent production is on nobody's list of trusted signers, so it signs under a root of its
own.  The root certificate is public and travels with the masters; whoever has it from the
production can tell that a master is the production's.

A signer works for a year and its certificate holds for decades, as with passports: a master must
still read as intact long after the key that signed it is gone, and no outside time stamp is needed
for that.  Renewal throws the old key away.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from manyhands.core.errors import ManyhandsError, StateError, StoreError, TrustError
from manyhands.disk import write_whole

KEYS = "authority.pem"
ROOT = "root.pem"

ROOT_LIFE = timedelta(days=365 * 40)
SIGNER_LIFE = timedelta(days=365 * 30)
SIGNING_LIFE = timedelta(days=365)
CLOCKS_DIFFER_BY = timedelta(days=1)

# Extended key usage of C2PA's certificate policy; c2pa-rs accepts it beside emailProtection only.
CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
LONGEST_NAME = 64  # RFC 5280 appendix A, ub-organization-name and ub-common-name


@dataclass(frozen=True)
class Authority:
    """Who signs: the production's root, and the certificate and key that sign at present.

    ``chain_pem`` is the signing certificate alone (a root is never part of a chain), ``key_pem``
    its PKCS #8 key.  ``root_pem`` is public: give it to those who should trust the production.
    """

    production: str
    root_pem: bytes
    chain_pem: bytes
    key_pem: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the root certificate, as it is printed beside a signer's name."""
        return x509.load_pem_x509_certificate(self.root_pem).fingerprint(hashes.SHA256()).hex()


_Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class _Pair:
    key: _Key
    certificate: x509.Certificate

    def pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


def open_authority(folder: Path, production: str, *, at: datetime) -> Authority:
    """The production's authority, made if the folder has none, its signer renewed if it is old.

    All keys lie in one file, so that a power cut or a second process can leave no half of it.
    Args:
        at: now, with a time zone; certificates are judged by the real clock when they sign.
    Raises: TrustError if the keys are damaged or others can read them; StoreError if the folder
        cannot be written.
    """
    keys = folder / KEYS
    at = at.astimezone(UTC)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not keys.exists():
            root = _new_root(production, at)
            write_whole(keys, root.pem() + _new_signer(root, production, at).pem(), mode=0o600, over=False)
        root, signer = _read(keys)
        if _has_worked(signer, at) or _name(signer.certificate) != _fitting(production):
            signer = _new_signer(root, production, at)
            write_whole(keys, root.pem() + signer.pem(), mode=0o600)
        public = root.certificate.public_bytes(serialization.Encoding.PEM)
        if not (folder / ROOT).exists() or (folder / ROOT).read_bytes() != public:
            write_whole(folder / ROOT, public, mode=0o600)
    except OSError as error:
        raise StoreError(
            f"keys: {folder} cannot be used ({error.strerror or error}).",
            "Signing keys need a folder that can be written and that knows links and permissions.",
        ) from error
    if root.certificate.not_valid_after_utc <= at + SIGNING_LIFE:
        raise StateError(
            f"keys: the production's root certificate ends on {root.certificate.not_valid_after_utc:%Y-%m-%d}.",
            f"Move {folder} aside; new keys are made, and the old root.pem goes on proving old masters.",
        )
    return Authority(
        production=_name(signer.certificate),
        root_pem=public,
        chain_pem=signer.certificate.public_bytes(serialization.Encoding.PEM),
        key_pem=signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def _has_worked(signer: _Pair, at: datetime) -> bool:
    return signer.certificate.not_valid_before_utc + SIGNING_LIFE <= at


def _new_root(production: str, at: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _subject(production, "Manyhands production root")
    build = (
        _certificate(name, name, key.public_key(), at, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _Pair(key, build.sign(key, hashes.SHA256()))


def _new_signer(root: _Pair, production: str, at: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    life = min(SIGNER_LIFE, root.certificate.not_valid_after_utc - at)
    uses = [ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING]
    build = (
        _certificate(
            _subject(production, "Manyhands claim signing"), root.certificate.subject, key.public_key(), at, life
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
    )
    return _Pair(key, build.sign(root.key, hashes.SHA256()))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCKS_DIFFER_BY)
        .not_valid_after(at + life)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(production: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fitting(production)),
            x509.NameAttribute(NameOID.COMMON_NAME, role),
        ]
    )


def _fitting(production: str) -> str:
    """A production's name as a certificate can hold it: printable, not empty, not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in production)
    return " ".join(printable.split())[:LONGEST_NAME].strip() or "unnamed production"


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)


def _read(keys: Path) -> tuple[_Pair, _Pair]:
    open_to = stat.S_IMODE(keys.stat().st_mode) & 0o077
    if open_to:
        raise TrustError(
            f"keys: {keys} can be read by others (mode {stat.S_IMODE(keys.stat().st_mode):04o}); it must be 0600.",
            f"Run `chmod 600 {keys}`. If somebody else may have read it, move the folder aside instead, "
            "so that new keys are made.",
        )
    text = keys.read_bytes()
    try:
        private = [serialization.load_pem_private_key(block, None) for block in _blocks(text, b"PRIVATE KEY")]
        certificates = x509.load_pem_x509_certificates(text)
        (root_key, signer_key), (root, signer) = private, certificates
        signer.verify_directly_issued_by(root)
        fit = (root_key.public_key(), signer_key.public_key()) == (root.public_key(), signer.public_key())
    except (ValueError, TypeError, InvalidSignature) as error:
        raise _damaged(keys) from error
    if not fit or not isinstance(root_key, _Key) or not isinstance(signer_key, _Key):
        raise _damaged(keys)
    return _Pair(root_key, root), _Pair(signer_key, signer)


def _blocks(text: bytes, kind: bytes) -> list[bytes]:
    begin, end = b"-----BEGIN " + kind + b"-----", b"-----END " + kind + b"-----"
    return [begin + part.split(end)[0] + end + b"\n" for part in text.split(begin)[1:]]


def _damaged(keys: Path) -> ManyhandsError:
    return TrustError(
        f"keys: {keys} is damaged; its keys and certificates do not belong together.",
        "Bring it back from a copy of the production, or move the folder aside so that new keys are made; "
        "masters signed before stay provable with the old root.pem.",
    )
