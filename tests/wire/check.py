"""Usage: check.py OUT FIXTURES

OUT holds what `server/models/tests/wire/sdk.rs` wrote: the requests that we send and the messages that we make of the
recorded streams in FIXTURES. Each request must pass the SDK's own types and leave the SDK's client unchanged; each
event of a recording must pass the SDK's types; and the SDK's reader must make the same message of a recording as we.
"""

import json
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from pydantic import ValidationError

import vendors


class Player:
    """A server on loopback that answers every POST with one recording and remembers the request."""

    def __init__(self, recording: bytes):
        player = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                player.request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                self.wfile.write(recording)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def events(recording: bytes):
    for line in recording.decode().splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line.removeprefix("data: "))


def check_request(vendor, request: dict) -> None:
    vendor.request_type.validate_json(json.dumps(request))
    paths = [[]] + [[key, 0] for key in vendor.entries if key in request]
    for path in paths:
        try:
            vendor.request_type.validate_json(json.dumps(with_surprise(request, path)))
        except ValidationError:
            continue
        raise AssertionError(f"the check is blind: an unknown key at {path} passed")


def with_surprise(request: dict, path: list) -> dict:
    """A copy of `request` with one key too many at `path`."""
    copy = json.loads(json.dumps(request))
    target = copy
    for step in path:
        target = target[step]
    target["surprise"] = 1
    return copy


def check_recording(vendor, recording: bytes, request: dict, ours: dict) -> None:
    for event in events(recording):
        if event.get("type") != "ping":
            vendor.event_type.validate_python(event)
    with Player(recording) as player:
        theirs = vendor.read(player.url, request)
    sent = getattr(vendor, "sent", dict)(player.request)
    assert sent == request, f"the SDK sends\n{sent}\nfor our\n{request}"
    ours = getattr(vendor, "plain", dict)(ours)
    assert theirs == ours, f"the SDK reads\n{theirs}\nwe read\n{ours}"


def main(out: Path, fixtures: Path) -> int:
    # Our test model is nobody's; and old models in recordings are still good recordings.
    warnings.simplefilter("ignore")
    failures = checks = 0
    for vendor in vendors.ALL:
        requests = {path.stem: json.loads(path.read_text()) for path in (out / vendor.folder / "requests").iterdir()}
        jobs = [(f"request {name}", check_request, (vendor, body)) for name, body in requests.items()]
        for path in sorted((fixtures / vendor.folder).iterdir()):
            ours = json.loads((out / vendor.folder / "messages" / f"{path.stem}.json").read_text())
            jobs.append((f"recording {path.stem}", check_recording, (vendor, path.read_bytes(), requests["full"], ours)))
        for name, check, arguments in jobs:
            checks += 1
            try:
                check(*arguments)
                print(f"ok      {vendor.folder}: {name}")
            except Exception as error:
                failures += 1
                print(f"FAILED  {vendor.folder}: {name}\n{type(error).__name__}: {error}")
    print(f"{checks - failures} of {checks} wire checks passed")
    return 1 if failures or not checks else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
