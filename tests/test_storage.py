from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cosine_rnn.support.storage import (
    FORMAT,
    ForeignFileError,
    load_arrays,
    save_arrays,
    write_whole,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_arrays_and_header_come_back_as_they_went(tmp_path: Path):
    path = tmp_path / "a" / "b" / "x.npz"
    arrays = {"one": np.arange(6.0).reshape(2, 3), "two": np.array([0.1], dtype=np.float32)}
    save_arrays(path, {"이름": "코사인", "n": [1, 2]}, arrays)
    header, loaded = load_arrays(path)
    assert header == {"format": FORMAT, "이름": "코사인", "n": [1, 2]}
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[name], array, strict=True)
    assert names(path.parent) == ["x.npz"]


def test_written_file_has_the_permissions_of_any_new_file(tmp_path: Path):
    write_whole(tmp_path / "ours", lambda file: file.write(b"x"))
    (tmp_path / "plain").write_bytes(b"x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("before", [None, b"good"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_writer_that_fails_halfway_changes_nothing(
    tmp_path: Path, before: bytes | None, error: type[BaseException]
):
    path = tmp_path / "x"
    if before is not None:
        path.write_bytes(before)

    def write(file: Any) -> None:
        file.write(b"half")
        file.flush()
        raise error

    with pytest.raises(error):
        write_whole(path, write)
    assert names(tmp_path) == ([] if before is None else ["x"])
    assert before is None or path.read_bytes() == before


def test_a_path_that_is_a_folder_is_left_alone(tmp_path: Path):
    (tmp_path / "x" / "inside").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "x", lambda file: file.write(b"new"))
    assert names(tmp_path) == ["x"]
    assert names(tmp_path / "x") == ["inside"]


def test_a_process_killed_while_writing_leaves_the_file_whole(tmp_path: Path):
    # The writer never rests: it fills the file with one letter after another, slowly.
    path, size = tmp_path / "x", 1 << 18
    program = (
        "import itertools, sys, pathlib\n"
        "from cosine_rnn.support.storage import write_whole\n"
        "def fill(file, letter):\n"
        f"    for _ in range(16): file.write(letter * {size // 16})\n"
        "for k in itertools.count():\n"
        "    letter = b'abc'[k % 3 : k % 3 + 1]\n"
        "    write_whole(pathlib.Path(sys.argv[1]), lambda file: fill(file, letter))\n"
        "    if k == 1: print('ready', flush=True)\n"
    )
    for wait in (0.0, 0.003, 0.01, 0.02, 0.05):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(wait)
            os.kill(process.pid, signal.SIGKILL)
        content = path.read_bytes()
        assert len(content) == size
        assert content.count(content[:1]) == size


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def plain_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return file.getvalue()


class Bomb:
    """Pickled, it makes a folder when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


def header(**content: Any) -> np.ndarray:
    return np.array(json.dumps(content))


FOREIGN = {
    "empty": b"",
    "garbage": bytes(range(256)) * 4,
    "text": "모델 파일이 아닙니다.\n".encode(),
    "plain zip": plain_zip(),
    "npy": npy(np.arange(3)),
    "npz without header": npz(loss=np.arange(3.0)),
    "header is no json": npz(header=np.array("{")),
    "header is a list": npz(header=np.array("[1]")),
    "header without format": npz(header=header(config={})),
    "header of numbers": npz(header=np.arange(4)),
    "other format": npz(header=header(format="cosine-rnn/999")),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_file_is_rejected_in_one_line(tmp_path: Path, content: bytes):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(ForeignFileError, match=r"^path: .+ 받은 값: '.+x\.npz' \(.+\)$"):
        load_arrays(path)


def test_file_cut_at_any_place_is_rejected(tmp_path: Path):
    path = tmp_path / "x.npz"
    save_arrays(path, {"config": {}}, {"weight": np.random.default_rng(0).normal(size=200)})
    whole = path.read_bytes()
    for kept in np.linspace(0, len(whole) - 1, 40, dtype=int):
        path.write_bytes(whole[:kept])
        with pytest.raises(ForeignFileError, match="받은 값"):
            load_arrays(path)


def test_file_with_a_flipped_byte_in_its_data_is_rejected(tmp_path: Path):
    path = tmp_path / "x.npz"
    save_arrays(path, {}, {"weight": np.random.default_rng(0).normal(size=200)})
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(ForeignFileError):
        load_arrays(path)


def test_code_inside_a_file_is_not_run(tmp_path: Path):
    path, trace = tmp_path / "x.npz", tmp_path / "ran"
    bomb = np.array([Bomb(trace)], dtype=object)
    path.write_bytes(npz(header=header(format=FORMAT), weight=bomb))
    with pytest.raises(ForeignFileError):
        load_arrays(path)
    assert not trace.exists()


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_missing_file_is_named(tmp_path: Path, kind: str):
    if kind == "folder":
        (tmp_path / "x.npz").mkdir()
    with pytest.raises(FileNotFoundError, match=r"^path: .+ 받은 값: '.+x\.npz'$"):
        load_arrays(tmp_path / "x.npz")
