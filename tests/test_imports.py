"""What each module may import, read from its source and seen in a new interpreter."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import cosine_rnn
import pytest
from conftest import run_python

FOLDER = Path(cosine_rnn.__file__).parent

# The one order of the package: a module imports only from its left.
ORDER = [
    *("checks", "notation", "signals", "changing_signals", "linear_tracking", "frequency_tracking"),
    *("sentences", "bigrams", "windows", "cells", "config", "storage"),
    *("backend", "models", "recurrent", "recall", "recall_tuning", "words"),
    *("changing_networks", "changing_period", "changing_period_tuning"),
    *("refinement", "results", "training"),
    *(
        "forecast",
        "metrics",
        "significance",
        "evaluation",
        "sweep",
        "period_budget",
        "noise_gain",
        "state_start",
        "statistical",
        "backtest",
        "backtest_tuning",
        "grid",
    ),
    *("plots", "recipe_2017", "recipe_clock", "dropout_gap", "benchmark", "cli"),
]
WITHOUT_KERAS = [*ORDER[:12], "forecast", "metrics", "statistical", "plots", "cli"]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere in a tree, inside functions too, with its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def source(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))


def outside(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(tree)}


def test_order_names_every_module():
    assert sorted([*ORDER, "__init__"]) == sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("module", ORDER)
def test_module_imports_only_from_its_left(module: str):
    ours = {
        parts[1]
        for parts in (name.split(".") for name in imports_of(source(module)))
        if parts[0] == "cosine_rnn" and len(parts) > 1
    }
    assert ours <= set(ORDER[: ORDER.index(module)])


def test_only_backend_imports_keras():
    users = {m for m in ORDER if outside(source(m)) & {"keras", "tensorflow"}}
    assert users == {"backend"}


def test_only_plots_and_new_figure_of_cli_import_matplotlib():
    matplotlib = {"matplotlib", "matplotlib_inline"}
    assert {m for m in ORDER if outside(source(m)) & matplotlib} == {"plots", "cli"}
    functions = [
        node.name
        for node in ast.walk(source("cli"))
        if isinstance(node, ast.FunctionDef) and outside(node) & matplotlib
    ]
    assert functions == ["new_figure"]
    assert not outside(ast.Module(source("cli").body[:1], [])) & matplotlib


def test_modules_without_keras_load_neither_keras_nor_matplotlib():
    light = [module for module in WITHOUT_KERAS if module != "plots"]
    result = run_python(
        "import importlib, json, sys\n"
        "loaded = []\n"
        f"for module in {[*light, 'plots']!r}:\n"
        "    importlib.import_module('cosine_rnn.' + module)\n"
        "    heavy = {'keras', 'tensorflow', 'matplotlib'} & set(sys.modules)\n"
        "    loaded.append(sorted(heavy))\n"
        "print(json.dumps(loaded))\n"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == [[]] * len(light) + [["matplotlib"]]


def test_modules_with_keras_are_silent_and_do_not_need_matplotlib():
    # Keras loads matplotlib where it can, so being loaded says nothing: here it cannot be.
    # TensorFlow advises against many small functions; every training of a sweep makes some.
    heavy = [module for module in ORDER if module not in WITHOUT_KERAS]
    result = run_python(
        "import importlib, sys\n"
        "sys.modules['matplotlib'] = None\n"
        f"for module in {heavy!r}: importlib.import_module('cosine_rnn.' + module)\n"
        "from cosine_rnn.backend import tf\n"
        "for _ in range(8): tf.function(lambda x: x + 1)(tf.constant(0))\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
