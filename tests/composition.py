"""docker-compose.yml as Compose reads it, and its services as processes here: with ports, folders and secrets of their own."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml
from cryptography.fernet import Fernet

from stack.postgres import BINARIES

PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<word>[^}]*))?\}")
EXAMPLE = re.compile(r"(?m)^#?([A-Z_]+)=(.*)$")
# inside the containers; the store's volumes listen for its health check alone
PORTS = {"postgres": 5432, "redis": 6379, "store": 8333, "store-volumes": 8334, "airflow-api-server": 8080, "api": 8600}


class UnsetVariableError(Exception):
    """Compose refuses to start: a variable that it asks for has no value."""


def read() -> dict[str, Any]:
    """docker-compose.yml with its anchors merged, its variables as they stand."""
    parsed: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return parsed


def example() -> dict[str, str]:
    """Every variable of .env.example, those in comments too, with its value."""
    return dict(EXAMPLE.findall((PROJECT / ".env.example").read_text()))


def asked(text: str) -> set[str]:
    """The variables that a text of docker-compose.yml refers to."""
    return {found["name"] for found in REFERENCE.finditer(text) if found["name"]}


def resolve(text: str, variables: Mapping[str, str]) -> str:
    """Interpolate as Compose does: ${A}, ${A:-default}, ${A:?reason} and $$. Raises UnsetVariableError."""

    def value(found: re.Match[str]) -> str:
        given = variables.get(found["name"] or "", "")
        if found[0] == "$$":
            return "$"
        if found["kind"] == "?" and not given:
            raise UnsetVariableError(f"{found['name']}: {found['word']}")
        return given or (found["word"] if found["kind"] == "-" else "")

    return REFERENCE.sub(value, text)


def image_variables() -> dict[str, str]:
    """What the Dockerfile's ENV says."""
    (block,) = re.findall(r"(?ms)^ENV (.+?[^\\])$", (PROJECT / "Dockerfile").read_text())
    return dict(word.split("=", 1) for word in block.replace("\\\n", " ").split())


def left_behind(folder: str, names: list[str]) -> set[str]:
    """What COPY does not take, as shutil.copytree asks: a pattern speaks of the top folder, unless it begins with **/."""
    patterns = (PROJECT / ".dockerignore").read_text().split()
    here = [word.removeprefix("**/") for word in patterns if word.startswith("**/") or Path(folder) == PROJECT]
    return {name for name in names if any(fnmatch(name, word) for word in here)}


def minted() -> dict[str, str]:
    """An .env as its example tells to make it: a secret for what has no value, a shop whose orders are imported."""
    blank = {name: secrets.token_hex(32) for name, value in example().items() if not value}
    shop = {"DEALHOUSE_SHOP_FEED_URL": "none", "DEALHOUSE_SHOP_URL": "http://shop.invalid"}
    return {**blank, **shop, "AIRFLOW_FERNET_KEY": Fernet.generate_key().decode()}


@dataclass(frozen=True)
class Composition:
    """The services of docker-compose.yml on this machine, where other ports and folders stand for the containers'."""

    variables: Mapping[str, str]
    ports: Mapping[str, int]  # by service
    folders: Mapping[str, Path]  # by the containers' folder
    services: dict[str, dict[str, Any]] = field(default_factory=lambda: read()["services"])

    def here(self, text: str) -> str:
        """A text of the file as it reads on this machine."""
        text = resolve(text, self.variables)
        for service, inside in PORTS.items():
            text = re.sub(rf"\b{inside}\b", str(self.ports[service]), text.replace(f"{service}:{inside}", f"127.0.0.1:{inside}"))
        containers = "|".join(self.folders)
        return re.sub(rf"(?<![\w/])(?:{containers})(?=[/:]|$)", lambda found: str(self.folders[found[0]]), text)

    def command(self, service: str) -> list[str]:
        return [self.here(word) for word in self.services[service]["command"]]

    def environment(self, service: str) -> dict[str, str]:
        """What the service's container knows: its image's variables, .env where the service reads it, its `environment`."""
        declared = self.services[service]
        known = dict(self.variables) if declared.get("env_file") else {}
        known |= {name: self.here(str(value)) for name, value in declared.get("environment", {}).items()}
        return {**self._of_the_image(), **known}

    def _of_the_image(self) -> dict[str, str]:
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(BINARIES), os.environ["PATH"]]),
            "HOME": self.here("/var/lib/dealhouse"), "HOSTNAME": os.uname().nodename, "PGDATA": self.here("/var/lib/postgresql"),
            **{name: self.here(value) for name, value in image_variables().items()},
        }

    def working_directory(self, service: str) -> str:
        """Our image's WORKDIR; any other image's is none of our business."""
        return self.here("/opt/dealhouse") if "build" in self.services[service] else "/"

    def dependencies(self, service: str) -> set[str]:
        return set(self.services[service].get("depends_on", {}))

    def is_healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        how, *words = (self.here(word) for word in self.services[service]["healthcheck"]["test"])
        command = ["sh", "-c", *words] if how == "CMD-SHELL" else words
        done = subprocess.run(command, env=self.environment(service), cwd="/", capture_output=True, check=False, timeout=60)
        return done.returncode == 0
