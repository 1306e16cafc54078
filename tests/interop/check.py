"""Runs the built binary against LiteLLM and llama.cpp, and judges what it makes of their answers."""

import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import checks_of_litellm
import checks_of_llama
import servers
import tiny_model
from verdicts import Verdicts

HERE = Path(__file__).parent


def main(litellm_venv: str, llama_venv: str) -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        model = folder / "tiny.gguf"
        tiny_model.write(model)

        def start(name: str, command: list[str], env: dict[str, str]) -> servers.Server:
            env = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", **env}
            return stack.enter_context(servers.running(name, command, folder, env))

        llama_cpp = [f"{llama_venv}/bin/python", "-m", "llama_cpp.server", "--model", str(model)]
        llama_cpp += ["--model_alias", "tiny", "--n_ctx", str(tiny_model.CONTEXT), "--api_key", servers.KEY]
        # One thread: more of them wait for each other longer than they work on so small a model.
        llama_cpp += ["--n_threads", "1", "--n_threads_batch", "1"]
        llama_cpp += ["--chat_format", "chatml-function-calling", "--verbose", "false"]
        llama = start("llama.cpp", llama_cpp, {})
        proxy = [f"{litellm_venv}/bin/litellm", "--config", str(HERE / "litellm.yaml")]
        behind = {"LLAMA_BASE": f"{llama.address}/v1", "LLAMA_KEY": servers.KEY}
        # Its prices are those in its package: nothing is downloaded.
        litellm = start("litellm", proxy, {"LITELLM_LOCAL_MODEL_COST_MAP": "True", **behind})

        verdicts = Verdicts()
        llama.ready()
        checks_of_llama.check_all(llama, folder, verdicts)
        litellm.ready()
        checks_of_litellm.check_all(litellm, folder, verdicts)
        checks_of_llama.check_behind(litellm, verdicts)
    verdicts.close()


# Whoever ends this ends the servers.
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: sys.exit(1))
main(*sys.argv[1:])
