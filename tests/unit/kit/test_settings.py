"""A missing setting stops the start with a sentence that says what to set."""

import pytest

from shared import settings


def test_a_missing_setting_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ADUAN_AMQP_URL", raising=False)
    with pytest.raises(SystemExit) as stopped:
        settings.amqp_url()
    assert stopped.value.code == 78
    assert "ADUAN_AMQP_URL is not set: set it to" in capsys.readouterr().err


def test_a_number_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ADUAN_BATCH_SIZE", "many")
    with pytest.raises(SystemExit):
        settings.env.int("ADUAN_BATCH_SIZE", 100)
    assert "a whole number" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["0", "-1", "70000"])
def test_a_number_out_of_its_range_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    monkeypatch.setenv("ADUAN_PREFETCH", given)
    with pytest.raises(SystemExit):
        settings.env.int("ADUAN_PREFETCH", 400, least=1, most=65_535)
    assert "ADUAN_PREFETCH" in (told := capsys.readouterr().err) and "from 1 to 65535" in told


def test_with_several_nodes_every_process_begins_with_one_of_them_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [f"amqp://intake:x@rabbitmq-{n}:5672/aduan" for n in (1, 2, 3)]
    monkeypatch.setenv("ADUAN_AMQP_URL", ";".join(nodes))
    orders = [settings.amqp_url().split(";") for _ in range(100)]
    assert all(sorted(order) == nodes for order in orders)
    assert {order[0] for order in orders} == set(nodes)
