"""연습문제마다 답을 보는 확인을 붙입니다. 쪽에는 보이지 않고, 노트북에 셀 둘로 들어갑니다.

문제의 인자 ``mlp.half_amplitude`` 는 ``cosine_rnn.exercises.mlp`` 의 ``half_amplitude`` 입니다.
풀이의 셀은 답을 ``half_amplitude.solved(…)`` 에 넣어, 책을 지을 때 풀이가 확인을 지나게 합니다.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from cosine_rnn.exercises.answers import NAME, Exercise
from docutils import nodes
from exercises import is_exercise
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
PACKAGE = "cosine_rnn.exercises"
TAG = "exercise"
"""노트북에서 채울 셀과 확인하는 셀의 표."""

FORM = re.compile(r"([a-z]\w*)\.([a-z]\w*)")
END = ":::{solution-end}"


def found(name: str) -> Exercise:
    """이름의 확인.

    Raises:
        ValueError: 이름이 꼴에 맞지 않거나, 그런 모듈이나 확인이 없을 때.
    """
    parts = FORM.fullmatch(name)
    if parts is None:
        raise ValueError(f"확인의 이름을 '장.문제'로 적어야 합니다. 받은 값: {name!r}")
    try:
        exercise = getattr(importlib.import_module(f"{PACKAGE}.{parts[1]}"), parts[2], None)
    except ModuleNotFoundError:
        exercise = None
    if not isinstance(exercise, Exercise):
        raise ValueError(f"확인이 {PACKAGE}에 있어야 합니다. 받은 값: {name!r}")
    return exercise


def cells(name: str) -> tuple[str, str]:
    """채울 셀과 확인하는 셀의 코드."""
    module, attribute = name.split(".")
    shown = f"from {PACKAGE}.{module} import {attribute}\n\n{attribute}.check({NAME})"
    return found(name).stub, shown


def names(env: Any, docname: str) -> list[str]:
    """쪽의 연습문제의 확인의 이름. 문제의 차례이고, 잘못 적은 것은 빈 글입니다."""
    return env.metadata[docname].get("checks", [])


def solution_of(text: str, line: int) -> str:
    """``line`` 의 문제에서 풀이가 끝나는 곳까지의 글."""
    return "".join(text.splitlines(keepends=True)[line - 1 :]).partition(END)[0]


def faults(name: str, solution: str) -> list[str]:
    """문제 하나에서 규칙에 어긋난 것들."""
    try:
        exercise = found(name)
    except ValueError as error:
        return [str(error)]
    told = [f"{name}의 {flaw}" for flaw in exercise.flaws()]
    attribute = name.partition(".")[2]
    if not re.search(rf"^{attribute}\.solved\(", solution, re.M):
        told.append(f"풀이의 셀에서 {attribute}.solved(답)을 불러야 합니다. 받은 값: 없음")
    return told


def check_pages(app: Sphinx, doctree: nodes.document) -> None:
    """노트북이 있는 쪽의 문제마다 확인과 풀이를 봅니다."""
    env: Any = app.env
    metadata = env.metadata[env.docname]
    if metadata.get("notebook", "none") == "none":
        return
    text = Path(env.doc2path(env.docname)).read_text("utf-8")
    metadata["checks"] = []
    exercises: Any = doctree.findall(is_exercise)
    for exercise in exercises:
        told = faults(exercise["check"], solution_of(text, exercise.line))
        metadata["checks"].append("" if told else exercise["check"])
        for fault in told:
            logger.warning("exercise: %s", fault, location=exercise)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.connect("doctree-read", check_pages, priority=600)  # 쪽의 머리를 읽은 뒤입니다.
    return {"parallel_read_safe": True, "parallel_write_safe": True}
