"""How much Hypothesis tries when mutants are looked for (`make mutation`, docs/mutation.md)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

# Each of more than a thousand mutants gets all tests that reach it. So fewer examples, the same ones for every mutant
# (whether one survives is no matter of luck), and none is made smaller: that one failed is enough.
settings.register_profile(
    "mutation",
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

if "MUTANT_UNDER_TEST" in os.environ:  # set by mutmut
    settings.load_profile("mutation")
