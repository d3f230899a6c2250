"""Starts the embedded Valkey (Redis protocol) on a unix socket. It only carries hints, so it keeps nothing on disk."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

STOP_SIGNAL = signal.SIGTERM


@dataclass(frozen=True)
class Valkey:
    """One Valkey or Redis server: its program and the closed folder of its socket."""

    program: str
    folder: Path

    @property
    def socket_path(self) -> Path:
        """Where the server listens."""
        return self.folder / "valkey.sock"

    def command(self) -> list[str]:
        """The command line of the server."""
        command = [self.program, "--port", "0", "--unixsocket", str(self.socket_path), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "noeviction"]
        return [*command, "--daemonize", "no", "--dir", str(self.folder), "--loglevel", "warning"]

    def clear_stale(self) -> None:
        """Remove a socket that a killed server left behind; a server of ours holds no other state."""
        self.socket_path.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server answers PING."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def url(self) -> str:
        """The server's address for REDIS_URL."""
        return f"unix://{quote(str(self.socket_path), safe='/')}"
