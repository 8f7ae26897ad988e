"""The one stylesheet: small, and readable by everybody (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.web.headers import STATIC

ROOT = Path(__file__).parents[3]
CSS = (Path(STATIC) / "aduan.css").read_text()
COLOURS = dict(re.findall(r"--([\w-]+): (#\w{6});", CSS)) | {"white": "#ffffff"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "tint"),
        ("soft", "paper"),
        ("soft", "tint"),
        ("link", "paper"),
        ("link", "tint"),
        ("white", "brand"),
        ("white", "brand-deep"),
        ("white", "bad"),
        ("brand", "paper"),
        ("ink", "calm-tint"),
        ("calm", "calm-tint"),
        ("good", "good-tint"),
        ("wait", "wait-tint"),
        ("bad", "bad-tint"),
        ("bad", "paper"),
    ],
)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


def test_edges_of_fields_can_be_seen() -> None:
    assert contrast(COLOURS["field"], COLOURS["paper"]) >= 3


def test_it_is_small_and_asks_nobody_else() -> None:
    assert len(CSS.encode()) < 20_000
    assert not re.search(r"@import|url\(|https?:", CSS)


def test_every_class_it_promises_is_there() -> None:
    head = CSS[: CSS.index("*/")]
    promised = set(re.findall(r"\.([a-z]+)\b", head)) - {"html"}
    assert promised
    missing = {name for name in promised if f".{name}" not in CSS[len(head) :]}
    assert not missing


def test_pages_use_no_class_it_does_not_know() -> None:
    known = set(re.findall(r"\.([a-z][\w-]*)", CSS))
    unknown = {}
    for page in [p for place in ("shared", "services") for p in (ROOT / place).rglob("templates/**/*.html")]:
        words = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", page.read_text(), flags=re.DOTALL)
        used = {name for names in re.findall(r'class="([^"]*)"', words) for name in names.split()}
        if used - known:
            unknown[str(page.relative_to(ROOT))] = used - known
    assert not unknown
