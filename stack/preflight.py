"""Before anything starts: is this machine one that the platform can run on? One clear line for each reason why not."""

import shutil
import socket
from pathlib import Path

from stack.settings import StackSettings

NEEDED_GIB = 3


def complaints(settings: StackSettings) -> list[str]:
    """Every reason why the platform cannot start here; empty when it can."""
    return [*_disk(settings.home), *_ports(settings)]


def _disk(home: Path) -> list[str]:
    folder = next(parent for parent in (home, *home.parents) if parent.exists())
    free = shutil.disk_usage(folder).free / 2**30
    if free >= NEEDED_GIB:
        return []
    return [f"only {free:.1f} GiB free at {folder}: Dealhouse needs {NEEDED_GIB} (set DEALHOUSE_HOME)"]


def _ports(settings: StackSettings) -> list[str]:
    return [
        f"port {port} is busy: stop what listens there, or set DEALHOUSE_{name}_PORT"
        for name, port in settings.ports.items()
        if _is_busy(port)
    ]


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
