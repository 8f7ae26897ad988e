"""What the Ombudsman asks of who reports, read from plain words."""

from __future__ import annotations

from services.intake.domain.draft import Identity
from services.intake.domain.particulars import may_be_a_particular, missing, particulars_in, unfit, with_particulars


def test_particulars_are_read_by_their_labels_in_any_order_and_spelling() -> None:
    told = "alamat: Desa Pitulua RT 2; Nama Siti Aminah, LAHIR = Lasusua, 17-8-1980. status kawin, Pekerjaan petani"
    assert particulars_in(told) == {
        "address": "Desa Pitulua RT 2",
        "name": "Siti Aminah",
        "birth": "Lasusua, 17-8-1980",
        "marital_status": "kawin",
        "occupation": "petani",
    }


def test_words_without_a_label_are_no_particulars() -> None:
    assert particulars_in("jalan rusak sejak Senin") == {}


def test_what_is_not_given_stays_and_what_is_missing_is_known() -> None:
    who = with_particulars(Identity(name="Siti", phone="+6281"), {"birth": "Lasusua 1980", "name": ""})
    assert who == Identity(name="Siti", phone="+6281", birth="Lasusua 1980")
    assert missing(who) == ("marital_status", "occupation", "address")


def test_too_much_and_nothing_readable_are_told_by_field() -> None:
    assert unfit({"occupation": "p" * 121, "birth": "???", "name": "Siti"}) == ["occupation", "birth"]


def test_one_particular_alone_is_recognised() -> None:
    assert may_be_a_particular("DATA NAMA Siti Aminah")
    assert may_be_a_particular("data, alamat: Desa Pitulua")
    assert not any(map(may_be_a_particular, ("Data kami hilang", "DATA NAMA ...", "Minta data nama saya")))
