"""Servers of others, each on a free port of loopback for as long as a `with` lasts."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEY = "sk-interop"
# A proxy on a busy machine takes a while to read its own code.
PATIENCE_S = 180
# How long after a request that found nobody the next one follows.
PAUSE_S = 0.1


@dataclass
class Server:
    name: str
    address: str
    log: Path
    process: subprocess.Popen[bytes]

    def ready(self) -> None:
        """Waits until it answers."""
        request = urllib.request.Request(f"{self.address}/v1/models", headers={"authorization": f"Bearer {KEY}"})
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                urllib.request.urlopen(request, timeout=PATIENCE_S).close()
                return
            except OSError as error:
                if self.process.poll() is not None:
                    raise SystemExit(f"{self.name} has ended\n{self.said()}") from None
                if time.monotonic() > deadline:
                    raise SystemExit(f"{self.name} does not answer: {error}\n{self.said()}") from None
            time.sleep(PAUSE_S)

    def said(self) -> str:
        """The end of its log."""
        return f"{self.name} said:\n" + self.log.read_text(errors="replace")[-3000:]


@contextlib.contextmanager
def running(name: str, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Starts `command` with `--host` and `--port`, in a process group of its own that does not outlive the `with`."""
    port = free_port()
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(name, f"http://127.0.0.1:{port}", log, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
