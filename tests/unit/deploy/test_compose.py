"""docker-compose.yml: valid, complete, and each process gets the settings deploy/local gives it."""

from __future__ import annotations

import importlib
import re
import subprocess
from collections import defaultdict

import pytest

from deploy.local import settings
from deploy.local.place import Place
from deploy.local.system import System
from shared.contracts.vocabulary import SERVICES
from tests.unit.deploy.deployment import ROOT, compose, image_environment, processes, services, tool, variables

#: Of deploy/local, but a matter of the machine it runs on.
NOT_OURS = re.compile(r"(?!ADUAN_|INTAKE_|NOTIFY_|OMBUDSMAN_)")

YAMLLINT = "{extends: default, rules: {line-length: {max: 190}, document-start: disable}}"


def test_docker_compose_understands_it() -> None:
    run = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_yaml_is_tidy_and_so_is_that_of_prometheus() -> None:
    run = [tool("yamllint"), "--strict", "-d", YAMLLINT, "docker-compose.yml", "deploy/prometheus"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_has_its_processes() -> None:
    expected = {f"{s}-{role}" for s in SERVICES for role in ("web", "worker")} | {"intake-smtp"}
    assert processes().keys() == expected


@pytest.mark.parametrize("name", sorted(processes()))
def test_a_process_gets_what_deploy_local_gives_it(name: str) -> None:
    service, role = name.split("-")
    system = System(Place.sandbox(ROOT), defaultdict(int), defaultdict(str))
    given = settings.smtp(system) if role == "smtp" else getattr(settings, role)(system, service)
    wanted = {n for n in given if not NOT_OURS.match(n)}
    got = set(processes()[name]["environment"]) | set(image_environment("deploy/images/Dockerfile"))
    assert wanted - got == set()


@pytest.mark.parametrize("name", sorted(processes()))
def test_a_process_gets_what_it_does_not_start_without(name: str) -> None:
    given = processes()[name]["environment"]
    needs = importlib.import_module(f"services.{name.split('-')[0]}.needs").NEEDS
    assert {need for need in needs if not given.get(need)} == set()


@pytest.mark.parametrize("name", [name for name in sorted(processes()) if name != "intake-smtp"])
def test_web_and_worker_processes_can_be_scaled(name: str) -> None:
    assert "container_name" not in processes()[name]
    assert "hostname" not in processes()[name]
    assert "ports" not in processes()[name]


@pytest.mark.parametrize("name", sorted(services()))
def test_a_container_is_bounded_and_its_log_too(name: str) -> None:
    limits = services()[name]["deploy"]["resources"]["limits"]
    assert {"cpus", "memory"} <= set(limits)
    assert services()[name]["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(processes()))
def test_a_process_of_ours_can_change_nothing_but_its_volumes(name: str) -> None:
    process = processes()[name]
    assert process["read_only"] is True
    assert process["cap_drop"] == ["ALL"]
    assert process["restart"] == "unless-stopped"
    assert process["healthcheck"]["test"][-1] == "ready"


def test_a_web_process_starts_without_the_broker() -> None:
    """Complaints are accepted while the broker is away, so nothing that accepts them may wait for it."""
    for name in [*(f"{s}-web" for s in SERVICES), "intake-smtp"]:
        assert "rabbitmq" not in processes()[name]["depends_on"], name


def test_who_is_waited_for_exists_and_can_be_waited_for() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            wanted = services()[other]
            if how["condition"] == "service_healthy":
                assert wanted.get("healthcheck", {}).get("test"), f"{name} waits for {other}"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert wanted["restart"] == "no", f"{name} waits for {other} to end"


def test_every_volume_and_network_named_is_declared() -> None:
    volumes, networks = set(), set()
    for service in services().values():
        networks.update(service["networks"])
        volumes.update(v.split(":")[0] for v in service.get("volumes", []) if not v.startswith((".", "$")))
    assert volumes == set(compose()["volumes"])
    assert networks == set(compose()["networks"])


def test_the_stores_can_be_reached_from_inside_only() -> None:
    assert compose()["networks"]["internal"] == {"internal": True}
    for name in ("postgres", "rabbitmq"):
        assert services()[name]["networks"] == ["internal"]
        assert "ports" not in services()[name]


def test_what_is_open_is_open_to_this_machine_only_unless_somebody_says_otherwise() -> None:
    for name, service in services().items():
        for port in service.get("ports", []):
            assert re.match(r"(127\.0\.0\.1|\$\{\w+:-127\.0\.0\.1\}):", port), name


def test_a_missing_secret_stops_the_start_with_a_sentence() -> None:
    secret = re.compile(r"PASSWORD|SECRET|_KEY|PUBLIC_URL")
    found = variables(compose())
    asked = {name for name, how, _ in found if secret.search(name)}
    assert len(asked) > 20
    for name, how, sentence in found:
        if name in asked:
            assert how == "?", name
            assert sentence and sentence.startswith(f"set {name} in .env"), name


def test_images_are_released_versions() -> None:
    for name, service in services().items():
        tag = service["image"].removesuffix("}").rpartition(":")[2]
        assert tag == "local" or re.match(r"v?\d+\.\d+", tag), name
