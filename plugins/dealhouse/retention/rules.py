"""The rules of rules.yml, typed."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

FILE = Path(__file__).with_name("rules.yml")
NAME = r"^[a-z_]+\.[a-z_0-9]+$"


class Rule(BaseModel):
    """Kept for `days`; `why` not shorter and not longer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(gt=0)
    why: str


class Rows(Rule):
    """`where`: only rows for which that holds."""

    by: str = Field(pattern="^[a-z_]+$")
    role: Literal["loader", "transformer", "auditor", "notifier"]
    where: str = "true"


class Runs(BaseModel):
    """Every run of `every` days, the last complete one of a day for `daily` days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: int = Field(gt=0)
    daily: int
    why: str

    @model_validator(mode="after")
    def _in_order(self) -> "Runs":
        if self.daily < self.every:
            raise ValueError("daily reaches no further back than every")
        return self


class Rules(BaseModel):
    """By kind, table or prefix."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batches: dict[str, Rule]
    rows: dict[str, Rows]
    runs: dict[str, Runs]
    files: dict[str, Rule]

    def told(self, table: str) -> str:
        """How long a table's rows are kept, in words."""
        if table in self.rows:
            return f"{self.rows[table].days} days"
        if table in self.runs:
            return f"every run {self.runs[table].every} days, one a day {self.runs[table].daily} days"
        rule = self.batches.get(table.removeprefix("raw."))
        return f"{rule.days} days" if rule and table.startswith("raw.") else "for good"


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules as the file says them."""
    return Rules.model_validate(yaml.safe_load(FILE.read_text()))
