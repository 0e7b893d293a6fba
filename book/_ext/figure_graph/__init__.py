"""그린 그림이 ``cells.py`` 와 같은 셈을 보이는지 지을 때마다 봅니다.

참값은 ``cells.py`` 를 실행해 얻고(``tracing``), 그림은 자리와 모양으로 읽습니다(``reading``,
``graph``). 그림마다 무엇을 주장하는지는 ``CLAIMS`` 의 함수가 저마다 설명합니다.
어긋나면 그림의 파일과 줄, 화살표를 대는 경고이고, 이 책에서 경고는 오류입니다.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from sphinx.application import Sphinx
from sphinx.util import logging

from . import equations, learning_map, lstm_claims, recurrent_claims
from .drawing import UnreadableDrawingError
from .graph import DrawnGraph, Fault
from .reading import read
from .tracing import Trace, UntraceableError, trace

logger = logging.getLogger(__name__)
CLAIMS: dict[str, Callable[[DrawnGraph, Trace], list[Fault]]] = {
    "05_10-recurrent-layer.svg": recurrent_claims.recurrent_layer,
    "06_10-words-in-order.svg": recurrent_claims.words_in_order,
    "07_10-same-input-different-state.svg": recurrent_claims.same_input,
    "08_10-lstm-gates.svg": lstm_claims.lstm_cell,
}
MAP = "learning-map.svg"


def cells_source() -> str:
    """설치된 ``cosine_rnn.cells`` 의 글."""
    spec = find_spec("cosine_rnn.cells")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text("utf-8")


def faults_of(name: str, svg: str, source: str) -> list[Fault]:
    """그림 하나의 잘못.

    Args:
        name: ``images/`` 안의 이름.
        svg: 그림의 글.
        source: ``cells.py`` 의 글.

    Returns:
        잘못마다 SVG의 줄과 무엇이 틀렸는지. 맞으면 비어 있습니다.
    """
    if name not in CLAIMS:
        return [Fault(1, "이 그림이 무엇을 주장하는지 figure_graph.CLAIMS에 적어야 합니다")]
    try:
        return sorted(set(CLAIMS[name](DrawnGraph(read(svg)), trace(source))))
    except UntraceableError as error:
        return [Fault(1, f"cells.py의 셈을 따라갈 수 없습니다: {error}")]
    except UnreadableDrawingError as error:
        line, what = error.args
        return [Fault(line, what)]
    except (ExpatError, ValueError, KeyError) as error:
        return [Fault(1, f"SVG를 읽을 수 없습니다: {type(error).__name__} {error}")]


def check(app: Sphinx, env: Any) -> None:
    """``images/`` 의 그림과 이론의 식을 모두 봅니다. 쪽이 바뀌지 않아도 봅니다."""
    root, source = Path(app.srcdir), cells_source()
    for path in sorted((root / "book").rglob("*.md")):
        for fault in equations.faults_of(path.read_text("utf-8"), source):
            logger.warning("%s", fault.message, location=f"{path}:{fault.line}")
    for path in sorted((root / "images").glob("*.svg")):
        svg = path.read_text("utf-8")
        if path.name == MAP:
            faults = learning_map.faults_of(svg, learning_map.chapters_of(root))
        else:
            faults = faults_of(path.name, svg, source)
        for fault in faults:
            logger.warning("%s: %s", path.name, fault.message, location=f"{path}:{fault.line}")


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
