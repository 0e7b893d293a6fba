"""Text and files that mean harm, shared by the fast tests and by `make check-trust`."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import os
import pickle
import re
import select
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import check_site
import numpy as np
from cosine_rnn.support.storage import FORMAT, LARGEST_BYTES
from hypothesis import strategies as st

TEXTS = [
    '<img class="injected" src="x" onerror="injected()">',
    '"><script class="injected">injected()</script>',
    "'\"--></style></script><svg class=injected onload=injected()>",
    "javascript:injected()",
    "</title><b class=injected>",
    '" autofocus onfocus=injected() class=injected x="',
    "data:text/html,<script>injected()</script>",
    "{{constructor.constructor('injected()')()}}",
    "${injected()}`${injected()}`",
    "'-injected()-'",
    "&lt;img class=injected src=x onerror=injected()&gt;",
    "\\u003cimg class=injected src=x onerror=injected()\\u003e",
    "<iframe class=injected srcdoc='<script>parent.injected()</script>'>",
    "<math><mtext><table><mglyph><style><img class=injected src=x onerror=injected()>",
    '{"__proto__": {"injected": true}, "constructor": null}',
    "__proto__",
    "constructor",
    "[1, 2",
    "null",
    "%E0%A4%A",
    "%00%0d%0aSet-Cookie: injected=1",
    "(((((a+)+)+)+)+)+$[\\",
    "../../../../etc/passwd",
    "\u202e\u200b\ufeff가\u0301\ud83d\ude00",
    "가" * 5000,
    "1e999",
    "-1",
    "",
]
"""What people type to break a page."""

PAGES = [
    "search.html",
    "book/lab.html",
    "book/index.html",
    "book/theory/lstm.html",
    "book/cosine/stateful-lstm.html",
    "book/appendix/glossary.html",
    "404.html",
]
"""A page of each kind: with a search box, with controls, with questions, with terms."""


def scripts() -> str:
    """Every script of the built book, those inside a page included."""
    static = check_site.HTML / "_static"
    texts = [path.read_text("utf-8") for path in sorted(static.rglob("*.js"))]
    for name in PAGES:
        page = (check_site.HTML / name).read_text("utf-8")
        texts += re.findall(r"<script>(.*?)</script>", page, re.S)
    return "\n".join(texts)


def read_from_address() -> set[str]:
    """The names that the scripts read from the address, the lab's settings included."""
    text = scripts()
    lab = re.search(r"SETTINGS ?= ?\{(.*?)\n? *\};", text, re.S)
    assert lab, "the lab's settings are not where they were"
    found = set(re.findall(r"""\.(?:get|has|getAll)\(["'](\w+)["']\)""", text))
    return found | set(re.findall(r"(\w+): ?\{ ?label:", lab[1]))


def read_from_storage() -> set[str]:
    """The keys that the scripts read from what the browser keeps."""
    text = scripts()
    return set(re.findall(r"""getItem\(["']([^"']+)["']\)""", text)) | set(
        re.findall(r"""KEY ?= ?["']([^"']+)["']""", text)
    )


def type_in(base: str, pages: list[str], texts: list[str]) -> list[dict[str, Any]]:
    """Give each text to each page by every way in, and say what came of it."""
    job = {
        "base": base,
        "fileBase": check_site.LOCAL,
        "pages": pages,
        "texts": texts,
        "names": sorted(read_from_address() | {"highlight", "present", "print", "theme", "lang"}),
        "keys": sorted(read_from_storage()),
    }
    return check_site.run_node("hostile.mjs", job)


def npz(**arrays: Any) -> bytes:
    """An npz file with these arrays."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def header(**content: Any) -> np.ndarray:
    """The header of our files."""
    return np.array(json.dumps({"format": FORMAT, **content}))


def packed(**members: bytes) -> bytes:
    """A zip file with these members, as npz files are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def npy(shape: str, data: bytes = b"", dtype: str = "'<f4'") -> bytes:
    """An npy file whose header claims this shape and type."""
    text = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x02\x00" + len(text).to_bytes(4, "little") + text.encode() + data


