"""Who looks at the pages."""


class Person:
    """A user of Airflow who is logged in, as its dependency gives one."""

    def get_id(self) -> str:
        return "1"

    def get_name(self) -> str:
        return "kim"
