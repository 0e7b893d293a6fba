"""실험의 목록: ``experiments`` 폴더의 파일 하나가 실험 하나입니다."""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Mapping
from typing import Any

from cosine_rnn.support.checks import check_choice
from cosine_rnn.support.messages import message
from cosine_rnn.support.records import Row
from cosine_rnn.support.versions import PACKAGE, versions

FOLDER = PACKAGE / "experiments"


def names() -> list[str]:
    """돌릴 수 있는 실험의 이름들. ``experiments`` 폴더의 파일마다 하나입니다."""
    return sorted(
        path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__"
    )


def summary(name: str) -> str:
    """실험이 하는 일 한 줄. 모듈을 불러오지 않고 소스에서 읽어, 쓸 말로 옮깁니다."""
    check_choice("name", name, names())
    source = (FOLDER / f"{name.replace('-', '_')}.py").read_bytes()
    return message((ast.get_docstring(ast.parse(source)) or "").partition("\n")[0])


def load(name: str) -> Any:
    """실험의 모듈. ``tasks`` 와 ``measure`` 가 있습니다.

    Raises:
        ValueError: 모르는 이름일 때.
    """
    return importlib.import_module(f"cosine_rnn.{_module(name)}")


def versions_of(name: str) -> dict[str, str]:
    """실험이 내는 수를 좌우하는 것들의 버전."""
    return versions(_module(name))


def attempt(name: str, task: Any) -> list[Row] | str:
    """일 하나를 잽니다. 실패하면 그 까닭을 냅니다. 일꾼이 부릅니다."""
    try:
        measured = load(name).measure(task)
    except Exception as error:  # 일 하나의 실패가 나머지를 멈추지 않습니다.
        return f"{type(error).__name__} {error}"
    rows = [measured] if isinstance(measured, Mapping) else measured
    where = {**versions_of(name), "cores": os.cpu_count()}
    return [{**row, **where} for row in rows]


def _module(name: str) -> str:
    check_choice("name", name, names())
    return f"experiments.{name.replace('-', '_')}"
