"""Yes, no, or not known, each with its reason in words: how conditions are put together."""

from collections.abc import Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """`truth` is None where it cannot be known; `because` says what was found."""

    truth: bool | None
    because: str


def all_of(findings: Sequence[Finding]) -> Finding:
    """One that fails decides; where none does, one that is not known leaves the whole open."""
    truths = [finding.truth for finding in findings]
    return _told(findings, False if False in truths else None if None in truths else True)


def any_of(findings: Sequence[Finding]) -> Finding:
    """One that holds decides; where none does, one that is not known leaves the whole open."""
    truths = [finding.truth for finding in findings]
    return _told(findings, True if True in truths else None if None in truths else False)


def opposite(finding: Finding) -> Finding:
    return finding if finding.truth is None else Finding(not finding.truth, finding.because)


def _told(findings: Sequence[Finding], truth: bool | None) -> Finding:
    """The whole, because of those that decided it."""
    reasons = dict.fromkeys(finding.because for finding in findings if finding.truth is truth)
    return Finding(truth, "; ".join(reasons))
