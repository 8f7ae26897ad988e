"""Settings without which no process of intake starts, besides the database and the broker."""

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "INTAKE_IDENTITY_KEY": "32 random bytes in base64, as `openssl rand -base64 32` prints",
    "INTAKE_INDEX_KEY": "32 random bytes in base64, as `openssl rand -base64 32` prints",
    "INTAKE_SMS_SECRET": "the secret the SMS gateway sends along, as `openssl rand -hex 32` prints",
    "ADUAN_FILES_URL": "the place for files, e.g. file:///var/lib/aduan/files",
    "ADUAN_SECRET_KEY": "a secret of at least 32 random characters, as `openssl rand -hex 32` prints",
}
