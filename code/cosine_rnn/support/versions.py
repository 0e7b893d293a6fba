"""수를 무엇이 냈는지 적습니다: Python과 꾸러미의 버전, 기계, 그 수를 셈한 소스를 줄인 값."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]
PACKAGES = ("keras", "numpy", "scipy", "tensorflow")
NAMES = ("python", "machine", *PACKAGES, "code")
"""``versions`` 가 내는 것들의 이름."""


def versions(module: str) -> dict[str, str]:
    """모듈 하나가 내는 수를 좌우하는 것들의 버전.

    Args:
        module: ``training`` 이나 ``experiments.recall`` 처럼, 이 꾸러미에서 본 모듈의 이름.

    Returns:
        ``NAMES`` 마다의 버전. ``code`` 는 그 모듈과, 그것이 건너서라도 불러오는 이 꾸러미의 소스를
        줄인 값입니다. 설명과 주석, 사람에게 보이는 글은 수를 바꾸지 않으므로
        넣지 않습니다.
    """
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "code": digest(module, PACKAGE),
    }


class Source(NamedTuple):
    """모듈 하나의 소스에서 읽은 것.

    Attributes:
        imports: 불러오는 이 꾸러미의 모듈들.
        code: 설명을 뺀 소스를 줄인 값.
        texts: 소스에 적힌 글들.
    """

    imports: tuple[str, ...]
    code: str
    texts: frozenset[str]


def digest(module: str, package: Path) -> str:
    """``module`` 과 그것이 불러오는 모듈의 소스를 줄인 값. 열두 자리입니다."""
    found = sources(("__init__", module), package)  # 스레드의 수는 __init__에서 정합니다.
    text = "\n".join(f"{name} {found[name].code}" for name in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def sources(modules: Iterable[str], package: Path) -> dict[str, Source]:
    """모듈들과, 그것이 건너서라도 불러오는 이 꾸러미의 모듈마다의 소스."""
    found: dict[str, Source] = {}
    waiting = [*modules]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = read_source(name, package)
            waiting += found[name].imports
    return found


@functools.cache
def read_source(module: str, package: Path) -> Source:
    """모듈 하나의 소스. 프로세스마다 한 번만 읽습니다."""
    tree = ast.parse(source_file(package, module).read_bytes())
    imports, texts = tuple(imported(tree, package)), frozenset(written(tree))
    code = hashlib.sha256(ast.dump(_without_explanations(tree)).encode()).hexdigest()
    return Source(imports, code, texts)


def written(tree: ast.AST) -> Iterator[str]:
    """코드에 적힌 글들."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def source_file(package: Path, module: str) -> Path:
    """모듈의 소스 파일."""
    return package.joinpath(*module.split(".")).with_suffix(".py")


def imported(tree: ast.AST, package: Path) -> Iterator[str]:
    """코드가 이 꾸러미에서 불러오는 모듈들. 함수 안에서 불러오는 것도 셉니다."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            root, _, inner = node.module.partition(".")
            names = [inner, *(f"{inner}.{alias.name}".lstrip(".") for alias in node.names)]
            if root == package.name:
                yield from (name for name in names if name and source_file(package, name).is_file())


def _without_explanations(tree: ast.Module) -> ast.Module:
    """글만 있는 줄(설명)과 사람에게 보이는 글을 뺍니다. 주석은 나무에 처음부터 없습니다."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("message", "reject"):
            for said in node.args:
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    said.value = ""
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [line for line in body if not _is_text(line)]
            node.body = kept or [ast.Pass()]  # pyright: ignore[reportAttributeAccessIssue]
    return tree


def _is_text(line: ast.stmt) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )
