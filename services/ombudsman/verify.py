"""`python -m services.ombudsman.verify BUNDLE.zip KEY.pem [AUTHORITY.pem]`: is a bundle what was signed? Works offline.

The key must be one you trust: fetched from the sender's own address, not the copy inside the bundle. With the
certificates of a time-stamping authority its stamp is checked too, and must be there.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from services.ombudsman.delivery.signing import check_signature
from services.ombudsman.delivery.stamping import NotStamped, certificates_in, checked
from services.ombudsman.domain.bundle import MANIFEST, SIGNATURE, STAMP, NotGenuine, check_hashes


def verify(bundle: Path, public_key: Path, authority: Path | None = None) -> str:
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
    return f"genuine: {count} files as signed. {head}{_stamped(parts.get(STAMP), listed, authority)}"


def _stamped(stamp: bytes | None, listed: bytes, authority: Path | None) -> str:
    """What the time stamp says, when somebody is trusted to give one. Raises NotGenuine."""
    if authority is None:
        return "" if stamp is None else ". Its time stamp was not checked: name the authority's certificates"
    if stamp is None:
        raise NotGenuine(f"there is no time stamp ({STAMP})")
    try:
        found = checked(stamp, listed, certificates_in(authority))
    except NotStamped as error:
        raise NotGenuine(f"{STAMP} is no time stamp of this authority on this bundle: {error}") from error
    except ValueError as error:
        raise NotGenuine(f"{authority.name} holds no certificates of an authority") from error
    return f". Time stamp: {found.at:%Y-%m-%dT%H:%M:%SZ} by {found.authority}"


def main(arguments: list[str]) -> int:
    """Print the finding; 0 when genuine, 1 when not, 2 when called wrongly."""
    if len(arguments) not in (2, 3):
        sys.stderr.write("usage: python -m services.ombudsman.verify BUNDLE.zip PUBLIC-KEY.pem [AUTHORITY.pem]\n")
        return 2
    try:
        sys.stdout.write(verify(*(Path(argument) for argument in arguments)) + "\n")
    except (NotGenuine, OSError) as error:
        sys.stderr.write(f"NOT genuine: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
