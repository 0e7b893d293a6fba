"""배열 묶음을 파일 하나로 쓰고 읽습니다. 파일은 통째로 쓰이거나 아예 쓰이지 않습니다."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import filelock
import numpy as np
from numpy.typing import NDArray

from cosine_rnn.support.messages import message

FORMAT = "cosine-rnn/2"
"""파일 머리에 적는 꼴의 이름. 꼴이 바뀌면 이 이름도 바뀝니다."""


LARGEST_BYTES = 2**26
"""풀어서 읽을 가장 큰 파일(64 MB). 책에서 가장 큰 모델의 백 배가 넘습니다."""


class ForeignFileError(ValueError):
    """읽을 수 없거나 이 꾸러미가 쓰지 않은 파일."""


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """곁에 다 쓴 다음 이름을 바꿉니다. 도중에 멈추면 ``path`` 는 전과 같습니다.

    Args:
        path: 쓸 파일. 없는 폴더는 만듭니다.
        write: 열린 이진 파일에 내용을 쓰는 함수.

    Raises:
        ForeignFileError: ``path`` 에 장치나 파이프처럼 파일이 아닌 것이 있을 때.
    """
    check_replaceable(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(beside, 0o666 & ~umask)  # mkstemp는 주인만 읽게 만듭니다.
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def check_replaceable(path: Path) -> None:
    """``path`` 가 장치나 파이프가 아닌지 봅니다. 이름을 바꾸어 쓰면 ``/dev/null`` 도 지워집니다."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ForeignFileError(
            message(
                "path: 장치나 파이프가 아닌 파일이어야 합니다. 받은 값: {path!r}", path=str(path)
            )
        )


@contextmanager
def locked(path: Path, *, wait_seconds: float = -1) -> Iterator[None]:
    """``path`` 를 쓰는 동안 다른 프로세스가 쓰지 못하게 합니다. 잡고 있던 쪽이 죽으면 풀립니다.

    Args:
        path: 쓸 파일. 곁에 이름 앞에 점이 붙은 ``.lock`` 파일이 남습니다.
        wait_seconds: 기다릴 시간(초). 음수면 풀릴 때까지 기다립니다.

    Raises:
        TimeoutError: 그 시간 안에 풀리지 않을 때.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), timeout=wait_seconds)
    try:
        held = lock.acquire()
    except filelock.Timeout:
        raise TimeoutError(
            message("다른 명령이 쓰고 있습니다. 받은 값: {path!r}", path=str(path))
        ) from None
    with held:
        yield


def save_arrays(path: Path, header: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
    """머리(JSON으로 쓸 수 있는 값)와 배열들을 ``.npz`` 파일 하나에 씁니다."""
    text = json.dumps({"format": FORMAT, **header}, ensure_ascii=False, sort_keys=True)
    named: dict[str, Any] = {"header": np.array(text), **arrays}
    write_whole(path, lambda file: np.savez_compressed(file, **named))


def load_arrays(path: Path) -> tuple[dict[str, Any], dict[str, NDArray]]:
    """``save_arrays`` 가 쓴 파일을 읽습니다. 파일 속의 코드는 실행하지 않습니다.

    Raises:
        FileNotFoundError: 파일이 없을 때.
        ForeignFileError: 깨졌거나 다른 프로그램이 쓴 파일일 때.
    """
    if not path.is_file():
        raise FileNotFoundError(
            message("path: 있는 파일이어야 합니다. 받은 값: {path!r}", path=str(path))
        )
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > LARGEST_BYTES:  # 눌러 두면 작은 파일도 풀면 메모리를 다 쓸 수 있습니다.
            raise _foreign(path, f"{size} bytes")
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        header = json.loads(str(arrays.pop("header")))
        known = header["format"] == FORMAT
    except ForeignFileError:
        raise
    except Exception as error:  # 깨진 자리에 따라 zipfile, zlib, json, numpy의 오류가 다릅니다.
        raise _foreign(path, type(error).__name__) from error
    if not known:
        raise _foreign(path, f"format={header['format']!r}")
    return header, arrays


def _foreign(path: Path, found: str) -> ForeignFileError:
    return ForeignFileError(
        message(
            "path: cosine-rnn이 쓴 온전한 파일이어야 합니다. 받은 값: {path!r} ({found})",
            path=str(path),
            found=found,
        )
    )
