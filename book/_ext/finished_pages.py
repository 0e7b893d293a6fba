"""마무리한 것을 다음 빌드까지 간직합니다: 쪽마다의 결과와, 입력이 같으면 다시 쓸 파일."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosine_rnn.support.storage import write_whole
from each_core import each_core
from plain_markdown import PlainPage
from social_card import Card
from sphinx.application import Sphinx


@dataclass(frozen=True)
class FinishedPage:
    """마무리한 쪽 하나.

    Attributes:
        raw: 갓 쓴 쪽을 줄인 값.
        html: 쪽의 글. 스타일과 스크립트의 이름이 들어갈 자리가 비어 있습니다.
        glyphs: 책의 글꼴로 그리는 글자와 코드의 글자.
        bold_glyphs: 그 가운데 굵게 그리는 글자.
        prose_glyphs: 책의 글꼴로만 그리는 글자.
        math_glyphs: 수식의 글꼴로 그리는 글자.
        words: 스타일의 선택자에 나올 수 있는 이름들.
        links: 쪽이 부르는 이 책의 파일들.
        entry: 찾기의 색인에 들어갈 것. 본문이 없는 쪽이면 ``None``.
        card: 고리를 붙여 넣은 곳에 보일 그림. 제 그림이 없는 쪽이면 ``None``.
        plain: 마크다운으로 옮긴 본문.
        data: 계기가 읽을 자료의 스크립트. 계기가 없으면 빈 글.
    """

    raw: str
    html: str
    glyphs: set[str]
    bold_glyphs: set[str]
    prose_glyphs: set[str]
    math_glyphs: set[str]
    words: set[str]
    links: set[Path]
    entry: dict[str, Any] | None
    card: Card | None
    plain: PlainPage
    data: str


Pages = dict[str, FinishedPage]


@dataclass(frozen=True, eq=False)
class Wanted:
    """써야 할 파일 하나.

    Attributes:
        path: 쓸 파일.
        function: 파일의 내용을 만드는 함수.
        arguments: 함수에 줄 것.
        key: 내용을 정하는 것들. 파일의 자리를 주면 그 내용을 봅니다.
    """

    path: Path
    function: Callable[..., bytes]
    arguments: tuple[Any, ...]
    key: Iterable[Any]

    def make(self) -> bytes:
        """파일의 내용."""
        return self.function(*self.arguments)


class Store:
    """지난 빌드에서 마무리한 것들. 읽을 수 없거나 다른 소스로 만든 것이면 비어 있습니다."""

    def __init__(self, app: Sphinx) -> None:
        self.path = Path(app.doctreedir).parent / ".finished.pickle"
        self.sources = app.config["book_sources"] + str(Path(app.outdir))
        self.pages: Pages = {}
        self.made: dict[str, tuple[str, bytes]] = {}
        self.used: set[Path] = set()
        try:
            sources, pages, made, used = pickle.loads(self.path.read_bytes())
        except Exception:  # 상한 자리에 따라 pickle이 내는 오류가 다릅니다.
            return
        if sources == self.sources:
            self.pages, self.made, self.used = pages, made, used

    def write(self, wanted: Iterable[Wanted]) -> None:
        """파일들을 씁니다. ``key`` 가 지난번과 같으면 그때 것을, 아니면 나란히 만들어 씁니다."""
        keys = {one: digest(one.key) for one in wanted}
        todo = [one for one, key in keys.items() if self.made.get(one.path.name, ("",))[0] != key]
        for one, made in zip(todo, each_core(Wanted.make, todo), strict=True):
            self.made[one.path.name] = (keys[one], made)
        for one in keys:
            one.path.parent.mkdir(parents=True, exist_ok=True)
            one.path.write_bytes(self.made[one.path.name][1])

    def save(self) -> None:
        """다음 빌드를 위해 남깁니다."""
        kept = (self.sources, self.pages, self.made, self.used)
        content = pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)
        write_whole(self.path, lambda file: file.write(content))


def digest(values: Iterable[Any]) -> str:
    """값들을 줄인 것. 파일의 자리는 그 내용을 봅니다."""
    found = hashlib.sha256()
    for value in values:
        if isinstance(value, Path):
            found.update(value.read_bytes())
        else:
            found.update(repr(sorted(value) if isinstance(value, set) else value).encode())
    return found.hexdigest()
