"""Settings without which no process of routing starts, besides the database and the broker."""

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "ADUAN_FILES_URL": "the place for files, e.g. file:///var/lib/aduan/files",
    "ADUAN_SECRET_KEY": "a secret of at least 32 random characters, as `openssl rand -hex 32` prints",
}
