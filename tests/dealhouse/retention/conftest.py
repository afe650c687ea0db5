"""A loader's surroundings."""

from tests.dealhouse.loading.conftest import ask, house, land

__all__ = ["ask", "house", "land"]
