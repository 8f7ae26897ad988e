"""Reads what lies in deploy/ and beside it, for the tests."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"

#: ${NAME}, ${NAME:-otherwise} and ${NAME:?sentence}, as docker compose reads them.
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def tool(name: str) -> str:
    """A program of the virtual environment."""
    return str(Path(sys.executable).with_name(name))


@cache
def compose() -> dict[str, Any]:
    """docker-compose.yml, anchors and merges resolved."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def services() -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = compose()["services"]
    return made


def processes() -> dict[str, dict[str, Any]]:
    """The containers that are one process of ours and stay: web, worker, smtp."""
    return {name: s for name, s in services().items() if re.fullmatch(r"\w+-(web|worker|smtp)", name)}


def words(node: Any) -> list[str]:
    """Every string in a piece of YAML."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [w for value in node.values() for w in words(value)]
    if isinstance(node, list):
        return [w for value in node for w in words(value)]
    return []


def variables(node: Any) -> list[tuple[str, str | None, str | None]]:
    """Every ${…} in it: name, `-` or `?` or None, and what stands behind."""
    return [(m[1], m[2], m[3]) for word in words(node) for m in VARIABLE.finditer(word)]


def image_environment(dockerfile: str) -> dict[str, str]:
    """What the last stage of a Dockerfile sets with ENV."""
    text = (ROOT / dockerfile).read_text().replace("\\\n", " ")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("ENV "):
            found.update((n, v.strip('"')) for n, v in re.findall(r'(\w+)=("[^"]*"|\S+)', line))
    return found


def alerts() -> list[dict[str, Any]]:
    """Every alert of deploy/prometheus/rules."""
    return [rule for rule in rules() if "alert" in rule]


def rules() -> list[dict[str, Any]]:
    files = sorted((PROMETHEUS / "rules").glob("*.yml"))
    return [rule for file in files for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]
