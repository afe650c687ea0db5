"""The worked questions of docs/questions.md: each with its SQL and the columns that it promises."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
QUESTION = re.compile(r"^## (\d+)\. (.+?)\n.*?```sql\n(.+?)```\n\nColumns: (.+?)\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A question, its statement, and the names of the columns of its answer."""

    number: int
    title: str
    sql: str
    columns: tuple[str, ...]


def questions(page: Path = PAGE) -> list[Question]:
    """All of them, in order."""
    found = QUESTION.findall(page.read_text())
    return [Question(int(number), title, sql, tuple(re.findall(r"`(\w+)`", columns))) for number, title, sql, columns in found]
