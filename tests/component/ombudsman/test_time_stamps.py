"""A file waits for the time stamp of the authority, a day at most, and goes out with no bad one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.domain.delivery import STAMP_TRIES
from services.ombudsman.store.tables import files, referrals
from services.ombudsman.verify import main
from tests.component.ombudsman.conftest import Story, sign_in
from tests.harness import Service, eventually
from tests.unit.ombudsman.authority import POLICY, TimeStampAuthority


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    made = TimeStampAuthority(tmp_path_factory.mktemp("tsa"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ombudsman(quiet: Service, outside: TimeStampAuthority) -> Service:
    quiet.environment["OMBUDSMAN_TSA_URL"] = outside.url
    quiet.environment["OMBUDSMAN_TSA_CERTIFICATES"] = str(outside.root)
    quiet.environment["OMBUDSMAN_TSA_POLICY"] = POLICY
    quiet.environment["OMBUDSMAN_TSA_SECONDS"] = "2"
    quiet.start_worker()
    return quiet


def opened(ombudsman: Service, story: Story) -> Any:
    """A referral that was just asked for."""
    complaint_id = story.registered()
    story.due(complaint_id)

    def row() -> Any:
        with ombudsman.store.read() as session:
            return session.execute(select(referrals).where(referrals.c.complaint_id == complaint_id)).first()

    return eventually(row)


def kept(ombudsman: Service, referral: Any) -> Any:
    """What is kept of its file; None while it is not composed."""
    told = ("stamping", "stamp", "stamped_at", "not_stamped")
    with ombudsman.store.read() as session:
        found = select(*(files.c[name] for name in told)).where(files.c.referral_id == referral.referral_id)
        return session.execute(found).first()


def bundle_of(ombudsman: Service, referral: Any) -> bytes:
    """The bundle as somebody at the Ombudsman downloads it."""
    client = sign_in(ombudsman.web(), "ombudsman")
    return bytes(client.get(f"/ombudsman/rujukan/{referral.number}/berkas.zip").data)


def verified(bundle: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], *authority: str) -> tuple[int, str]:
    (tmp_path / "rujukan.zip").write_bytes(bundle)
    (tmp_path / "kunci.pem").write_bytes(public_pem(signing_key()))
    code = main([str(tmp_path / "rujukan.zip"), str(tmp_path / "kunci.pem"), *authority])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_file_goes_out_with_the_authoritys_stamp_which_our_program_finds_genuine(
    ombudsman: Service,
    story: Story,
    outside: TimeStampAuthority,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    referral = opened(ombudsman, story)
    ombudsman.said("referral.forwarded", referral.complaint_id)
    assert kept(ombudsman, referral).stamping == "stamped"
    bundle = bundle_of(ombudsman, referral)
    assert bundle == bundle_of(ombudsman, referral), "the same bytes whenever it is built"
    code, told = verified(bundle, tmp_path, capsys, str(outside.root))
    assert (code, "Time stamp: " in told) == (0, True), told
    page = sign_in(ombudsman.web(), "ombudsman").get(f"/ombudsman/rujukan/{referral.number}").text
    assert "Stempel waktu otoritas:" in page


def test_every_bad_answer_is_named_and_tried_again_and_nothing_goes_out_before_a_good_one(
    ombudsman: Service, story: Story, outside: TimeStampAuthority
) -> None:
    bad = {
        "other nonce": "wrong_nonce",
        "other hash": "wrong_hash",
        "reject": "rejected",
        "hang": "unreachable",
        "error page": "no_time_stamp",
        "error": "http_error",
    }
    outside.will(*bad)
    asked = len(outside.asked)
    referral = opened(ombudsman, story)
    for tries, reason in enumerate(bad.values(), 1):
        eventually(lambda n=tries: len(outside.asked) == asked + n, what=f"try {tries}")  # type: ignore[misc]
        eventually(lambda r=reason: (row := kept(ombudsman, referral)) and row.not_stamped == r, what=reason)  # type: ignore[misc]
        assert kept(ombudsman, referral).stamping == "wanted"
        assert ombudsman.all_said("referral.forwarded", referral.complaint_id) == []
        ombudsman.shift(hours=13)
    ombudsman.said("referral.forwarded", referral.complaint_id)
    row = kept(ombudsman, referral)
    assert (row.stamping, row.not_stamped) == ("stamped", None)
    assert len(outside.asked) == asked + len(bad) + 1


def test_after_a_day_without_a_stamp_the_file_goes_out_and_says_so(
    ombudsman: Service,
    story: Story,
    outside: TimeStampAuthority,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outside.will(*["error page"] * STAMP_TRIES)
    asked = len(outside.asked)
    referral = opened(ombudsman, story)

    def used_up() -> bool:
        ombudsman.shift(hours=13)
        return bool(kept(ombudsman, referral) and kept(ombudsman, referral).stamping == "failed")

    eventually(used_up, every=1.0, seconds=40, what="it was tried for ever")
    ombudsman.said("referral.forwarded", referral.complaint_id)
    row = kept(ombudsman, referral)
    assert (row.stamping, row.stamp, row.not_stamped) == ("failed", None, "no_time_stamp")
    bundle = bundle_of(ombudsman, referral)
    code, told = verified(bundle, tmp_path, capsys)
    assert (code, "tanpa stempel waktu: otoritasnya tidak memberikannya" in told) == (0, True)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert "SHA256SUMS.tsr" not in archive.namelist()
    assert len(outside.asked) == asked + STAMP_TRIES


def test_a_crash_between_the_stamp_and_noting_it_gives_one_stamp_and_one_delivery(
    ombudsman: Service, story: Story, outside: TimeStampAuthority
) -> None:
    outside.will("hang")
    asked = len(outside.asked)
    referral = opened(ombudsman, story)
    eventually(lambda: len(outside.asked) == asked + 1, what="the authority was not asked")
    ombudsman.kill_worker()
    ombudsman.start_worker()
    ombudsman.shift(minutes=10)  # the lease of what was in hand
    ombudsman.said("referral.forwarded", referral.complaint_id)
    assert kept(ombudsman, referral).stamping == "stamped"
    assert len(ombudsman.all_said("referral.forwarded", referral.complaint_id)) == 1
