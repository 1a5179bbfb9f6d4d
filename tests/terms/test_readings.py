"""A reading and its option in one word, as an address and a command line take them."""

import pytest

from domain.refusals import DoesNotFit
from domain.terms.readings import read_option, read_options


def test_a_reading_stands_left_of_its_option():
    assert ("xmpro:6-reopen/clock", "new-cycle") == read_option("xmpro:6-reopen/clock=new-cycle")


def test_of_a_reading_told_twice_the_last_counts():
    assert {"a:b/c": "second", "d:e/f": "x"} == read_options(["a:b/c=first", "d:e/f=x", "a:b/c=second"])


@pytest.mark.parametrize("text", ["", "=", "a:b/c", "a:b/c=", "=first"])
def test_what_names_no_reading_or_no_option_says_how_it_is_written(text: str):
    with pytest.raises(DoesNotFit, match="write ID=OPTION"):
        read_option(text)
