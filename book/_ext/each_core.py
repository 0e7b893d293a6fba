"""서로 매이지 않은 일을 코어마다 하나씩 나란히 합니다."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def each_core(function: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """``function`` 의 값들을 차례대로. 일마다 이 프로세스를 복제해서 합니다.

    복제할 수 없는 기계(Windows)나 코어가 하나인 기계, 일이 하나일 때에는 여기서 차례로 합니다.
    """
    workers = min(os.cpu_count() or 1, len(given))
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [function(one) for one in given]
    context: Any = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context) as pool:
        return list(pool.map(function, given))
