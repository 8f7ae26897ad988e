"""The images: well made, with everything the processes need, and a health check that tells the truth."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from http.server import ThreadingHTTPServer

import pytest

from shared import health
from tests.unit.deploy.deployment import ROOT, image_environment, tool

DOCKERFILES = ["deploy/images/Dockerfile", "deploy/images/gateway/Dockerfile"]


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_hadolint_finds_nothing(dockerfile: str) -> None:
    done = subprocess.run([tool("hadolint"), dockerfile], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run([tool("shellcheck"), "deploy/images/secrets.sh"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_an_image_is_made_from_a_released_base_and_runs_as_nobody_special(dockerfile: str) -> None:
    text = (ROOT / dockerfile).read_text()
    assert re.search(r"^ARG BASE_IMAGE=\w+:\d+\.\d+\.\d+", text, re.M)
    assert re.findall(r"^FROM (\S+)", text, re.M).count("${BASE_IMAGE}") == len(re.findall(r"^FROM", text, re.M))
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", text.split("FROM ")[-1], re.M)
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_what_is_copied_reaches_the_builder(dockerfile: str) -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.M)
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / dockerfile).read_text(), re.M):
        for source in sources.split():
            assert (ROOT / source).exists()
            assert any(source == path or source.startswith(f"{path}/") for path in sent), source


def test_the_packages_are_those_of_the_lock() -> None:
    text = (ROOT / "deploy/images/Dockerfile").read_text()
    assert "--require-hashes -r /tmp/app.txt" in text
    assert "COPY requirements/app.txt /tmp/app.txt" in text


def test_a_process_in_a_container_can_be_asked_from_outside_of_it() -> None:
    environment = image_environment("deploy/images/Dockerfile")
    assert environment["ADUAN_METRICS_HOST"] == "0.0.0.0"
    assert environment["ADUAN_WEB_BIND"] == "0.0.0.0:8000"
    assert environment["INTAKE_SMTP_BIND"] == "0.0.0.0:8025"


def ask(question: str, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/images/healthy.py", question],
        cwd=ROOT,
        env={"ADUAN_METRICS_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=20,
    )


@pytest.fixture
def serving() -> object:
    """Serves health with one check; `wrong` is what it says."""
    servers: list[ThreadingHTTPServer] = []

    def serve(wrong: str | None) -> int:
        port = free_port()
        server = health.serve({"database": lambda: wrong}, port=port)
        assert server is not None
        servers.append(server)
        return port

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_health_check_says_yes_to_a_process_that_is_ready(serving) -> None:  # type: ignore[no-untyped-def]
    port = serving(None)
    assert ask("live", port).returncode == 0
    assert ask("ready", port).returncode == 0


def test_the_health_check_says_what_is_wrong(serving) -> None:  # type: ignore[no-untyped-def]
    port = serving("the database does not answer")
    assert ask("live", port).returncode == 0
    answer = ask("ready", port)
    assert answer.returncode == 1
    assert "the database does not answer" in answer.stderr


def test_the_health_check_says_no_when_nobody_answers() -> None:
    answer = ask("live", free_port())
    assert answer.returncode == 1
    assert "no answer on port" in answer.stderr


NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx")
def test_nginx_understands_the_gateway_with_its_frame(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The frame of the image around the template of deploy/nginx. `resolve` is left out: Debian's nginx is older."""
    environment = image_environment("deploy/images/gateway/Dockerfile")
    filled = (ROOT / "deploy/nginx/gateway.conf.template").read_text()
    allowed = re.compile(environment["NGINX_ENVSUBST_FILTER"])
    for name in re.findall(r"\$\{(\w+)\}", filled):
        assert allowed.match(name), f"the image's start script would not fill in {name}"
        value = re.sub(r"\w+-web:8000 resolve", "127.0.0.1:8000", environment[name])
        filled = filled.replace(f"${{{name}}}", value)
    (tmp_path / "gateway.conf").write_text(filled)
    frame = (ROOT / "deploy/images/gateway/nginx.conf").read_text()
    (tmp_path / "nginx.conf").write_text(frame.replace("/tmp/", f"{tmp_path}/"))
    done = subprocess.run(
        [str(NGINX), "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    for service in re.findall(r"upstream (\w+)", filled):
        assert f"{service}-web:8000 resolve; zone {service} 64k" == environment[f"{service.upper()}_WEB"]
