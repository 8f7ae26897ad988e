"""Settings without which no process of ombudsman starts, besides the database and the broker."""

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "ADUAN_SECRET_KEY": "a secret of at least 32 random characters, as `openssl rand -hex 32` prints",
    "OMBUDSMAN_SIGNING_KEY": "the key that signs referrals, 32 bytes in base64, as `openssl rand -base64 32` prints",
}
