"""Tracking codes survive the telephone."""

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import is_code, new_id, normal_code, spaced, tracking_code


def test_a_code_is_valid_however_it_is_written_down() -> None:
    for _ in range(200):
        code = tracking_code()
        assert is_code(code)
        for written in (
            spaced(code),
            spaced(code).lower(),
            code.replace("0", "O"),
            code.replace("1", "l"),
            f" {code} ",
        ):
            assert normal_code(written) == code


def test_one_wrong_character_is_noticed() -> None:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for _ in range(20):
        code = tracking_code()
        for place in range(len(code)):
            for letter in letters:
                if letter != code[place]:
                    assert not is_code(code[:place] + letter + code[place + 1 :])


def test_two_neighbours_exchanged_are_noticed() -> None:
    for _ in range(50):
        code = tracking_code()
        for place in range(len(code) - 1):
            if code[place] != code[place + 1]:
                assert not is_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(st.text(max_size=40))
def test_nothing_anybody_writes_breaks_the_reading(written: str) -> None:
    is_code(normal_code(written))


def test_ids_sort_by_the_time_of_their_making() -> None:
    made = [new_id() for _ in range(1000)]
    assert sorted(made) == made
