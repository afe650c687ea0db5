"""The services of docker-compose.yml, each as a process of its own command, started in the order that they ask for."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import requests

from stack import postgres
from stack.airflow import Airflow
from stack.database import create_database
from stack.supervisor import sweep
from tests.composition import PORTS, PROJECT, Composition, left_behind, minted
from tests.conftest import free_port

PATIENCE = 120.0
GRACE = 8.0  # what they hold goes with them
# what containers have to themselves and processes here have not: an image's entry point, ports that nobody else asks for
ENTRY_POINTS = {"store": ["weed"]}
STORE_PORTS = ("master.port", "master.port.grpc", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port.grpc")
LOG_PORTS = ("AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT", "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT")


class Production:
    """The running services of one composition."""

    def __init__(self, composition: Composition, cluster: postgres.Cluster) -> None:
        self.composition = composition
        self.cluster = cluster
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.apart = {**{name: str(free_port()) for name in LOG_PORTS}, "SPT_NOENV": "1"}  # a sweep looks at environments
        self.added = {"store": [f"-{name}={free_port()}" for name in STORE_PORTS]}

    @property
    def image(self) -> Path:
        return self.composition.folders["/opt/dealhouse"]

    @property
    def home(self) -> Path:
        return self.composition.folders["/var/lib/dealhouse"]

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.composition.ports[service]}"

    def up(self) -> None:
        """Start every service once what it depends on is well, as Compose does. Fails with the log of what does not get well."""
        done = set[str]()
        while waiting := [service for service in self.composition.services if service not in done]:
            ready = [service for service in waiting if self.composition.dependencies(service) <= done]
            assert ready, f"{waiting} wait for each other"
            for service in ready:
                self.start(service)
            for service in ready:
                self.await_well(service)
            if "postgres" in ready:  # as the image's entry point does
                create_database(self.cluster.url("postgres"), self.composition.environment("postgres")["POSTGRES_DB"])
            done.update(ready)

    def start(self, service: str) -> None:
        demoted = postgres.SERVICE_USER if service == "postgres" and os.geteuid() == 0 else None
        command = [*ENTRY_POINTS.get(service, []), *self.composition.command(service), *self.added.get(service, [])]
        with self._log(service).open("ab") as sink:
            self.running[service] = subprocess.Popen(
                command, env=self.composition.environment(service) | self.apart, cwd=self.composition.working_directory(service),
                stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
                user=demoted, group=demoted,
            )

    def await_well(self, service: str) -> None:
        """Until a lasting service calls itself healthy, or a passing one has ended well."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_well(service):
            ended = self.running[service].poll()
            assert ended in (None, 0), f"{service} ended with {ended}: {self.last_words(service)}"
            assert time.monotonic() < deadline, f"{service} is not well: {self.last_words(service)}"
            time.sleep(0.5)

    def is_well(self, service: str) -> bool:
        ended = self.running[service].poll()
        if "healthcheck" in self.composition.services[service]:
            return ended is None and self.composition.is_healthy(service)
        return ended == 0

    def kill(self, service: str) -> None:
        """End a service as a power cut does."""
        os.killpg(self.running[service].pid, signal.SIGKILL)
        self.running[service].wait()

    def down(self) -> None:
        for how in (signal.SIGTERM, signal.SIGKILL):
            for process in reversed(self.running.values()):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, how)
            psutil.wait_procs([psutil.Process(process.pid) for process in self.running.values() if process.poll() is None], GRACE)
        sweep(self.home)

    def airflow(self) -> Airflow:
        """A client that has logged in with the password that Airflow made for its administrator."""
        passwords = json.loads((self.home / "airflow" / "simple_auth_manager_passwords.json.generated").read_text())
        client = Airflow(self.url("airflow-api-server"))
        answer = requests.post(f"{client.url}/auth/token", json={"username": "admin", "password": passwords["admin"]}, timeout=30)
        answer.raise_for_status()
        client.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def last_words(self, service: str) -> str:
        return self._log(service).read_text(errors="replace")[-3000:]

    def _log(self, service: str) -> Path:
        return self.home / f"{service}.log"


@contextmanager
def production() -> Iterator[Production]:
    """Everything of docker-compose.yml, running and well; at the end nothing is left of it."""
    # not under pytest's own temporary folder: another session closes that to the service user
    top = Path(tempfile.mkdtemp(prefix="dealhouse-production-"))
    ports = {service: free_port() for service in PORTS}
    cluster = postgres.create(top / "postgres", ports["postgres"])
    with (top / "postgres" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("unix_socket_directories = ''\n")
    folders = {
        "/var/lib/dealhouse": top / "home", "/var/lib/postgresql": top / "postgres" / "data", "/data": top / "store",
        "/opt/dealhouse": top / "image",
    }
    shutil.copytree(PROJECT, folders["/opt/dealhouse"], ignore=left_behind)
    for inside in ("/var/lib/dealhouse", "/data"):
        folders[inside].mkdir()
    variables = {**minted(), "POSTGRES_PASSWORD": cluster.password, "DEALHOUSE_INGEST_CRON": ""}  # the wall clock starts nothing
    running = Production(Composition(variables, ports, folders), cluster)
    try:
        running.up()
        yield running
    finally:
        running.down()
        shutil.rmtree(top)
