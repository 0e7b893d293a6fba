"""같은 소스에서 같은 것이 나오는지: 처음부터 두 번 지은 책과, 같은 시드로 두 번 한 훈련."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from small_book import HEAD, SmallBook

EPOCH = "1700000000"
CHAPTER = """
# 잰 시간이 있는 쪽

> 걸린 시간이 적혀 있습니까?

```{code-cell} ipython3
import time

from cosine_rnn.support.notation import measured

started = time.perf_counter()
print(f"훈련 {measured(time.perf_counter() - started, '.9f')}초")
```

```{execution-times}
```
"""
MEASURED = r"(?<![\w.])[\d.]+(?= ?(초|GB))|(?<=<td><p>)[\d.]+(?=</p>)|(?<=\| )[\d.]+(?= \|(?:\n|$))"
"""글에 적힌 시간과 메모리, 표의 마지막 칸에 적힌 시간."""

Ledger = Callable[..., None]


def cold(folder: Path, **environment: str) -> dict[str, bytes]:
    """빈 캐시에서 지어 묶은 책의 파일들."""
    folder.mkdir(parents=True)
    book = SmallBook(folder, folder.with_name(f"{folder.name}-cache"))
    book.write("second", HEAD.format(notebook="rnn_second") + CHAPTER)
    code, said = book.make("zip", **environment)
    assert code == 0, said
    packed = (book.built / "cosine-rnn-book.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files | ({"zip": packed} if environment else {})


def without_times(name: str, content: bytes) -> str:
    """잰 시간과 메모리를 뺀 글. 쪽에는 셀이 찍은 것과 표의 마지막 칸에 있습니다."""
    if name.endswith(".ipynb"):
        text = "\n".join(cell.source for cell in nbformat.reads(content.decode(), 4).cells)
    else:
        text = content.decode("utf-8", "replace")
    text = re.sub(r"\?v=\w+", "", text)
    return re.sub(MEASURED, "", text)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("같은 것")
    return [cold(folder / name, SOURCE_DATE_EPOCH=EPOCH) for name in ("하나", "둘째 자리")]


def test_two_cold_builds_in_two_places_are_the_same_to_the_byte(
    packed: list[dict[str, bytes]], ledger: Ledger
):
    first, second = packed
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    page = first["cosine-rnn-book/book/second.html"].decode()
    assert "훈련 –초" in page
    ledger(f"SOURCE_DATE_EPOCH를 주고 두 자리에서 처음부터 지음: 파일 {len(first)}개가 같음", 2)


def test_without_a_date_only_measured_times_differ(tmp_path: Path, ledger: Ledger):
    first, second = (cold(tmp_path / name) for name in ("하나", "둘"))
    assert first.keys() == second.keys()
    differ = [name for name in first if first[name] != second[name]]
    for name in differ:
        assert name.endswith((".html", ".ipynb", ".md", "search-index.js")), name
        assert without_times(name, first[name]) == without_times(name, second[name]), name
    ledger(f"날짜 없이 처음부터 지음: 파일 {len(differ)}개가 잰 시간만 다름", 2)
