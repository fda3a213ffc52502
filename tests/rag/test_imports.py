"""What is imported when: at the top of a module, but for the few packages that are slow to load."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SLOW = {"llama_index", "llama_index_instrumentation", "openai", "httpx", "onnxruntime", "index", "rag"}
"""More than 20 ms of CPU on top of `import rag` (2026-11: 1300-2150, 130, 760, 110, 35 and 60 ms). `index` stands for
`ingest`, which brings the readers of all formats, `rag` for the one module that subclasses LlamaIndex's classes."""
EXTRAS = {"ollama", "botocore"}
"""Come with an extra, and may not be there."""


def late_imports(file: Path) -> set[str]:
    """The top-level packages that are imported inside of functions."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, kinds)]
    found = set()
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_only_slow_packages_are_imported_late() -> None:
    late = {
        str(file.relative_to(PROJECT)): late_imports(file) - SLOW - EXTRAS for file in (PROJECT / "rag").rglob("*.py")
    }
    assert {file: packages for file, packages in late.items() if packages} == {}
    ours = [str(file) for file in (PROJECT / "rag").rglob("*.py") if "rag" in late_imports(file)]
    assert sorted(Path(file).name for file in ours) == ["reranking.py", "retrieval.py"]


def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True, env=environment
    )


def test_asking_on_the_command_line_loads_no_page_and_no_model_client(catalogue_index: Path) -> None:
    program = (
        "import sys\nfrom ui.cli.commands import main\n"
        "sys.argv = ['paperchat', 'ask', 'What AUC does ICHPro reach?', '--index-dir', sys.argv[1]]\n"
        "main()\nprint('loaded:', {'gradio', 'openai', 'fastapi', 'matplotlib'} & set(sys.modules))"
    )
    assert "loaded: set()" in run(program, str(catalogue_index)).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="counts the CPU time of child processes")
def test_help_takes_less_than_a_third_of_a_second_of_cpu() -> None:
    import resource

    def cpu_seconds() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    taken = []
    for _ in range(3):
        before = cpu_seconds()
        run("import sys\nfrom ui.cli import main\nsys.argv = ['paperchat', '--help']\nmain()")
        taken.append(cpu_seconds() - before)
    assert min(taken) < 0.3, taken
