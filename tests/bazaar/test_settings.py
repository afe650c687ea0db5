from pathlib import Path

import pytest

from bazaar.settings import from_env


def test_defaults() -> None:
    settings = from_env({})
    assert (settings.world, settings.port, settings.home.name) == ("default", 8700, "bazaar")


def test_the_environment_speaks() -> None:
    settings = from_env({"WORLD": "tiny", "DEALHOUSE_BAZAAR_PORT": "9000", "DEALHOUSE_HOME": "/x", "DEALHOUSE_API_URL": "http://a/"})
    assert settings.world == "tiny"
    assert (settings.port, settings.home, settings.api_url) == (9000, Path("/x/bazaar"), "http://a")


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="abc"):
        from_env({"DEALHOUSE_BAZAAR_PORT": "abc"})
