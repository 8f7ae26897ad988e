"""A web process whose settings are incomplete ends with a sentence; it is not started again and again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("service", ["intake", "routing", "sla", "notify", "ombudsman"])
def test_a_web_process_without_its_settings_ends_with_a_sentence(service: str) -> None:
    command = (
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "deploy/gunicorn.conf.py",
        f"services.{service}.web:create_app()",
    )
    environment = {"PATH": os.environ["PATH"], "ADUAN_SERVICE": service, "ADUAN_WEB_BIND": "127.0.0.1:0"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 78
    (sentence,) = ended.stderr.splitlines()
    assert "is not set: set it to" in sentence
