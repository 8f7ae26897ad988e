"""The sandbox clock moves for everybody, forward, and only in a sandbox."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared import clock


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "clock.json"
    monkeypatch.setenv("ADUAN_SANDBOX", "1")
    monkeypatch.setenv("ADUAN_CLOCK_FILE", str(file))
    return file


def test_a_shift_moves_now_and_adds_up(sandbox: Path) -> None:
    before = clock.real_now()
    clock.shift(timedelta(days=5))
    clock.shift(timedelta(days=9))
    assert timedelta(days=14) <= clock.now() - before < timedelta(days=14, seconds=10)
    assert clock.real_now() - before < timedelta(seconds=10)


def test_another_processes_shift_is_seen(sandbox: Path) -> None:
    clock.now()
    sandbox.write_text('{"offset_seconds": 86400}')
    assert clock.now() - clock.real_now() > timedelta(hours=23)


def test_time_does_not_run_backwards(sandbox: Path) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.shift(timedelta(days=-1))


def test_outside_a_sandbox_the_file_counts_for_nothing(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.write_text('{"offset_seconds": 86400}')
    monkeypatch.setenv("ADUAN_SANDBOX", "0")
    assert clock.now() - clock.real_now() < timedelta(seconds=1)
    with pytest.raises(RuntimeError):
        clock.shift(timedelta(days=1))
