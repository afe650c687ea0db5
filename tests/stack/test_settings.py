import json
from pathlib import Path

from serving.keys import prefix_of
from stack.settings import MINTS, StackSettings, environment, stack_secrets


def test_a_home_of_former_times_gets_the_secrets_that_it_lacks_and_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"hmac": "kept"}))
    first = stack_secrets(tmp_path)
    assert first["hmac"] == "kept"
    assert set(first) == set(MINTS)
    assert stack_secrets(tmp_path) == first


def test_the_secrets_are_the_owners_alone(tmp_path: Path) -> None:
    stack_secrets(tmp_path / "home")
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_demos_shop_has_a_key_of_the_apis_own_form_and_publishes_its_public_one(tmp_path: Path) -> None:
    env = environment(StackSettings(home=tmp_path), "postgresql://nobody@127.0.0.1/nothing")
    assert prefix_of(env["DEALHOUSE_API_KEY"])
    assert env["DEALHOUSE_JWKS"] == f"{env['DEALHOUSE_SHOP_URL']}/jwks.json"


def test_a_shop_of_ones_own_is_known_by_the_secret_that_it_shares(tmp_path: Path) -> None:
    (tmp_path / "own-shop.json").write_text(json.dumps({"as_of": "2026-05-05", "currency": "EUR", "timezone": "Europe/Berlin"}))
    env = environment(StackSettings(home=tmp_path), "postgresql://nobody@127.0.0.1/nothing")
    assert "DEALHOUSE_JWKS" not in env
    assert env["DEALHOUSE_TOKEN_SECRET"] == stack_secrets(tmp_path)["token"]
