"""The limits out of the data file, for tests of rules."""

from __future__ import annotations

import json

from services.intake.domain.draft import Limits
from services.intake.store.load import DATA

LIMITS = Limits(**{row["name"]: row["value"] for row in json.loads((DATA / "limits.json").read_text())["limits"]})
