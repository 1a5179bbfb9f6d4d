"""Every clause of the five agreements is proved by a test that is marked with it, or says why there is none yet."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.terms.library import agreement_ids, selector

TESTS = Path(__file__).parents[1]
CLAUSES = Path(__file__).with_name("clauses.txt").read_text("utf-8").split()
AGREEMENTS = sorted({clause.partition(":")[0] for clause in CLAUSES})

EXPLAINED = {
    "xmpro:online-outage": "it asks for notices while the support system itself is down, which is no event of a ticket",
}


def marks(source: str) -> Iterator[str]:
    """The clauses that the tests of a file are marked with."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for call in (part for decorator in node.decorator_list for part in ast.walk(decorator)):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause":
                    yield from (ast.literal_eval(clause) for clause in call.args)


MARKED = {clause for path in TESTS.rglob("test_*.py") for clause in marks(path.read_text("utf-8"))}


def test_every_clause_is_proved_by_a_test_or_explained():
    assert [] == [clause for clause in CLAUSES if clause not in MARKED and clause not in EXPLAINED]


def test_a_clause_that_is_proved_needs_no_explanation():
    assert [] == [clause for clause in EXPLAINED if clause in MARKED]


def test_what_is_explained_is_a_clause():
    assert [] == [clause for clause in EXPLAINED if clause not in CLAUSES]


def test_every_mark_names_a_clause():
    known = {clause for name in agreement_ids() for clause in selector(name).agreement.clauses}

    assert [] == sorted(MARKED - known)


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_an_agreement_has_the_clauses_of_the_list_and_no_others(agreement):
    listed = [clause for clause in CLAUSES if clause.startswith(f"{agreement}:")]

    assert sorted(listed) == sorted(selector(agreement).agreement.clauses)


def test_a_mark_counts_on_a_test_alone():
    source = """
@pytest.mark.clause("a:1")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.clause("a:2"))])
def test_something(x): ...

@pytest.mark.clause("a:3")
def helper(): ...
"""

    assert {"a:1", "a:2"} == set(marks(source))
