"""The environment of each process. Containers and plain servers use the same names."""

from __future__ import annotations

import os
from collections.abc import Mapping

from deploy.local.place import SERVICES
from deploy.local.system import System

#: Handed on when the user has set them: where real messages and referrals go.
HANDED_ON = (
    "NOTIFY_KANNEL_URL",
    "NOTIFY_SMTP_URL",
    "NOTIFY_MAIL_FROM",
    "NOTIFY_KANNEL_USER",
    "NOTIFY_KANNEL_PASSWORD",
    "NOTIFY_KANNEL_DLR_URL",
    "NOTIFY_SMS_SENDER",
    "OMBUDSMAN_DELIVERY_URL",
    "OMBUDSMAN_DELIVERY_SECONDS",
    "OMBUDSMAN_SMTP_URL",
    "OMBUDSMAN_MAIL_FROM",
    "OMBUDSMAN_TSA_URL",
    "OMBUDSMAN_TSA_CERTIFICATES",
    "OMBUDSMAN_TSA_POLICY",
    "OMBUDSMAN_TSA_SECONDS",
    "ADUAN_LOG_LEVEL",
)

#: What any program needs from its surroundings. The rest of the user's environment stays outside.
SURROUNDINGS = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "USER")


def surroundings(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    return {name: environment[name] for name in SURROUNDINGS if name in environment}


def web(system: System, service: str) -> dict[str, str]:
    return _service(system, service) | {
        "ADUAN_WEB_BIND": f"127.0.0.1:{system.ports[f'{service}-web']}",
        "ADUAN_METRICS_PORT": str(system.ports[f"{service}-web-metrics"]),
    }


def worker(system: System, service: str) -> dict[str, str]:
    return _service(system, service) | {"ADUAN_METRICS_PORT": str(system.ports[f"{service}-worker-metrics"])}


def smtp(system: System) -> dict[str, str]:
    return _service(system, "intake") | {"ADUAN_METRICS_PORT": str(system.ports["smtp-metrics"])}


def everything(system: System) -> dict[str, str]:
    """For the commands that look after all services at once: what differs by service carries its name."""
    named = {
        f"{name}_{service.upper()}": value
        for service in SERVICES
        for name, value in _own(system, service, system.ports["postgres"]).items()
    }
    return {**_shared(system), **_intake(system), **named, **_passwords(system)}


def operator(system: System) -> dict[str, str]:
    """For what only the broker's administrator may do."""
    url = f"amqp://operator:{system.secrets['operator']}@127.0.0.1:{system.ports['amqp']}/aduan"
    return {**surroundings(), "ADUAN_AMQP_URL": url}


def outside(system: System) -> dict[str, str]:
    """For the demo and the tests, who meet the system from outside: as reporters, as the SMS gateway, as clock."""
    return {
        "ADUAN_ADDRESS": system.address,
        "ADUAN_SMTP_ADDRESS": system.smtp,
        "ADUAN_RUN_DIR": str(system.place.run),
        "ADUAN_SANDBOX": "1",
        "ADUAN_CLOCK_FILE": str(system.place.clock),
        "INTAKE_SMS_SECRET": system.secrets["intake-sms"],
    }


def administrators(system: System) -> dict[str, str]:
    """For the tests: full power over the test system's stores."""
    ports, secrets = system.ports, system.secrets
    postgres = f"postgresql+psycopg://postgres:{secrets['postgres']}@127.0.0.1:{ports['postgres']}/postgres"
    return {
        "ADUAN_TEST_POSTGRES_URL": postgres,
        "ADUAN_TEST_AMQP_URL": f"amqp://operator:{secrets['operator']}@127.0.0.1:{ports['amqp']}",
        "ADUAN_TEST_RABBITMQCTL": str(system.place.run / "rabbitmqctl"),
        **_passwords(system),  # the tests' own virtual hosts have the same users
    }


def _passwords(system: System) -> dict[str, str]:
    """Of the broker's users."""
    named = {f"ADUAN_AMQP_PASSWORD_{s.upper()}": system.secrets[f"{s}-amqp"] for s in SERVICES}
    return {**named, "ADUAN_AMQP_PASSWORD_OPERATOR": system.secrets["operator"]}


def _service(system: System, service: str) -> dict[str, str]:
    amqp = f"amqp://{service}:{system.secrets[f'{service}-amqp']}@127.0.0.1:{system.line('amqp')}/aduan"
    return {
        **_shared(system),
        **_own(system, service, system.line("postgres")),
        **(_intake(system) if service == "intake" else {}),
        **({"ADUAN_SEALING_KEY": system.secrets["notify-sealing"]} if service == "notify" else {}),
        **({"OMBUDSMAN_SIGNING_KEY": system.secrets["ombudsman-signing"]} if service == "ombudsman" else {}),
        "ADUAN_SERVICE": service,
        "ADUAN_AMQP_URL": amqp,
    }


def _shared(system: System) -> dict[str, str]:
    return {
        **surroundings(),
        **{name: os.environ[name] for name in HANDED_ON if name in os.environ},
        **(_ways_out(system) if system.stormy else {}),
        "PYTHONUNBUFFERED": "1",
        "ADUAN_PUBLIC_URL": system.address,
        "ADUAN_SANDBOX": "1",
        "ADUAN_CLOCK_FILE": str(system.place.clock),
    }


def _ways_out(system: System) -> dict[str, str]:
    """In a storm messages and referrals leave for the gateways of `chaos.outside`, which count them."""
    gateway = f"http://127.0.0.1:{system.ports['outside-http']}"
    return {
        "NOTIFY_KANNEL_URL": f"{gateway}/cgi-bin/sendsms",
        "NOTIFY_KANNEL_USER": "aduan",
        "NOTIFY_KANNEL_PASSWORD": "storm",
        "NOTIFY_SMS_SENDER": "1708",
        "NOTIFY_SMTP_URL": f"smtp://127.0.0.1:{system.ports['outside-smtp']}",
        "NOTIFY_MAIL_FROM": "LAPOR <lapor@kolutkab.example>",
        "OMBUDSMAN_DELIVERY_URL": f"{gateway}/rujukan",
    }


def _own(system: System, service: str, port: int) -> dict[str, str]:
    """What each service has for itself alone. `port`: where it finds its database."""
    password = system.secrets[f"{service}-database"]
    return {
        "ADUAN_DATABASE_URL": f"postgresql+psycopg://aduan_{service}:{password}@127.0.0.1:{port}/aduan_{service}",
        "ADUAN_SECRET_KEY": system.secrets[f"{service}-web"],
        "ADUAN_FILES_URL": f"file://{system.place.run / 'files' / service}",
    }


def _intake(system: System) -> dict[str, str]:
    return {
        "INTAKE_IDENTITY_KEY": system.secrets["intake-identity"],
        "INTAKE_INDEX_KEY": system.secrets["intake-index"],
        "INTAKE_SMTP_BIND": f"127.0.0.1:{system.ports['smtp']}",
        "INTAKE_SMS_SECRET": system.secrets["intake-sms"],
        "INTAKE_SMS_NUMBER": "1708",
        "INTAKE_MAIL_ADDRESS": "lapor@kolutkab.example",
    }
