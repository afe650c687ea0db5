"""Who looks at the pages: users of Airflow who are logged in, as its dependency gives them; Airflow knows what a role may."""

import re

from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser


def person() -> SimpleAuthManagerUser:
    """Kim, who may start runs."""
    create_auth_manager()
    return SimpleAuthManagerUser(username="kim", role="user")


def viewer() -> SimpleAuthManagerUser:
    """Lou, who may look at everything and start nothing."""
    create_auth_manager()
    return SimpleAuthManagerUser(username="lou", role="viewer")


def pressable(page: str) -> int:
    """How many things on a page decide when they are pressed."""
    return len(re.findall(r'method="post"|<button[^>]*name=', page))
