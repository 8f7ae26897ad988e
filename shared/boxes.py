"""Videos and recordings without where and by whom they were made (ISO/IEC 14496-12, QuickTime File Format).

Such a file is a row of boxes: four bytes of length, four letters of type, content; some hold boxes. Telephones
write the place into `udta` (3GPP and Android: `loci`, `©xyz`) or `meta` (Apple), programs their XMP into
`uuid`. These are made `free` space of the same length, so that nothing else has to move.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

_HOLDING = (b"moov", b"trak", b"moof", b"traf")
_TELLING = (b"udta", b"meta", b"uuid")
_CHUNK = 64 * 1024


def empty(file: IO[bytes]) -> None:
    """Empty the boxes that tell of the one who made the file, up to where it is broken and nothing plays any more."""
    end = file.seek(0, io.SEEK_END)
    left = [(0, end)]
    while left:
        for kind, start, content, stop in list(_boxes(file, *left.pop())):
            if kind in _TELLING:
                _erase(file, start + 4, content, stop)
            elif kind in _HOLDING:
                left.append((content, stop))


def _boxes(file: IO[bytes], at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Type, beginning, beginning of the content and end of each box between two places."""
    while end - at >= 8:
        file.seek(at)
        head = file.read(16)
        length, content = int.from_bytes(head[:4]), at + 8
        if length == 1:
            length, content = int.from_bytes(head[8:16]), at + 16
        elif length == 0:
            length = end - at
        if not content - at <= length <= end - at:
            return
        yield head[4:8], at, content, at + length
        at += length


def _erase(file: IO[bytes], kind: int, content: int, stop: int) -> None:
    file.seek(kind)
    file.write(b"free")
    file.seek(content)
    for begin in range(content, stop, _CHUNK):
        file.write(bytes(min(_CHUNK, stop - begin)))
