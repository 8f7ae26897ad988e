"""deploy/rabbitmq: the installed RabbitMQ understands every line of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.deploy.deployment import ROOT, services

PLUGINS = max(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/plugins"), default=None)

needs_rabbitmq = pytest.mark.skipif(
    PLUGINS is None or shutil.which("erl") is None,
    reason="RabbitMQ is not installed: apt-get install rabbitmq-server",
)

#: What the broker does with its configuration when it starts, without a broker.
READ = """
application:load(cuttlefish),
Schema = cuttlefish_schema:files(filelib:wildcard("{plugins}/*/priv/schema/*.schema")),
case cuttlefish_generator:map(Schema, cuttlefish_conf:file("{file}")) of
  {{error, _, _}} -> halt(1);
  Made -> io:format("~p~n", [Made]), halt(0)
end.
"""


def read(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Let the installed RabbitMQ read a configuration."""
    (folder / "definitions.json").write_text("{}")
    file = folder / "rabbitmq.conf"
    file.write_text(text.replace("/etc/rabbitmq/definitions/", f"{folder}/"))
    return subprocess.run(
        ["sh", "-c", f'exec erl -noinput -pa {PLUGINS}/*/ebin -eval "$0"', READ.format(plugins=PLUGINS, file=file)],
        capture_output=True,
        text=True,
        timeout=30,
    )


@needs_rabbitmq
def test_rabbitmq_understands_its_configuration(tmp_path: Path) -> None:
    done = read(tmp_path, (ROOT / "deploy/rabbitmq/rabbitmq.conf").read_text())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "{consumer_timeout,21600000}" in done.stdout


@needs_rabbitmq
def test_a_word_it_does_not_know_would_be_noticed(tmp_path: Path) -> None:
    assert read(tmp_path, "consumer_timeoutt = 1\n").returncode == 1


@needs_rabbitmq
def test_the_plugins_exist() -> None:
    named = re.findall(r"\w+", (ROOT / "deploy/rabbitmq/enabled_plugins").read_text())
    assert "rabbitmq_prometheus" in named
    for plugin in named:
        assert list(PLUGINS.glob(f"{plugin}-*")), plugin  # type: ignore[union-attr]


def test_publishers_are_stopped_before_the_container_is() -> None:
    conf = (ROOT / "deploy/rabbitmq/rabbitmq.conf").read_text()
    mark = int(re.search(r"^vm_memory_high_watermark.absolute = (\d+)MB$", conf, re.M)[1])  # type: ignore[index]
    journal = int(re.search(r"^raft.wal_max_size_bytes = (\d+)$", conf, re.M)[1])  # type: ignore[index]
    limit = int(services()["rabbitmq"]["deploy"]["resources"]["limits"]["memory"].removesuffix("M"))
    assert mark < limit * 0.7
    assert 3 * journal < mark * 1_000_000 / 3
