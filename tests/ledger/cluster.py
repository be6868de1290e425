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

    def run(self, program: str, *args: object) -> None:
        command = [str(self.bin / program), *map(str, args)]
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if self.as_root else {}
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}, **user)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout} {done.stderr}")

    def start(self) -> None:
        """Start it and wait until it answers, after recovery if it was killed."""
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "60", "-o", f"-p {self.port} -k {self.folder} {options}", "start")

    def kill(self) -> None:
        """kill -9 the server and all its processes, as when the power fails."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in [pid, *map(int, children)]:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for each in [pid, *map(int, children)]:
            while _lives(each):
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop it and throw it away."""
        try:
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        finally:
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
