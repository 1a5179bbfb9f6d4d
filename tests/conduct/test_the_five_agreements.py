"""What holds for the conduct of all five agreements."""

import pytest

from domain.terms.conduct import fitting_guides, proposed_severity
from domain.terms.library import selector
from domain.terms.rows import Scope


@pytest.mark.parametrize(
    ("agreement", "signs", "severity"),
    [
        ("xima-care", {"category": "skill-calls-not-routed"}, 1),
        ("xima-care", {"category": "not-recording", "workaround": False}, 2),
        ("xima-care", {"loss": 50}, 2),
        ("xima-care", {"loss": 5}, 3),
        ("xima-care", {"loss": 4}, 4),
        ("xima-care", {"workaround": True}, 4),
        ("imagicle-care", {"category": "moderate-loss"}, 3),
        ("numonix-ixcloud", {"category": "hangs"}, 1),
        ("numonix-ixcloud", {"workaround": True}, 3),
        ("eschat", {"category": "documentation"}, 4),
        ("xmpro", {"category": "time-critical-function"}, 2),
    ],
)
def test_a_severity_guide_proposes(agreement, signs, severity):
    terms = selector(agreement).agreement
    fitting = fitting_guides(terms.guides, Scope(readings=terms.default_readings), **signs)

    assert severity == proposed_severity(fitting)


def test_every_rule_ground_and_duty_names_a_clause_of_its_agreement():
    for agreement in ("xima-care", "imagicle-care", "numonix-ixcloud", "eschat", "xmpro"):
        terms = selector(agreement).agreement

        assert {row.clause for row in terms.conduct_rows} <= set(terms.clauses)
