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


def stems(room: str) -> set[str]:
    return {path.stem for path in (FOLDER / room).glob("*.py")} - {"__init__"}


# The rooms from the bottom to the top; a module imports only from its left.
ROOMS = {
    "support": "messages checks notation storage versions records catalogue workers engine backend",
    "": "signals windows cells config models forecast refinement progress results "
    "window_training stream_training training portable metrics significance evaluation plots",
    "beyond": "changing_signals linear_tracking frequency_tracking sentences bigrams recurrent "
    "changing_networks statistical",
    # Below every chapter's file is what they share.
    "exercises": " ".join(["answers", *sorted(stems("exercises") - {"answers"})]),
}
LOWER = [f"{room}.{name}".lstrip(".") for room, names in ROOMS.items() for name in names.split()]
EXPERIMENTS = sorted(f"experiments.{stem}" for stem in stems("experiments"))
UPPER = ["benchmark", "cli", "__main__"]
ORDER = [*LOWER, *EXPERIMENTS, *UPPER]
HEAVY = {"support.backend", "models", "refinement", "progress", "results", "window_training"}
HEAVY |= {"stream_training", "training", "portable", "evaluation", "beyond.recurrent"}
HEAVY |= {"beyond.changing_networks", "benchmark", *EXPERIMENTS}
LIGHT = [module for module in ORDER if module not in HEAVY]


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
    return ast.parse(FOLDER.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8"))


def outside(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(tree)}


def test_order_names_every_module():
    paths = [path.relative_to(FOLDER) for path in FOLDER.rglob("*.py")]
    assert sorted(ORDER) == sorted(
        ".".join(path.with_suffix("").parts) for path in paths if path.stem != "__init__"
    )


def ours(module: str) -> set[str]:
    return {name.removeprefix("cosine_rnn.") for name in imports_of(source(module))} & set(ORDER)


@pytest.mark.parametrize("module", [*LOWER, *UPPER])
def test_module_imports_only_from_its_left(module: str):
    assert ours(module) <= set(ORDER[: ORDER.index(module)])


@pytest.mark.parametrize("module", EXPERIMENTS)
def test_experiment_imports_from_below_and_never_in_a_circle(module: str):
    assert ours(module) <= {*LOWER, *EXPERIMENTS} - {"support.engine", "support.workers"}
    seen, waiting = set(), [module]
    while waiting:
        waiting += sorted(ours(waiting.pop()) & set(EXPERIMENTS) - seen)
        seen |= set(waiting)
    assert module not in seen


@pytest.mark.parametrize("room", ["support", "beyond", "exercises", "experiments"])
def test_rooms_hold_nothing_but_their_modules(room: str):
    tree = ast.parse((FOLDER / room / "__init__.py").read_text("utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]


def test_only_backend_imports_keras():
    users = {m for m in ORDER if outside(source(m)) & {"keras", "tensorflow"}}
    assert users == {"support.backend"}


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
    light = [module for module in LIGHT if module not in ("plots", "__main__")]
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
    heavy = sorted(HEAVY)
    result = run_python(
        "import importlib, sys\n"
        "sys.modules['matplotlib'] = None\n"
        f"for module in {heavy!r}: importlib.import_module('cosine_rnn.' + module)\n"
        "from cosine_rnn.support.backend import tf\n"
        "for _ in range(8): tf.function(lambda x: x + 1)(tf.constant(0))\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
