"""`python -m services.ombudsman.verify BUNDLE.zip KEY.pem`: is a referral's bundle what was signed? Works offline.

The key must be one you trust: fetched from the sender's own address, not the copy inside the bundle.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from services.ombudsman.delivery.signing import check_signature
from services.ombudsman.domain.bundle import MANIFEST, SIGNATURE, NotGenuine, check_hashes


def verify(bundle: Path, public_key: Path) -> str:
    """What was found, in a sentence. Raises NotGenuine."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise NotGenuine("the bundle holds two files of one name")
            parts = {name: archive.read(name) for name in names}
    except zipfile.BadZipFile as error:
        raise NotGenuine("the bundle is damaged or no ZIP") from error
    listed = parts.get(MANIFEST, b"")
    check_signature(listed, parts.get(SIGNATURE, b""), public_key.read_bytes())
    count = check_hashes(parts)
    head = " ".join(line.removeprefix("# ") for line in listed.decode().splitlines() if line.startswith("#"))
    return f"genuine: {count} files as signed. {head}"


def main(arguments: list[str]) -> int:
    """Print the finding; 0 when genuine, 1 when not, 2 when called wrongly."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m services.ombudsman.verify BUNDLE.zip PUBLIC-KEY.pem\n")
        return 2
    try:
        sys.stdout.write(verify(Path(arguments[0]), Path(arguments[1])) + "\n")
    except (NotGenuine, OSError) as error:
        sys.stderr.write(f"NOT genuine: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
