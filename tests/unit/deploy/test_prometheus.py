"""What Prometheus is told: it is understood, every alert comes when it must, and asks for nothing nobody exports."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from shared import metrics
from tests.unit.deploy.deployment import PROMETHEUS, ROOT, alerts, processes, rules

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus"
)

#: Series of RabbitMQ's own exporter that the rules use, as 3.10 and 4.x write them.
RABBITMQ = {
    "rabbitmq_alarms_free_disk_space_watermark",
    "rabbitmq_alarms_memory_used_watermark",
    "rabbitmq_detailed_queue_consumers",
    "rabbitmq_detailed_queue_messages",
    "rabbitmq_detailed_queue_messages_ready",
}

#: What Prometheus itself puts on every series.
TARGET_LABELS = {"service", "role", "instance", "job"}

SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}


def promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def declared() -> dict[str, set[str]]:
    """Series of shared/metrics.py → its labels."""
    found = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            labels = set(metric._labelnames) | ({"le"} if metric._type == "histogram" else set())
            found.update({metric._name + suffix: labels for suffix in SUFFIXES[metric._type]})
    return found


def expressions() -> list[str]:
    return [str(rule["expr"]) for rule in rules()]


@needs_promtool
def test_prometheus_understands_its_configuration() -> None:
    promtool("check", "config", "prometheus.yml")


@needs_promtool
def test_prometheus_understands_the_rules() -> None:
    promtool("check", "rules", *(str(file) for file in sorted((PROMETHEUS / "rules").glob("*.yml"))))


@needs_promtool
@pytest.mark.parametrize("file", sorted((PROMETHEUS / "tests").glob("*.yml")), ids=lambda file: file.stem)
def test_the_alerts_come_and_stay_away(file: object) -> None:
    promtool("test", "rules", str(file))


def test_every_alert_is_shown_to_come_and_to_stay_away() -> None:
    comes, stays_away = set(), set()
    for file in (PROMETHEUS / "tests").glob("*.yml"):
        for test in yaml.safe_load(file.read_text())["tests"]:
            for question in test["promql_expr_test"]:
                if question["exp_samples"]:
                    firing = [s["labels"] for s in question["exp_samples"] if 'alertstate="firing"' in s["labels"]]
                    comes.update(name for labels in firing for name in re.findall(r'alertname="(\w+)"', labels))
                else:
                    named = re.findall(r'alertname=~?"([\w|]+)"', question["expr"])
                    stays_away.update(name for names in named for name in names.split("|"))
    names = {str(alert["alert"]) for alert in alerts()}
    assert names - comes == set()
    assert names - stays_away == {"Watchdog"}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_says_how_bad_what_and_what_to_do(alert: dict[str, dict[str, str]]) -> None:
    assert alert["labels"]["severity"] in ("critical", "warning", "none")
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"docs/operations.md#{str(alert['alert']).lower()}"
    assert f"\n### {alert['alert']}\n" in (ROOT / "docs" / "operations.md").read_text()


def test_no_runbook_is_left_of_an_alert_that_is_gone() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.split("\n## Alerts\n")[1].split("\n## ")[0]
    assert re.findall(r"^### (.+)$", section, re.M) == [alert["alert"] for alert in alerts()]


def test_every_series_in_the_rules_is_exported() -> None:
    known = declared().keys() | RABBITMQ | {"up"} | {str(rule.get("record")) for rule in rules()}
    used = {
        name
        for expression in expressions()
        for name in re.findall(r"(?:[a-z_]+:)?\b(?:lapor|rabbitmq)_[a-z_]+(?::[a-z0-9_]+)?", expression)
    }
    assert used
    assert used - known == set()


def test_every_label_in_the_rules_belongs_to_its_series() -> None:
    labels = declared()
    wrong = [
        (name, label)
        for expression in expressions()
        for name, selected in re.findall(r"\b(lapor_\w+)\{([^}]*)\}", expression)
        for label in re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\"", selected)
        if name in labels and label not in labels[name] | TARGET_LABELS
    ]
    assert wrong == []


def test_every_process_is_scraped_and_missed_when_it_is_gone() -> None:
    jobs = {
        job["job_name"]: job for job in yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    }
    scraped = jobs["aduan"]["dns_sd_configs"][0]["names"]
    assert sorted(scraped) == sorted(processes())
    (missing,) = (alert["expr"] for alert in alerts() if alert["alert"] == "ProcessDown")
    missed = ["-".join(pair) for pair in re.findall(r'absent\(up\{service="(\w+)",role="(\w+)"\}\)', missing)]
    assert sorted(missed) == sorted([*scraped, "rabbitmq-broker"])


def test_only_workers_with_timers_must_come_round() -> None:
    with_timers = {
        file.parent.name
        for file in (ROOT / "services").glob("*/worker.py")
        if re.search(r"\bTimers\(", file.read_text())
    }
    (expression,) = (alert["expr"] for alert in alerts() if alert["alert"] == "TimerLoopStopped")
    (named,) = re.findall(r'service=~"([\w|]+)"', expression)
    assert set(named.split("|")) == with_timers
