"""서로 매이지 않은 일을 코어마다 하나씩 나란히 합니다."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from cosine_rnn.support.workers import leave_with
from joblib.externals.loky import get_reusable_executor

Given = TypeVar("Given")
Made = TypeVar("Made")


def each_core(function: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """``function`` 의 값들을 차례대로. 일이 하나뿐이면 프로세스를 새로 띄우지 않습니다."""
    workers = min(os.cpu_count() or 1, len(given))
    if workers < 2:
        return [function(one) for one in given]
    executor = get_reusable_executor(workers, initializer=leave_with, initargs=(os.getpid(),))
    return list(executor.map(function, given))
