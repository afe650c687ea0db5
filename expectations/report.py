"""What a gate found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["warn", "block"]


@dataclass(frozen=True)
class Finding:
    """One expectation's outcome on one table: what was `expected`, in GX's arguments, and `observed`, in GX's own figures."""

    suite: str
    expectation: str
    severity: Severity
    passed: bool
    observed: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = {key: value for key, value in self.observed.items() if not isinstance(value, Mapping)}
        seen = ", ".join(f"{key}={value}" for key, value in told.items() if value not in (None, [], 0))
        return f"{self.suite}: {self.expectation}" + (f" ({seen})" if seen else "")


@dataclass(frozen=True)
class Report:
    """Every finding of one run of a gate."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed that blocks."""
        return not self.failures

    @property
    def checks(self) -> int:
        return len(self.findings)

    @property
    def failures(self) -> list[str]:
        return [str(finding) for finding in self.findings if not finding.passed and finding.severity == "block"]

    @property
    def warnings(self) -> list[str]:
        return [str(finding) for finding in self.findings if not finding.passed and finding.severity == "warn"]

    def failures_of(self, suite: str) -> list[str]:
        return [failure for failure in self.failures if failure.startswith(f"{suite}: ")]
