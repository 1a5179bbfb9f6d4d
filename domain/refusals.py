"""Every way in which bad input is refused, in one tree.

Refusal                     says where, what is wrong and what would be right
├── CaseFileError           a case file cannot be read or does not fit its agreement
├── AgreementError          a text is not a sound agreement
└── LogError                a log cannot be converted (`domain.logs.errors`)
"""

from collections.abc import Iterable


class Refusal(Exception):
    """Bad input, refused: the message names the place and the remedy."""


class CaseFileError(Refusal):
    """A case file cannot be read or does not fit its agreement."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem

    def __reduce__(self) -> tuple[type["CaseFileError"], tuple[str, str]]:
        return CaseFileError, (self.place, self.problem)


class AgreementError(Refusal):
    """A text is not a sound agreement; `problems` are all that were found, each with its place and remedy."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["AgreementError"], tuple[tuple[str, ...]]]:
        return AgreementError, (self.problems,)
