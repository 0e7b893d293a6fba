"""서로 매이지 않은 일을 코어마다 하나씩 나란히 합니다."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from joblib import Parallel, delayed

Given = TypeVar("Given")
Made = TypeVar("Made")


def each_core(function: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """``function`` 의 값들을 차례대로. 일이 하나뿐이면 프로세스를 새로 띄우지 않습니다."""
    workers = min(os.cpu_count() or 1, len(given))
    if workers < 2:
        return [function(one) for one in given]
    return Parallel(workers)(delayed(function)(one) for one in given)
