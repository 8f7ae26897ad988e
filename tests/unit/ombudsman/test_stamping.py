"""A time stamp counts only when the authority we trust stamped this very list; every other answer has its name."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.ombudsman.delivery.stamping import Authority, NotStamped, certificates_in, checked
from shared.settings import MissingSetting
from tests.unit.ombudsman.authority import POLICY, TimeStampAuthority

LISTED = b"# rujukan OMB-KOLUT-2026-0001\n0123  berkas.json\n"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    made = TimeStampAuthority(tmp_path_factory.mktemp("tsa"))
    yield made
    made.close()


@pytest.fixture
def authority(outside: TimeStampAuthority) -> Authority:
    return Authority(outside.url, certificates_in(outside.root), POLICY, seconds=1.0)


def test_a_stamp_says_when_and_by_whom_and_openssl_agrees(
    outside: TimeStampAuthority, authority: Authority, tmp_path: Path
) -> None:
    answer = authority.stamp(LISTED)
    stamp = checked(answer, LISTED, authority.certificates, policy=POLICY)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert stamp.authority == "CN=Stempel tsa"
    (tmp_path / "list").write_bytes(LISTED)
    (tmp_path / "list.tsr").write_bytes(answer)
    command = ["openssl", "ts", "-verify", "-data", "list", "-in", "list.tsr", "-CAfile", str(outside.root)]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_only_the_hash_of_the_list_leaves_us(outside: TimeStampAuthority, authority: Authority) -> None:
    authority.stamp(LISTED)
    assert b"berkas" not in outside.asked[-1]
    assert len(outside.asked[-1]) < 100


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("error page", "no_time_stamp"),
        ("error", "http_error"),
        ("reject", "rejected"),
        ("other nonce", "wrong_nonce"),
        ("other hash", "wrong_hash"),
        ("hang", "unreachable"),
        ("drip", "unreachable"),
    ],
)
def test_every_other_answer_is_refused_by_name(
    outside: TimeStampAuthority, authority: Authority, behaviour: str, reason: str
) -> None:
    outside.will(behaviour)
    with pytest.raises(NotStamped) as refused:
        authority.stamp(LISTED)
    assert refused.value.reason == reason


def test_an_authority_nobody_vouches_for_is_refused(authority: Authority, tmp_path: Path) -> None:
    stranger = TimeStampAuthority(tmp_path)
    try:
        with pytest.raises(NotStamped, match="not_trusted"):
            replace(authority, url=stranger.url).stamp(LISTED)
    finally:
        stranger.close()


def test_another_policy_and_another_list_are_refused(authority: Authority) -> None:
    answer = authority.stamp(LISTED)
    with pytest.raises(NotStamped, match="wrong_policy"):
        checked(answer, LISTED, authority.certificates, policy="1.2.3.4.9")
    with pytest.raises(NotStamped, match="wrong_hash"):
        checked(answer, LISTED + b"x", authority.certificates)


def test_whatever_bit_of_an_answer_is_turned_it_is_never_taken_for_genuine_with_another_time(
    authority: Authority,
) -> None:
    answer = authority.stamp(LISTED)
    genuine = checked(answer, LISTED, authority.certificates)
    for place in range(0, len(answer), 7):
        turned = answer[:place] + bytes([answer[place] ^ 0x01]) + answer[place + 1 :]
        try:
            found = checked(turned, LISTED, authority.certificates)
        except NotStamped:
            continue
        assert found.at == genuine.at, place


def test_nobody_answers_where_no_authority_is(authority: Authority) -> None:
    with pytest.raises(NotStamped, match="unreachable"):
        replace(authority, url="http://127.0.0.1:9/").stamp(LISTED)


def test_without_an_address_there_is_no_authority_and_without_certificates_the_start_is_refused(
    outside: TimeStampAuthority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OMBUDSMAN_TSA_URL", raising=False)
    assert Authority.from_settings() is None
    monkeypatch.setenv("OMBUDSMAN_TSA_URL", outside.url)
    for file in (tmp_path / "nothing.pem", outside.folder / "tsa.pem", outside.folder / "tsa.cnf"):
        monkeypatch.setenv("OMBUDSMAN_TSA_CERTIFICATES", str(file))
        with pytest.raises(MissingSetting) as stopped:
            Authority.from_settings()
        assert "OMBUDSMAN_TSA_CERTIFICATES" in stopped.value.sentence
    monkeypatch.setenv("OMBUDSMAN_TSA_CERTIFICATES", str(outside.root))
    monkeypatch.setenv("OMBUDSMAN_TSA_POLICY", "no policy")
    with pytest.raises(MissingSetting) as stopped:
        Authority.from_settings()
    assert "OMBUDSMAN_TSA_POLICY" in stopped.value.sentence
    monkeypatch.setenv("OMBUDSMAN_TSA_POLICY", POLICY)
    made = Authority.from_settings()
    assert made and (made.url, made.policy) == (outside.url, POLICY)
