"""The official AsyncAPI parser reads our document. Needs node and what `make asyncapi` installs; skipped without."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.contracts import catalogue

ROOT = Path(__file__).parents[2]
CHECK = ROOT / ".run" / "asyncapi" / "check.mjs"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not CHECK.exists(), reason="run `make asyncapi` once: it installs the official parser"),
]


def parsed(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", str(CHECK), str(file)], capture_output=True, text=True, timeout=60, check=False)


def test_the_official_parser_accepts_the_document() -> None:
    done = parsed(ROOT / "docs" / "events" / "asyncapi.json")
    assert done.returncode == 0, done.stdout + done.stderr
    number = len(catalogue.all_events())
    assert f"accepted: AsyncAPI 3.0.0, {number} channels, {number} events" in done.stdout
    assert "warning" not in done.stdout


def test_the_official_parser_refuses_a_document_that_is_none(tmp_path: Path) -> None:
    document = catalogue.asyncapi()
    document["channels"]["intake.complaint.registered"]["adress"] = "complaint.registered"
    (tmp_path / "asyncapi.json").write_text(json.dumps(document))
    done = parsed(tmp_path / "asyncapi.json")
    assert done.returncode == 1
    assert "adress" in done.stdout
