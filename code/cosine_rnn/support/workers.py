"""일을 나누어 재는 곳: 이 기계의 프로세스들이나 Dask 클러스터."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import as_completed as finished_here
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from joblib.externals.loky import get_reusable_executor

from cosine_rnn.support.catalogue import attempt, versions_of
from cosine_rnn.support.messages import message
from cosine_rnn.support.records import Row

Key = tuple[str, ...]
"""일 하나를 알아보는 글들. 기록의 열에 적힙니다."""

Results = Generator[tuple[Key, list[Row] | str], None, None]
"""끝나는 차례로, 일의 이름과 잰 줄들이나 실패한 까닭."""

Workers = Callable[[str, Mapping[Key, Any]], Results]
"""실험의 이름과 남은 일들을 받아 재는 함수."""

ORPHAN_CHECK_SECONDS = 0.5


def on_this_machine(n_jobs: int) -> Workers:
    """이 기계의 프로세스 ``n_jobs`` 개."""

    def work(name: str, todo: Mapping[Key, Any]) -> Results:
        if not todo:
            return
        # 하나씩 할 때도 다른 프로세스에서 잽니다. 컴파일하는 동안에도 멈추라는 말에 바로 답합니다.
        executor = get_reusable_executor(
            max_workers=n_jobs, initializer=leave_with, initargs=(os.getpid(),)
        )
        try:
            futures = {executor.submit(attempt, name, task): key for key, task in todo.items()}
            for future in finished_here(futures):
                try:
                    yield futures[future], future.result()
                except BrokenProcessPool:
                    raise RuntimeError(
                        message(
                            "tasks: 재던 프로세스가 죽었습니다. 끝난 일은 파일에 있습니다. "
                            "같은 명령을 다시 부르면 이어서 합니다"
                        )
                    ) from None
        finally:
            executor.shutdown(wait=True, kill_workers=True)

    return work


def leave_with(parent: int) -> None:
    """부모가 죽으면 따라 끝냅니다. 죽임을 당한 명령이 프로세스를 남기지 않습니다."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_CHECK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def on_cluster(address: str) -> Workers:
    """돌고 있는 Dask 스케줄러의 일꾼들.

    Raises:
        ConnectionError: 스케줄러에 닿지 못할 때. 일꾼은 일을 시작할 때 살핍니다.
    """
    _check_scheduler(address)

    def work(name: str, todo: Mapping[Key, Any]) -> Results:
        from distributed import Client, as_completed

        with Client(address, timeout="5s", set_as_default=False) as client:
            found: Any = client.run(versions_of, name)
            check_workers(found, versions_of(name))
            futures = {
                client.submit(attempt, name, task, pure=False): key for key, task in todo.items()
            }
            for future in as_completed(futures):
                yield futures[future], future.result()

    return work


def _check_scheduler(address: str) -> None:
    """붙어 보고 끊습니다. 붙지 못한 ``Client`` 는 닫히지 않고 남아 다음 것과 서로를 기다립니다."""
    from distributed.comm.core import connect

    async def reach() -> None:
        comm = await connect(address, timeout=5)
        await comm.close()

    try:
        # 노트북에서는 이 스레드의 이벤트 루프가 이미 돌고 있습니다.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, reach()).result()
    except Exception as error:  # 주소의 꼴마다 다른 모듈이 답하고, 오류의 종류도 저마다입니다.
        raise ConnectionError(
            message(
                "scheduler: 닿을 수 있는 Dask 스케줄러의 주소여야 합니다. 받은 값: {address!r}",
                address=address,
            )
        ) from error


def check_workers(found: Mapping[str, dict[str, str]], ours: dict[str, str]) -> None:
    """일꾼이 하나는 있고, 모두 여기와 버전이 같은지 봅니다.

    Args:
        found: 일꾼의 주소마다 ``versions`` 가 낸 것.
        ours: 여기서 낸 것.
    """
    if not found:
        raise ConnectionError(message("scheduler: 일꾼이 하나는 있어야 합니다. 받은 값: 0개"))
    for worker, theirs in found.items():
        for name, version in ours.items():
            if theirs[name] != version:
                raise ConnectionError(
                    message(
                        "scheduler: 일꾼 {worker}의 {name} 버전이 여기({version})와 같아야 합니다. "
                        "받은 값: {received!r}",
                        worker=worker,
                        name=name,
                        version=version,
                        received=theirs[name],
                    )
                )
