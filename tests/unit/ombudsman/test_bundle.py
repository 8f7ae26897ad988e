"""The bundle of a referral: the same bytes every time, checked offline by our program and by plain openssl."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.domain.bundle import manifest, packed
from services.ombudsman.verify import main
from tests.unit.ombudsman.dossiers import at

PARTS = {"berkas.json": b"{}\n", "lampiran/01.jpg": b"gambar", "berkas.pdf": b"%PDF-"}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def bundled(parts: dict[str, bytes] = PARTS, key: Ed25519PrivateKey = KEY) -> bytes:
    listed = manifest("OMB-KOLUT-2026-0001", 1, at(3, 9), parts)
    return packed(parts, listed, key.sign(listed), public_pem(key))


def changed(bundle: bytes, **contents: bytes | None) -> bytes:
    """The bundle with other contents under some names; None takes a file out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(made, "w") as new:
        parts: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
        for name, content in {**parts, **{n.replace("_", "."): c for n, c in contents.items()}}.items():
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def check(bundle: bytes, key: Ed25519PrivateKey = KEY) -> tuple[int, str]:
        (tmp_path / "rujukan.zip").write_bytes(bundle)
        (tmp_path / "kunci.pem").write_bytes(public_pem(key))
        code = main([str(tmp_path / "rujukan.zip"), str(tmp_path / "kunci.pem")])
        told = capsys.readouterr()
        return code, told.out + told.err

    return check


def test_the_same_parts_give_the_same_bytes() -> None:
    assert bundled() == bundled(dict(reversed(PARTS.items())))


def test_a_bundle_is_genuine_offline_and_says_when_it_was_made_and_by_whose_clock(check) -> None:  # type: ignore[no-untyped-def]
    code, told = check(bundled())
    assert code == 0
    assert "genuine: 3 files as signed. rujukan OMB-KOLUT-2026-0001, berkas ke-1" in told
    assert "2026-03-09T01:00:00Z menurut jam pengirim, tanpa otoritas stempel waktu" in told


@pytest.mark.parametrize(
    ("bundle", "because"),
    [
        (changed(bundled(), berkas_json=b"{ }\n"), "berkas.json was changed"),
        (changed(bundled(), berkas_pdf=None), "missing: berkas.pdf"),
        (changed(bundled(), surat_txt=b"palsu"), "not in SHA256SUMS: surat.txt"),
        (changed(bundled(), SHA256SUMS=b""), "is not the signature"),
        (bundled(key=Ed25519PrivateKey.generate()), "is not the signature"),
        (b"bukan ZIP", "no ZIP"),
    ],
)
def test_whatever_was_changed_is_found(check, bundle: bytes, because: str) -> None:  # type: ignore[no-untyped-def]
    code, told = check(bundle)
    assert code == 1
    assert because in told


def test_plain_openssl_and_sha256sum_find_it_genuine_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundled())) as archive:
        archive.extractall(tmp_path)
    for command in (
        "openssl pkeyutl -verify -pubin -inkey kunci-publik.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig",
        "sha256sum --check --strict SHA256SUMS",
    ):
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("key", ["", "zu kurz", "AAEC"])
def test_without_a_key_that_signs_the_process_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    monkeypatch.setenv("OMBUDSMAN_SIGNING_KEY", key)
    with pytest.raises(SystemExit):
        signing_key()
    assert "OMBUDSMAN_SIGNING_KEY is not set: set it to the key that signs referrals" in capsys.readouterr().err
