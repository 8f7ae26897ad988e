"""Files are checked while they are read, cleaned, and kept by their content."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from shared.errors import Invalid, NotFound, TooLarge
from shared.files import MIB, Files, Limits, clean_name

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(f"file://{tmp_path}/files")


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "orange").save(drawn, kind, **options)  # type: ignore[arg-type]
    return drawn.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Telepon Bu Siti"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[2] = (3.0, 7.0, 0.0)
    return picture(exif=exif)


def document() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return made.getvalue()


@pytest.mark.parametrize("url", ["file://{}/files", "memory://aduan-test/{}"])
def test_a_file_is_kept_under_its_content_and_read_back(url: str, tmp_path: Path) -> None:
    files = Files(url.format(tmp_path))
    saved = files.save(io.BytesIO(PDF), "surat.pdf")
    assert (saved.media_type, saved.size, saved.name) == ("application/pdf", len(PDF), "surat.pdf")
    with files.open(saved.sha256) as kept:
        assert kept.read() == PDF


def test_the_same_file_twice_is_one_file_and_leaves_no_draft(files: Files, tmp_path: Path) -> None:
    first, second = files.save(io.BytesIO(PDF), "a.pdf"), files.save(io.BytesIO(PDF), "b.pdf")
    assert first.sha256 == second.sha256
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [first.sha256]


def test_a_photo_loses_where_and_with_what_it_was_taken_but_stands_upright(files: Files) -> None:
    sent = with_gps()
    assert b"Telepon Bu Siti" in sent
    saved = files.save(io.BytesIO(sent), "IMG_1.jpg")
    with files.open(saved.sha256) as kept, Image.open(kept) as shown:
        assert dict(shown.getexif()) == {}
        assert shown.size == (40, 60)


def test_what_hides_behind_the_last_pixel_is_gone(files: Files) -> None:
    saved = files.save(io.BytesIO(picture("PNG") + b"<script>alert(1)</script>"), "a.png")
    with files.open(saved.sha256) as kept:
        assert b"script" not in kept.read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_pictures_of_every_colour_mode_are_kept(files: Files, kind: str, mode: str) -> None:
    drawn = io.BytesIO()
    try:
        Image.new(mode, (5, 5)).save(drawn, kind)
    except OSError:
        pytest.skip(f"no {mode} in {kind}")
    drawn.seek(0)
    assert files.save(drawn, "x").size > 0


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(files: Files) -> None:
    with pytest.raises(TooLarge) as refused:
        files.save(io.BytesIO(picture("PNG", (3000, 3000))), "bom.png", Limits(max_pixels=1_000_000))
    assert refused.value.slug == "picture_too_large"


def test_a_large_photo_is_scaled_down(files: Files) -> None:
    saved = files.save(io.BytesIO(picture("JPEG", (6000, 100))), "lebar.jpg")
    with files.open(saved.sha256) as kept, Image.open(kept) as shown:
        assert max(shown.size) <= 4096


def test_a_broken_picture_is_refused(files: Files) -> None:
    with pytest.raises(Invalid) as refused:
        files.save(io.BytesIO(picture()[:200]), "rusak.jpg")
    assert refused.value.slug == "picture_broken"


def test_reading_stops_at_the_limit(files: Files, tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(TooLarge) as refused:
        files.save(stream, "a.txt", Limits(max_bytes=MIB))  # type: ignore[arg-type]
    assert stream.given < 2 * MIB
    assert "1 MB" in refused.value.detail_id
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + os.urandom(200), "foto.jpg"),
        (b"\x7fELF" + os.urandom(200), "surat.pdf"),
        (b"GIF89a" + os.urandom(60), "lucu.gif"),
        (b"caf\xe9 \xff\xfe tulisan", "catatan.txt"),
        (b"teks\x00dengan nol", "catatan.txt"),
        (b"PK\x03\x04" + os.urandom(100), "arsip.zip"),
    ],
    ids=["windows program", "linux program", "gif", "latin-1", "null", "zip"],
)
def test_what_is_not_on_the_list_is_refused_whatever_its_name_says(files: Files, content: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.save(io.BytesIO(content), name)
    assert refused.value.slug == "file_type"


def test_an_empty_file_is_refused(files: Files) -> None:
    with pytest.raises(Invalid) as refused:
        files.save(io.BytesIO(), "kosong.pdf")
    assert refused.value.slug == "file_empty"


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kept_name"),
    [
        ("Jalan rusak – tolong 🙏".encode(), "catatan", "text/plain", "catatan.txt"),
        (picture(), "foto", "image/jpeg", "foto.jpg"),
        (picture("PNG"), "palsu.exe", "image/png", "palsu.exe.png"),
        (b"OggS" + bytes(60), "suara.opus", "audio/ogg", "suara.opus"),
        (b"\x00\x00\x00\x18ftyp3gp5" + bytes(60), "video.3gp", "video/3gpp", "video.3gp"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(60), "video.mp4", "video/mp4", "video.mp4"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00" + bytes(400), "suara.mp3", "audio/mpeg", "suara.mp3"),
        (
            document(),
            "surat.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "surat.docx",
        ),
    ],
)
def test_the_type_is_read_from_the_content(
    files: Files, content: bytes, name: str, media_type: str, kept_name: str
) -> None:
    saved = files.save(io.BytesIO(content), name)
    assert (saved.media_type, saved.name) == (media_type, kept_name)


def test_a_service_may_take_fewer_types(files: Files) -> None:
    with pytest.raises(Invalid):
        files.save(io.BytesIO(PDF), "a.pdf", Limits(media_types=frozenset({"image/jpeg"})))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 64, "A" * 64, "0" * 63])
def test_nothing_but_kept_files_can_be_opened(files: Files, name: str) -> None:
    with pytest.raises(NotFound):
        files.open(name)


@pytest.mark.parametrize(
    ("declared", "clean"),
    [
        ("C:\\Foto\\jalan.jpg", "jalan.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("gpj.\u202efdp.exe", "gpj.fdp.exe"),
        ("  . ..", "berkas"),
        ("", "berkas"),
        ("e\u0301.txt", "é.txt"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("y" * 300, "y" * 120),
        ("a\ud800b.pdf", "ab.pdf"),
    ],
)
def test_names_are_cleaned(declared: str, clean: str) -> None:
    assert clean_name(declared) == clean


def box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return (8 + len(inner)).to_bytes(4) + kind + inner


@pytest.mark.parametrize(("brand", "ending"), [(b"isom", "mp4"), (b"qt  ", "mp4"), (b"3gp4", "3gp"), (b"M4A ", "m4a")])
def test_a_recording_loses_where_and_by_whom_it_was_made(files: Files, brand: bytes, ending: str) -> None:
    place = b"+04.1234+121.1234/Wati"
    sound = box(b"mdat", b"what is seen and heard")
    video = box(b"ftyp", brand, bytes(4)) + box(
        b"moov",
        box(b"mvhd", b"rest"),
        box(b"trak", box(b"tkhd", b"rest"), box(b"meta", place)),
        box(b"udta", box(b"\xa9xyz", place), box(b"loci", place)),
    )
    video += (
        (1).to_bytes(4) + b"uuid" + (16 + len(place)).to_bytes(8) + place + sound + (0).to_bytes(4) + b"uuid" + place
    )
    saved = files.save(io.BytesIO(video), f"a.{ending}")
    kept = files.open(saved.sha256).read()
    assert len(kept) == len(video)
    assert sound in kept and kept.count(b"rest") == 2
    assert b"Wati" not in kept and b"121.1234" not in kept


@pytest.mark.parametrize(
    "tail", [b"\0\0\0\x07udta", b"\0\0\0\x01uuid\0\0\0\0\0\0\0\x01", b"\xff\xff\xff\xffmoov", b"\0\0"]
)
def test_a_recording_with_broken_boxes_is_kept_as_it_is(files: Files, tail: bytes) -> None:
    video = box(b"ftyp", b"isom", bytes(4)) + tail
    assert files.open(files.save(io.BytesIO(video), "a.mp4").sha256).read() == video


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_a_photo_we_cannot_draw_anew_is_no_video(files: Files, brand: bytes) -> None:
    with pytest.raises(Invalid):
        files.save(io.BytesIO(box(b"ftyp", brand, bytes(4)) + bytes(100)), "IMG_0001.mp4")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_of_few_bytes_and_many_pixels_is_refused(files: Files, kind: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (5100, 5000)).save(drawn, kind)
    assert len(drawn.getvalue()) < 200_000
    drawn.seek(0)
    with pytest.raises(TooLarge):
        files.save(drawn, "bom")
