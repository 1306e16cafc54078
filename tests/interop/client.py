"""The built binary as a shell user has it: a project, settings of its own, `singletree run`."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers import KEY

SOURCE = 'fn main() {\n    println!("hello");\n}\n'
# What would find a model beside the one that the settings name.
STRANGERS = ("ANTHROPIC_", "OPENAI_", "GEMINI_", "GOOGLE_")
PATIENCE_S = 180


@dataclass
class Outcome:
    code: int
    stdout: str
    stderr: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind; none where it printed something else."""
        lines = [line for line in self.stdout.splitlines() if line.startswith("{")]
        return [event for event in map(json.loads, lines) if event["type"] == kind]

    @property
    def text(self) -> str:
        return "".join(event["text"] for event in self.of("text.delta"))

    @property
    def end(self) -> dict[str, Any]:
        """How the turn ended."""
        return (self.of("turn.completed") or [{}])[-1]

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.stdout[-6000:]}\n{self.stderr[-3000:]}"


def run(settings: str, *arguments: str, key: str = KEY, stdin: str = "") -> Outcome:
    """`singletree ARGUMENTS` in a new project that holds `main.rs`."""
    with tempfile.TemporaryDirectory() as folder:
        home, project = Path(folder, "home"), Path(folder, "project")
        (home / "config").mkdir(parents=True)
        project.mkdir()
        (home / "config" / "config.toml").write_text(settings)
        (project / "main.rs").write_text(SOURCE)
        env = {name: value for name, value in os.environ.items() if not name.startswith(STRANGERS)}
        env |= {"SINGLETREE_HOME": str(home), "INTEROP_KEY": key, "NO_COLOR": "1"}
        try:
            done = subprocess.run(
                [os.environ["SINGLETREE"], *arguments],
                cwd=project,
                env=env,
                input=stdin.encode(),
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return Outcome(-1, words(late.stdout), f"{words(late.stderr)}\nit did not end within {PATIENCE_S} s")
        return Outcome(done.returncode, words(done.stdout), words(done.stderr))


def words(printed: bytes | None) -> str:
    return (printed or b"").decode(errors="replace")


def provider(kind: str, base_url: str) -> str:
    """Settings that know `test/…` at that address."""
    return f'[providers.test]\nkind = "{kind}"\nbase_url = "{base_url}"\napi_key_env = "INTEROP_KEY"\n'
