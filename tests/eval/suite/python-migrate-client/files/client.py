"""Talks to the server (here: says what it would ask)."""


class Client:
    def get(self, path: str, *, timeout_s: float) -> str:
        return f"{path} in {float(timeout_s)} s"


def fetch(path: str, timeout: int) -> str:
    """Deprecated: use `Client.get`. `timeout` is in milliseconds."""
    return Client().get(path, timeout_s=timeout / 1000)
