"""What slips into a log line all the same is masked."""

import json
import subprocess
import sys


def test_numbers_and_addresses_are_masked_in_messages_and_tracebacks() -> None:
    program = """
from shared import logs
logs.set_up("cli")
logs.log.info("telepon 081234567890 surel wati@contoh.id NIK 7408014507900001")
try:
    raise ValueError("081234567890")
except ValueError as error:
    logs.log.error("gagal", exc_info=error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 2
    for secret in ("081234567890", "wati@contoh.id", "7408014507900001"):
        assert secret not in done.stdout
    assert "ValueError" in lines[1]["exception"]


def test_a_line_says_whose_it_is_from_any_thread() -> None:
    program = """
import logging, threading
from shared import logs
logs.set_up("worker")
thread = threading.Thread(target=lambda: logs.log.info("ours"))
thread.start()
thread.join()
logging.getLogger("somebody").warning("theirs")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"ADUAN_SERVICE": "sla"}
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["event"], line["service"], line["role"]) for line in lines] == [
        ("ours", "sla", "worker"),
        ("theirs", "sla", "worker"),
    ]
