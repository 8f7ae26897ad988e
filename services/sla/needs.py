"""Settings without which no process of sla starts, besides the database and the broker."""

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "ADUAN_SECRET_KEY": "a secret of at least 32 random characters, as `openssl rand -hex 32` prints",
}