class Bomb:
    """Pickled, it makes a folder when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


def model_header(**changes: Any) -> np.ndarray:
    """The header of a trained multilayer perceptron."""
    config = {"model": "mlp", "units": [4], "window_length": 6} | changes
    return header(config=config, seconds=1.0, versions={})


def hostile_files(folder: Path) -> dict[str, bytes]:
    """Model files that would run code, eat the memory or never end, if they were believed."""

    trace = folder / "ran"
    bomb = pickle.dumps(Bomb(trace))
    lambda_layer = io.BytesIO()
    with zipfile.ZipFile(lambda_layer, "w") as archive:
        layer = {"class_name": "Lambda", "config": {"function": ["4wEAAAAA", None, None]}}
        model = {"class_name": "Sequential", "config": {"layers": [layer]}}
        archive.writestr("config.json", json.dumps(model))
        archive.writestr("metadata.json", '{"keras_version": "3.0.0"}')
        archive.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n")
    zeros = np.zeros(LARGEST_BYTES // 4 + 1, dtype=np.float32)
    loss = {"loss": np.zeros(1, dtype=np.float32)}
    small = np.zeros((6, 4), dtype=np.float32)
    return {
        "pickle": bomb,
        "pickle in an array": npz(header=model_header(), loss=np.array([Bomb(trace)], object)),
        "pickle as a header": packed(header=npy("()", bomb, "'|O'")),
        "keras with a Lambda layer": lambda_layer.getvalue(),
        "h5": b"\x89HDF\r\n\x1a\n" + bytes(4096),
        "bomb of zeros": npz(header=model_header(), **loss, weight_0000=zeros),
        "member that claims 8 EB": packed(header=npy("(2000000000000000000,)")),
        "negative shape": packed(header=npy("(-1,)")),
        "header that is code": packed(header=npy("__import__('os').mkdir('ran')")),
        "header without end": packed(header=npy("(" * 9000)),
        "header of 1 GB": packed(header=b"\x93NUMPY\x02\x00\xff\xff\xff\x3f"),
        "json of 100,000 brackets": npz(header=np.array("[" * 100_000)),
        "units of a planet": npz(header=model_header(units=[10**9, 10**9]), **loss),
        "a million layers": npz(header=model_header(units=[1] * 10**6), **loss),
        "window without end": npz(header=model_header(window_length=10**9), **loss),
        "unknown setting": npz(header=model_header(__class__="os"), **loss),
        "config that is a list": npz(header=header(config=[1]), **loss),
        "weights of text": npz(header=model_header(), **loss, weight_0000=np.array(["x"])),
        "weights too few": npz(header=model_header(), **loss, weight_0000=small),
        "NaN in the header": npz(header=np.array('{"format": NaN}')),
        "name that leaves": packed(**{"../../header": npy("()")}),
        "two headers": packed(header=npy("()")) + packed(header=npy("()")),
    }


WORKER = """
import contextlib, io, json, sys
from cosine_rnn import cli

for line in sys.stdin:
    sys.argv = ["cosine-rnn", *json.loads(line)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code
        except BaseException as error:
            code = f"{type(error).__name__}: {error}"
    print(json.dumps([code, said.getvalue()]), flush=True)
"""
PATIENCE_SECONDS = 300
"""How long one command may take on a busy machine before it counts as hung."""


class Command:
    """The command line in a process of its own, asked again and again without a new start."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, arguments: list[str]) -> tuple[Any, str]:
        """The exit code (or the error that escaped) and what was said."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert ready, f"hung: {arguments}"
        code, said = json.loads(self.process.stdout.readline())
        return code, said

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


WORDS = st.one_of(
    st.sampled_from([text for text in TEXTS if "\0" not in text]),
    st.sampled_from(["mlp", "sweep", "recall", "0", "1", "-1", "1e999", "nan", "0-4294967295"]),
    st.sampled_from(["fifo", "folder", "file/x", "table.csv", "x" * 300, "/dev/zero", "~", "."]),
    st.integers().map(str),
    st.text(st.characters(exclude_characters="\0"), max_size=20),
)
OPTIONS = ["--seed", "--epochs", "--output", "--figure", "--horizon", "--phase", "--seeds"]
OPTIONS += ["--only", "--jobs", "--scheduler", "--recipe-epochs", "--help", "--nothing", "-x", "--"]
# What is added last makes every command fail before it trains.
ENDINGS = {
    "train": ["--output", "fifo"],
    "forecast": ["--output", "fifo"],
    "experiment": ["--only", "nothing=1"],
    "benchmark": ["--recipe-epochs", "1"],
    "": [],
}


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command with options and values that mostly do not fit."""
    command = draw(st.sampled_from(list(ENDINGS)))
    given: list[str] = [command] if command else []
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            given.append(draw(st.sampled_from(OPTIONS)))
        given.append(draw(WORDS))
    return [*given, *ENDINGS[command]]


def put_traps(folder: Path) -> None:
    """A pipe that no one writes, a folder, a file and a table of someone else."""
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "file").write_text("in the way")
    (folder / "table.csv").write_text('a,b\n"\n')


