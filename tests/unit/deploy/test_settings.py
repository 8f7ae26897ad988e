"""Every setting is explained in .env.example, and nothing is explained there that nobody reads."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.contracts.vocabulary import SERVICES
from tests.unit.deploy.deployment import ROOT, compose, variables

SETTING = re.compile(r"(?:ADUAN|INTAKE|ROUTING|SLA|NOTIFY|OMBUDSMAN)_[A-Z0-9_]+")


def read_in(file: Path) -> set[str]:
    """The settings a module names in its code; `f"ADUAN_X_{service}"` stands for one of each service."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Constant) and SETTING.fullmatch(str(node.value)):
            name = str(node.value)
            found.update([f"{name}{service.upper()}" for service in SERVICES] if name.endswith("_") else [name])
    return found


def read_by_the_code() -> set[str]:
    files = [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services").rglob("*.py"), ROOT / "deploy/gunicorn.conf.py"]
    return set().union(*(read_in(file) for file in files))


def asked_by_compose() -> set[str]:
    """What docker-compose.yml takes from .env: ${NAME}, and names without a value."""
    handed_on = {
        name
        for service in compose()["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }
    return {name for name, _, _ in variables(compose())} | handed_on


def explained(text: str) -> dict[str, str]:
    """Names in .env.example, set or behind #."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", text, re.M))


EXAMPLE = (ROOT / ".env.example").read_text()


def test_every_setting_the_code_reads_is_explained() -> None:
    assert len(read_by_the_code()) > 30
    assert read_by_the_code() - explained(EXAMPLE).keys() == set()


def test_everything_docker_compose_asks_for_is_explained() -> None:
    assert asked_by_compose() - explained(EXAMPLE).keys() == set()


def test_nothing_is_explained_that_nobody_reads() -> None:
    assert explained(EXAMPLE).keys() - read_by_the_code() - asked_by_compose() == set()


def test_what_must_be_set_stands_there_without_a_value_and_nothing_else_does() -> None:
    required = {name for name, how, _ in variables(compose()) if how == "?"}
    assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.M)) == required
    assert re.findall(r"^[A-Z_]+=.+$", EXAMPLE, re.M) == []


def test_what_is_shown_as_held_without_a_setting_is_what_docker_compose_takes() -> None:
    shown = explained(EXAMPLE)
    for name, how, otherwise in variables(compose()):
        if how == "-":
            assert shown[name] == otherwise, name


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_secrets_script_leaves_only_the_address_to_be_set() -> None:
    run = ["sh", "deploy/images/secrets.sh"]
    one, other = (subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in "ab")
    assert re.findall(r"^([A-Z_]+)=$", one, re.M) == ["ADUAN_PUBLIC_URL"]
    secrets = dict(re.findall(r"^([A-Z_]+)=(.+)$", one, re.M))
    assert len(secrets) == len(set(secrets.values()))
    assert not set(secrets.values()) & set(dict(re.findall(r"^([A-Z_]+)=(.+)$", other, re.M)).values())
    for name, value in secrets.items():
        # In an address a password must need no escaping; a sealing key is 32 bytes in base64.
        assert re.fullmatch(r"[0-9a-f]{64}|[A-Za-z0-9+/]{43}=", value), name
