"""A program's output goes where it belongs, and its environment is exactly what the table says."""

import sys

from deploy.local import launch
from deploy.local.program import Program, Wave


def program(script, output=None):
    return Program("fake", (sys.executable, "-c", script), {"ONLY": "this"}, Wave.WORKERS, output=output)


def test_a_large_log_is_set_aside_and_a_small_one_continued(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "LARGE_LOG", 10)
    log = tmp_path / "fake.log"
    log.write_text("before\n")
    launch.launch(program("print('small')"), tmp_path, log).wait()
    assert log.read_text() == "before\nsmall\n"
    launch.launch(program("print('new')"), tmp_path, log).wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "fake.log.1").read_text() == "before\nsmall\n"


def test_what_others_read_grows_in_a_draft_that_only_the_owner_can_read(tmp_path):
    output, log = tmp_path / "definitions.json", tmp_path / "fake.log"
    script = "import os, sys; print(sorted(os.environ)); sys.stderr.write('remark')"
    launch.launch(program(script, output), tmp_path, log).wait()
    assert not output.exists()
    assert launch.draft(output).stat().st_mode & 0o777 == 0o600
    assert "'ONLY'" in launch.draft(output).read_text()
    assert log.read_text() == "remark"


def test_a_program_has_a_process_group_of_its_own(tmp_path):
    log = tmp_path / "fake.log"
    process = launch.launch(program("import os; print(os.getpgrp(), os.getsid(0))"), tmp_path, log)
    process.wait()
    assert log.read_text().split() == [str(process.pid)] * 2
