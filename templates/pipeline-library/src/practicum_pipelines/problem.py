"""What is wrong with a definition, with its place. All of it is said at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    place: str
    """`file` or `file:line`."""
    message: str

    def __str__(self) -> str:
        return f"{self.place} {self.message}"


class DefinitionError(Exception):
    """A definition that cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
