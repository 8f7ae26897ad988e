"""How hard the property tests look: a few fixed examples in every run, as many others as wanted on request.

`ADUAN_PROPERTY_EXAMPLES=500 make test ARGS="tests/component/kit -k properties"` draws five hundred new ones for
each machine and shrinks what fails.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

WANTED = int(os.environ.get("ADUAN_PROPERTY_EXAMPLES", "0"))


def looking(examples: int, steps: int) -> settings:
    """Settings of a state machine: so many fixed examples of so many steps, unless more are wanted."""
    return settings(
        max_examples=WANTED or examples,
        stateful_step_count=steps,
        derandomize=not WANTED,
        phases=[Phase.generate, Phase.shrink] if WANTED else [Phase.generate],
        database=None,
        deadline=None,
        print_blob=bool(WANTED),
        suppress_health_check=list(HealthCheck),
    )


LIMIT = 300 + 60 * WANTED
"""Seconds a machine may take, for `pytest.mark.timeout`."""
