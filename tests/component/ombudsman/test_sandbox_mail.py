"""A sandbox with a mailbox but no mail server shows the mail at the desk."""

from __future__ import annotations

import pytest

from tests.component.ombudsman.conftest import Story, sign_in
from tests.harness import Service


@pytest.fixture(scope="module")
def ombudsman(quiet: Service) -> Service:
    quiet.environment["OMBUDSMAN_DELIVERY_URL"] = "mailto:pengaduan@ombudsman.example"
    quiet.start_worker()
    return quiet


def test_the_mail_is_shown_with_its_file_to_the_ombudsman_alone(ombudsman: Service, story: Story) -> None:
    forwarded = story.forwarded()
    app = ombudsman.web()

    shown = sign_in(app, "ombudsman").get("/ombudsman/kotak-surat")

    assert "pengaduan@ombudsman.example" in shown.text
    assert f"Rujukan {forwarded['number']}" in shown.text
    assert f"{forwarded['number']}.pdf" in shown.text
    assert sign_in(app, "operator").get("/ombudsman/kotak-surat").status_code == 403
