"""Settings without which no process of notify starts, besides the database and the broker."""

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "ADUAN_SEALING_KEY": "32 random bytes in base64, as `openssl rand -base64 32` prints",
    "ADUAN_PUBLIC_URL": "the address people reach the system at, e.g. https://aduan.example",
    "ADUAN_SECRET_KEY": "a secret of at least 32 random characters, as `openssl rand -hex 32` prints",
}