def judge_command(answer: tuple[Any, str], arguments: list[str]) -> None:
    """A command says what is wrong in words and ends with 2, or shows its help."""
    code, said = answer
    assert code in (0, 2), (arguments, code, said)
    assert "Traceback" not in said
    shown = said.startswith("쓰는 법:") and "옵션:" in said  # a command without its arguments
    assert code == 0 or shown or "오류: " in said, (arguments, said)


ODD = [None, True, 0, -1, 1, 2.0, "", "x", b"x", 1j, 10**400, 2**63, 10**9, [], [1], {}, object()]
ODD += [float("nan"), float("inf"), -float("inf"), np.int64(3), np.float32(2), np.array(3.0)]
ARRAYS: list[Any] = [
    np.zeros(0),
    np.zeros((0, 5)),
    np.zeros(3),
    np.sin(np.arange(120) / 9),
    np.ones((4, 100)),
    np.random.default_rng(0).normal(size=(3, 9, 2)),
    np.full(60, np.nan),
    np.full(60, 1e308),
    np.array([1 + 2j] * 50),
    np.ones(60, dtype=bool),
    np.array(["2020-01-01"], dtype="M8[D]"),
    np.array([object()]),
    ["가", "나"],
    [[1.0], [1.0, 2.0]],
    [10**400] * 50,
    list(range(60)),
]
NUMBERS = [0, 1, 2, 3, 5, 8, 40, 0.5, 1.0, -1.0, 1e-300, 1e308, 100]
SEQUENCES: list[Any] = [(), [1], (3, 2), [0], [2.0], [True], [10**30], (10, 20.5), np.array([3])]


def values(parameter: inspect.Parameter) -> st.SearchStrategy[Any]:
    """Values of the kind that a parameter declares, fitting and not."""
    kind = str(parameter.annotation)
    if "Array" in kind:
        fitting = st.sampled_from([*ARRAYS, *ODD])
    elif kind.startswith(("int", "float")):
        fitting = st.one_of(st.sampled_from([*NUMBERS, *ODD]), st.integers(-5, 200), st.floats())
    elif kind.startswith("str"):
        fitting = st.one_of(st.sampled_from(["mlp", "lstm", "rnn", *TEXTS, None, 3]), st.text())
    else:
        fitting = st.sampled_from([*SEQUENCES, None, 3, "ab", float("inf")])
    if parameter.default is parameter.empty:
        return fitting
    return st.one_of(st.just(parameter.default), fitting)


MODULES = ["signals", "windows", "config", "forecast", "metrics", "significance"]
MODULES += ["support.notation", "beyond.linear_tracking", "beyond.sentences", "beyond.statistical"]
# Not here: `cells` (the book's equations as they are written, which check nothing), functions that
# take a model or one of our own objects, and what draws.
PLAIN = ("int", "float", "str", "ArrayLike", "FloatArray", "Sequence[int]", "Sequence[float]")


def functions() -> dict[str, Callable[..., Any]]:
    """The public functions whose arguments are numbers, text and arrays."""
    found = {}
    for module in MODULES:
        space = importlib.import_module(f"cosine_rnn.{module}")
        for name, function in list(vars(space).items()):
            ours = inspect.isfunction(function) and function.__module__ == space.__name__
            if ours and not name.startswith("_") and all(map(_is_plain, _parameters(function))):
                found[f"{module}.{name}"] = function
    return found


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    several = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    given = inspect.signature(function).parameters.values()
    return [parameter for parameter in given if parameter.kind not in several]


def _is_plain(parameter: inspect.Parameter) -> bool:
    return str(parameter.annotation).removesuffix(" | None") in PLAIN


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in a call that does not return."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def call(function: Callable[..., Any], data: st.DataObject) -> None:
    """Call with drawn arguments: it answers, or names the argument, the rule and the value."""
    given = {each.name: data.draw(values(each), each.name) for each in _parameters(function)}
    with limit(PATIENCE_SECONDS), np.errstate(all="ignore"):
        try:
            function(**given)
        except ValueError as error:
            if "받은 값: " not in str(error):
                raise


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file with bytes changed, cut out or put in."""
    place = st.integers(0, len(whole))

    @st.composite
    def change(draw: st.DrawFn) -> bytes:
        content = bytearray(whole)
        for _ in range(draw(st.integers(1, 4))):
            start, end = sorted((draw(place), draw(place)))
            content[start : min(end, start + 8)] = draw(st.binary(max_size=8))
        return bytes(content)

    return change()
