"""The ten worked questions run as an analyst runs them, on a built warehouse, and answer with the columns that they promise."""

from typing import TYPE_CHECKING

import psycopg2
import pytest

from tests.questions import PAGE, questions

if TYPE_CHECKING:
    from tests.dbt.conftest import Workshop


def test_there_are_ten() -> None:
    assert [question.number for question in questions()] == list(range(1, 11))
    assert PAGE.read_text().count("```sql") == 10


@pytest.mark.timeout(300)
def test_each_answers_with_the_columns_that_it_promises(workshop: "Workshop", two_days_built: str) -> None:
    with workshop.warehouse(two_days_built) as house:
        connection = psycopg2.connect(house.url, options="-c role=bi_reader -c default_transaction_read_only=on")
        columns: dict[int, tuple[str, ...] | str] = {}
        answered = set[int]()
        for question in questions():
            try:
                with connection, connection.cursor() as cursor:
                    cursor.execute(question.sql)
                    columns[question.number] = tuple(column.name for column in cursor.description or ())
                    answered |= {question.number} if cursor.fetchall() else set()
            except psycopg2.Error as error:
                columns[question.number] = str(error)
        connection.close()
    assert columns == {question.number: question.columns for question in questions()}
    assert answered >= {1, 2, 6, 9}
