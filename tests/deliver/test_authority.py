"""The authority: the certificate profile, and keys that survive whatever happens while they are made."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from manyhands.core.errors import StateError, StoreError, TrustError
from manyhands.deliver.authority import CLAIM_SIGNING, KEYS, ROOT, open_authority

MAKE = "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
MAKE += "from manyhands.deliver.authority import open_authority\n"


def test_keys_are_private_when_made(folder: Path, now: datetime) -> None:
    open_authority(folder / "keys", "The Roof", at=now)
    assert (folder / "keys").stat().st_mode & 0o777 == 0o700
    assert {file.name for file in (folder / "keys").iterdir()} == {KEYS, ROOT}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (folder / "keys").iterdir())


def test_signing_certificate_has_the_profile_of_claim_signers(folder: Path, now: datetime) -> None:
    # The profile is the one that c2pa-rs 0.91.3 was seen to ask for: each part left out makes it refuse.
    made = open_authority(folder, "The Roof", at=now)
    (leaf,) = x509.load_pem_x509_certificates(made.chain_pem)
    (root,) = x509.load_pem_x509_certificates(made.root_pem)
    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    basic = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert not basic.value.ca
    extended = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(extended) == {ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING}
    leaf.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    issuer = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    subject = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert issuer.key_identifier == subject.digest
    assert made.key_pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert leaf.not_valid_after_utc <= root.not_valid_after_utc


def test_authority_is_the_same_when_opened_again(folder: Path, now: datetime) -> None:
    first = open_authority(folder, "The Roof", at=now)
    assert open_authority(folder, "The Roof", at=now + timedelta(days=300)) == first


def test_signer_is_renewed_under_the_same_root_when_it_has_worked_a_year(folder: Path, now: datetime) -> None:
    first = open_authority(folder, "The Roof", at=now)
    later = open_authority(folder, "The Roof", at=now + timedelta(days=366))
    assert later.root_pem == first.root_pem
    assert later.key_pem != first.key_pem
    assert first.key_pem not in (folder / KEYS).read_bytes()


def test_signer_is_renewed_when_the_production_is_renamed(folder: Path, now: datetime) -> None:
    first = open_authority(folder, "The Roof", at=now)
    assert open_authority(folder, "The Cellar", at=now).production == "The Cellar"
    assert open_authority(folder, "The Cellar", at=now).root_pem == first.root_pem


def test_root_that_is_about_to_end_is_refused(folder: Path, now: datetime) -> None:
    open_authority(folder, "The Roof", at=now)
    with pytest.raises(StateError, match="root certificate ends"):
        open_authority(folder, "The Roof", at=now + timedelta(days=365 * 39 + 30))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Das Dach «Ω» 屋根", "Das Dach «Ω» 屋根"),
        ("", "unnamed production"),
        ("\x00\x1b[31m\n", "[31m"),
        ("x" * 500, "x" * 64),
        ("  two   words\n", "two words"),
    ],
    ids=["alphabets", "empty", "control", "long", "blanks"],
)
def test_names_of_any_kind_fit_a_certificate(folder: Path, now: datetime, name: str, kept: str) -> None:
    assert open_authority(folder, name, at=now).production == kept
    first = (folder / KEYS).read_bytes()
    open_authority(folder, name, at=now)
    assert (folder / KEYS).read_bytes() == first


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_keys_that_others_can_read_are_refused(folder: Path, now: datetime, mode: int) -> None:
    open_authority(folder, "The Roof", at=now)
    (folder / KEYS).chmod(mode)
    with pytest.raises(TrustError, match="chmod 600"):
        open_authority(folder, "The Roof", at=now)


def test_damaged_keys_are_refused_however_they_are_damaged(folder: Path, now: datetime) -> None:
    open_authority(folder / "one", "The Roof", at=now)
    open_authority(folder / "two", "The Roof", at=now)
    mine, other = ((folder / name / KEYS).read_bytes() for name in ("one", "two"))
    begin = b"-----BEGIN PRIVATE KEY-----"
    parts, others = mine.split(begin), other.split(begin)
    wrongs = {
        "empty": b"",
        "cut": mine[: len(mine) // 2],
        "no PEM": b"hello",
        "another's signer": begin.join([parts[0], parts[1], others[2]]),
        "another's root": begin.join([parts[0], others[1], parts[2]]),
        "another's key": begin
        + others[1].split(b"-----END PRIVATE KEY-----")[0]
        + mine[len(begin) :].split(b"-", 1)[1],
        "a bit": mine[:200] + bytes([mine[200] ^ 1]) + mine[201:],
    }
    for wrong in wrongs.values():
        (folder / "one" / KEYS).write_bytes(wrong)
        with pytest.raises(TrustError, match="damaged"):
            open_authority(folder / "one", "The Roof", at=now)


def test_folder_that_cannot_be_written_is_named(folder: Path, now: datetime) -> None:
    (folder / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="file/keys"):
        open_authority(folder / "file" / "keys", "The Roof", at=now)


def test_public_root_is_written_again_when_it_is_lost_or_changed(folder: Path, now: datetime) -> None:
    made = open_authority(folder, "The Roof", at=now)
    (folder / ROOT).write_text("something else")
    open_authority(folder, "The Roof", at=now)
    assert (folder / ROOT).read_bytes() == made.root_pem


def test_all_get_one_authority_when_many_open_it_at_once(folder: Path, now: datetime) -> None:
    with ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(open_authority, folder / "keys", "The Roof", at=now) for _ in range(32)]
        roots = {job.result().root_pem for job in jobs}
    assert len(roots) == 1


def test_all_get_one_authority_when_processes_open_it_at_once(folder: Path) -> None:
    script = MAKE + "print(open_authority(Path(sys.argv[1]), 'The Roof', at=datetime.now(UTC)).fingerprint)"
    command = [sys.executable, "-c", script, str(folder / "keys")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1
    assert all(process.returncode == 0 for process in started)


def test_keys_are_whole_or_absent_when_the_program_is_killed(folder: Path, now: datetime) -> None:
    script = (
        MAKE
        + "n = 0\nwhile True:\n    n += 1\n    open_authority(Path(sys.argv[1]) / str(n), 'R', at=datetime.now(UTC))"
    )
    wait = random.Random(5)
    for turn in range(3):
        home = folder / str(turn)
        process = subprocess.Popen([sys.executable, "-c", script, str(home)])
        while not (home / "3").exists():
            time.sleep(0.01)
        time.sleep(wait.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        for made in home.iterdir():
            open_authority(made, "R", at=now)
            assert serialization.load_pem_private_key((made / KEYS).read_bytes(), None)
