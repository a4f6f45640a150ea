"""The draw: everybody has the same chance, anybody can compute it again, and nothing but file numbers is read."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from survey.domain.drawing import draw, is_seed, read_numbers, refuse_short_lists
from survey.domain.message import Refused

NUMBERS = [f"H01-{number:04}" for number in range(200)]


def test_the_draw_is_what_sha256sum_and_sort_make_of_the_list() -> None:
    """The check that the README describes, step by step and without our code."""
    lines = sorted(hashlib.sha256(f"so-do|00101|{number}".encode()).hexdigest() + " " + number for number in NUMBERS)
    expected = [line.split(" ")[1] for line in lines[:20]]
    assert draw(NUMBERS, seed="so-do", office="00101", count=20) == expected


def test_a_draw_is_pinned_for_ever() -> None:
    """Another Python, another machine: a sample drawn today must come out of the same seed in ten years."""
    assert draw(NUMBERS, seed="2026", office="00101", count=3) == PINNED


PINNED = ["H01-0073", "H01-0024", "H01-0076"]  # computed with sha256sum and sort


@given(st.permutations(NUMBERS[:30]))
def test_the_order_of_the_list_does_not_matter(shuffled: list[str]) -> None:
    assert draw(shuffled, seed="1", office="1", count=7) == draw(NUMBERS[:30], seed="1", office="1", count=7)


def test_another_seed_and_another_office_draw_others() -> None:
    first = draw(NUMBERS, seed="1", office="1", count=50)
    assert set(first) != set(draw(NUMBERS, seed="2", office="1", count=50))
    assert set(first) != set(draw(NUMBERS, seed="1", office="2", count=50))


@given(st.integers(0, 200), st.integers(0, 200))
def test_going_on_draws_nobody_twice(first: int, more: int) -> None:
    drawn = draw(NUMBERS, seed="1", office="1", count=first)
    later = draw(NUMBERS, seed="1", office="1", count=more, after=first)
    assert drawn + later == draw(NUMBERS, seed="1", office="1", count=first + more)
    assert len(set(drawn + later)) == min(200, first + more)


def test_every_number_is_drawn_equally_often() -> None:
    """4 000 seeds, 5 of 20: each number 1 000 times, up to chance."""
    numbers = NUMBERS[:20]
    drawn = Counter(each for seed in range(4000) for each in draw(numbers, seed=str(seed), office="1", count=5))
    # Without replacement counts vary less than chisquare assumes, by (N−n)/(N−1): it judges more mildly by 0.79.
    statistic = chisquare([drawn[each] for each in numbers]).statistic / (15 / 19)
    assert 19 * 0.25 < statistic < 19 * 2.2  # p between 0.0001 and 0.9999 on 19 degrees of freedom


def test_every_pair_is_drawn_equally_often() -> None:
    """A sample is more than its members: all 15 pairs out of 6 must be as likely."""
    numbers = NUMBERS[:6]
    drawn = Counter(tuple(sorted(draw(numbers, seed=str(seed), office="1", count=2))) for seed in range(6000))
    assert chisquare([drawn[pair] for pair in combinations(numbers, 2)]).pvalue > 0.001


@pytest.mark.parametrize(
    ("seed", "sound"), [("2026-11-03 58213", True), ("", False), ("a|b", False), ("x\ny", False), ("x" * 65, False)]
)
def test_a_seed_is_a_short_text_that_separates_from_the_number(seed: str, sound: bool) -> None:
    assert is_seed(seed) is sound


# ---- the list


def read(text: str, *offices: str) -> dict[str, list[str]]:
    return read_numbers(text.splitlines(keepends=True), offices or ("00101",))


def faults(text: str, *offices: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(text, *offices)
    return [f"{fault.place}: {fault.problem} → {fault.remedy}" for fault in refused.value.faults]


def test_a_list_of_one_office_needs_no_office() -> None:
    assert read("file\nH1\n\n H2 \n") == {"00101": ["H1", "H2"]}
    assert read("file,office\nH1,00101\nH2,\n") == {"00101": ["H1", "H2"]}


def test_a_list_of_several_offices_names_them() -> None:
    text = "office;file\n00101;H1\n00102;H1\n"
    assert read(text, "00101", "00102") == {"00101": ["H1"], "00102": ["H1"]}
    (fault,) = faults("file\nH1\n", "00101", "00102")
    assert "thiếu cột “office”" in fault


@pytest.mark.parametrize(
    "header", ["file,họ tên", "file;office;số điện thoại", "Nguyễn Văn An,0912345678", '"file","name"']
)
def test_names_and_numbers_beside_the_files_are_refused_before_they_are_read(header: str) -> None:
    read_lines = []

    def lines() -> Iterator[str]:
        for line in (f"{header}\n", "H1,Nguyễn Văn An,0912345678\n", "H2,Trần Thị Bình,0987654321\n"):
            read_lines.append(line)
            yield line

    with pytest.raises(Refused) as refused:
        read_numbers(lines(), ["00101"])
    assert len(read_lines) == 1, "no line below the first was asked for"
    told = str(refused.value)
    assert "cột khác" in told
    assert "An" not in told.replace("ANSI", "")
    assert "0912" not in told
    assert "họ tên" in str(refused.value.faults[-1].remedy)


def test_a_list_without_its_first_line_asks_for_it_and_repeats_nothing() -> None:
    (fault,) = faults("Nguyễn Văn An\nH2\n")
    assert "thiếu cột “file”" in fault
    assert "Nguyễn" not in fault


def test_every_fault_is_told_with_its_line() -> None:
    told = faults(
        "file,office\nH1,00101\nH1,00101\nTrần Văn Bảy,00101\na1@x.vn,00101\nH2,99999\n,00101\nH3,00101,An\n",
        "00101",
        "00102",
    )
    assert [line.partition(":")[0] for line in told] == [
        "dòng 3, cột file",
        "dòng 4, cột file",
        "dòng 5, cột file",
        "dòng 6, cột office",
        "dòng 7, cột file",
        "dòng 8",
    ]
    assert "đã có ở dòng 2" in told[0]
    assert not any(name in line for line in told for name in ("Trần", "x.vn"))


def test_an_empty_list_and_one_too_long_number_are_faults() -> None:
    assert "không có hồ sơ nào" in faults("file\n")[0]
    assert "dài quá 64" in faults(f"file\n{'1' * 65}\n")[0]


def test_more_than_the_list_has_left_is_refused() -> None:
    refuse_short_lists({"00101": NUMBERS}, count=150, drawn={"00101": 50})
    with pytest.raises(Refused, match="còn 149 hồ sơ chưa mời, ít hơn 150"):
        refuse_short_lists({"00101": NUMBERS}, count=150, drawn={"00101": 51})
