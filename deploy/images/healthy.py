"""Whether the process of this container is live, or ready: `healthy.py live`. Says what is wrong and exits with 1."""

import os
import sys
import urllib.error
import urllib.request

LONGEST = 4.0
"""Seconds. The container's own limit for a check is five."""


def main(question: str) -> int:
    """Ask the process on its metrics port; 0 when the answer is yes."""
    port = os.environ.get("ADUAN_METRICS_PORT", "9100")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/{question}", timeout=LONGEST):
            return 0
    except urllib.error.HTTPError as answer:
        sys.stderr.write(answer.read(2000).decode(errors="replace") + "\n")
    except OSError as error:
        sys.stderr.write(f"no answer on port {port}: {error}\n")
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("live", "ready"):
        sys.exit("usage: healthy.py live|ready")
    sys.exit(main(sys.argv[1]))
