"""실험의 기록을 csv에 쓰고 읽습니다. 저장소에 실린 기록도 여기서 읽습니다."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cosine_rnn.support.checks import check_choice
from cosine_rnn.support.versions import NAMES

Row = dict[str, Any]
DATA = importlib.resources.files("cosine_rnn").joinpath("data")


def written(value: Any) -> str:
    """값 하나를 csv에 적는 글. ``None`` 은 비우고, 수의 목록은 ``[1 2.5]`` 로 적습니다."""
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, list | tuple | np.ndarray):
        return f"[{' '.join(written(item) for item in value)}]"
    return str(value)


def parsed(text: str) -> Any:
    """``written`` 이 적은 글을 값으로 되살립니다. 수의 목록은 배열이 됩니다."""
    if not text:
        return None
    for kind in (_listed, int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _listed(text: str) -> np.ndarray:
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError
    listed = np.array([float(item) for item in text[1:-1].split()])
    listed.flags.writeable = False
    return listed


def table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """열의 이름과 줄들을 csv의 글로 만듭니다."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([columns, *lines])
    return file.getvalue()


def rows(text: str) -> list[Row]:
    """csv의 글을 값의 줄들로 읽습니다. 버전은 수처럼 생겨도 글로 둡니다."""
    # 한 장이 같은 기록을 수백 번 고릅니다. 줄은 고쳐도 되게 베껴 줍니다.
    return [dict(row) for row in _rows(text)]


@functools.lru_cache(maxsize=32)
def _rows(text: str) -> list[Row]:
    return [
        {name: value if name in NAMES else parsed(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def stored_names() -> list[str]:
    """저장소에 실린 기록들의 이름. 만든 실험의 이름과 같습니다."""
    return sorted(
        item.name.removesuffix(".csv")
        for item in DATA.iterdir()
        if item.read_text("utf-8").startswith("experiment,")
    )


def stored_rows(name: str) -> list[Row]:
    """저장소에 실린 기록.

    Args:
        name: ``recall-tuning`` 처럼 하이픈으로 적은 이름. ``stored_names()`` 가운데 하나.
    """
    check_choice("name", name, sorted(item.name.removesuffix(".csv") for item in DATA.iterdir()))
    return rows(DATA.joinpath(f"{name}.csv").read_text("utf-8"))


def select(rows: Iterable[Row], **equal: Any) -> list[Row]:
    """열의 값이 모두 같은 줄만 고릅니다."""
    return [row for row in rows if all(row[name] == value for name, value in equal.items())]
