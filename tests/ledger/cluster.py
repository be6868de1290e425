"""A PostgreSQL of one's own, in a temporary folder: for roles, tampering, kills and figures."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SETTINGS = {"listen_addresses": "127.0.0.1", "max_connections": "120", "shared_buffers": "256MB"}


def binaries() -> Path | None:
    """Return where ``initdb`` and ``postgres`` are; None where there is no PostgreSQL."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Cluster:
    """One cluster, made, started, killed and started again; thrown away at the end. It listens on a free port."""

    def __init__(self) -> None:
        self.bin = binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-pg-"))
        self.data = self.folder / "data"
        self.as_root = os.getuid() == 0
        if self.as_root:
            shutil.chown(self.folder, "postgres", "postgres")
        self.folder.chmod(0o755)
        self.run("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def user(self) -> dict[str, object]:
        """Return how to become the server's user: it refuses to run as root."""
        groups = {"user": "postgres", "group": "postgres", "extra_groups": []} if self.as_root else {}
        return {"cwd": self.folder, "env": {"PATH": "/usr/bin:/bin"}, **groups}

    def run(self, program: str, *args: object) -> None:
        command = [str(self.bin / program), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self.user())
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout} {done.stderr}")

    def start(self) -> None:
        """Start it as a child of ours and wait until it answers, after recovery if it was killed."""
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder), *settings]
        with (self.folder / "log").open("a") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.user())
        end = time.monotonic() + 60
        while True:
            try:
                return self.run("pg_isready", "-q", "-h", self.folder, "-p", self.port)
            except RuntimeError:
                if self.server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.1)

    def kill(self) -> None:
        """kill -9 the server and all its processes, as when the power fails."""
        pid = self.server.pid
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for each in [pid, *children]:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.server.wait()
        while any(_lives(child) for child in children):
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it and throw it away."""
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "postgres") -> str:
        """Return the address of one database."""
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}"

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
