"""The bundle of a referral: the same bytes every time, checked offline by our program and by plain openssl."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.delivery.stamping import Authority, certificates_in
from services.ombudsman.domain.bundle import manifest, packed
from services.ombudsman.verify import main
from tests.unit.ombudsman.authority import TimeStampAuthority
from tests.unit.ombudsman.dossiers import at

PARTS = {"berkas.json": b"{}\n", "lampiran/01.jpg": b"gambar", "berkas.pdf": b"%PDF-"}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def bundled(parts: dict[str, bytes] = PARTS, key: Ed25519PrivateKey = KEY) -> bytes:
    listed = manifest("OMB-KOLUT-2026-0001", 1, at(3, 9), parts)
    return packed(parts, listed, key.sign(listed), public_pem(key))


def stamped(outside: TimeStampAuthority, *, over: bytes | None = None, enclosed: bool = True) -> bytes:
    """A bundle with the stamp of an authority, over its own list or another one."""
    listed = manifest("OMB-KOLUT-2026-0001", 1, at(3, 9), PARTS, "wanted")
    stamp = Authority(outside.url, certificates_in(outside.root)).stamp(over or listed)
    return packed(PARTS, listed, KEY.sign(listed), public_pem(KEY), stamp if enclosed else None)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    made = TimeStampAuthority(tmp_path_factory.mktemp("tsa"))
    yield made
    made.close()


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
    def check(bundle: bytes, key: Ed25519PrivateKey = KEY, authority: Path | None = None) -> tuple[int, str]:
        (tmp_path / "rujukan.zip").write_bytes(bundle)
        (tmp_path / "kunci.pem").write_bytes(public_pem(key))
        code = main(
            [str(tmp_path / "rujukan.zip"), str(tmp_path / "kunci.pem"), *([str(authority)] if authority else [])]
        )
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


def test_a_bundle_with_a_time_stamp_says_when_it_was_there_and_by_whose_word(  # type: ignore[no-untyped-def]
    check, outside: TimeStampAuthority
) -> None:
    code, told = check(stamped(outside), authority=outside.root)
    assert code == 0
    assert "stempel waktu RFC 3161 ada dalam SHA256SUMS.tsr" in told
    assert f"Time stamp: {datetime.now(UTC):%Y-%m-%dT}" in told
    assert "by CN=Stempel tsa" in told
    code, told = check(stamped(outside))
    assert (code, "was not checked" in told) == (0, True)


def test_a_stamp_on_something_else_or_none_where_one_is_said_to_be_is_found(  # type: ignore[no-untyped-def]
    check, outside: TimeStampAuthority, tmp_path: Path
) -> None:
    code, told = check(stamped(outside, over=b"another list"), authority=outside.root)
    assert (code, "wrong_hash" in told) == (1, True)
    code, told = check(stamped(outside, enclosed=False))
    assert (code, "SHA256SUMS.tsr is missing" in told) == (1, True)
    code, told = check(bundled(), authority=outside.root)
    assert (code, "there is no time stamp" in told) == (1, True)
    code, told = check(changed(bundled(), SHA256SUMS_tsr=b"-"))
    assert (code, "SHA256SUMS.tsr is there" in told) == (1, True)
    stranger = TimeStampAuthority(tmp_path / "stranger")
    stranger.close()
    code, told = check(stamped(outside), authority=stranger.root)
    assert (code, "not_trusted" in told) == (1, True)


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
