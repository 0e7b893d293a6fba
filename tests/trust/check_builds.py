"""짓는 일의 고장: 죽임, 찬 디스크, 쓸 수 없는 자리, 상한 파일, 둘이 함께, 시계, 로캘, 없는 인터넷.

이 책의 확장과 Makefile로 두 장짜리 책을 짓습니다. 길에 빈칸과 한글이 있고 git이 모르는 자리입니다.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import system_packages
import whole_build
from small_book import PATIENCE, SmallBook

KILLS = 8
SECOND = "book/second.html"
FOLLOWS = (SECOND, "book/second.md", "_static/search-index.js")
"""둘째 쪽을 고치면 바뀌는 파일들."""

MEASURED = "notebooks"
"""첫 셀에 실행한 시간과 메모리를 적는 곳."""

Files = dict[str, bytes]
Ledger = Callable[..., None]


def files_of(book: SmallBook) -> Files:
    found = {path.relative_to(book.html).as_posix(): path.read_bytes() for path in book.outputs()}
    return {name: text for name, text in found.items() if not name.startswith(MEASURED)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallBook, Path, Files]:
    """처음부터 지은 책과, 그때 지은 것의 사본, 그 파일들."""
    folder = tmp_path_factory.mktemp("고장") / "새 학기 책"
    folder.mkdir()
    book = SmallBook(folder, folder.with_name("cache"))
    code, said = book.make()
    assert code == 0, said
    kept = folder.with_name("kept")
    shutil.copytree(book.built, kept, symlinks=True)
    return book, kept, files_of(book)


@pytest.fixture
def book(built: tuple[SmallBook, Path, Files]) -> Iterator[SmallBook]:
    """막 지은 책. 시험이 고친 것은 되돌립니다."""
    book, kept, _ = built
    shutil.rmtree(book.built, ignore_errors=True)
    shutil.copytree(kept, book.built, symlinks=True)
    second = book.read("second")
    yield book
    book.write("second", second)


@pytest.fixture
def cold(built: tuple[SmallBook, Path, Files]) -> Files:
    """처음부터 지었을 때의 파일들."""
    return built[2]


def edit(book: SmallBook) -> None:
    book.write("second", book.read("second").replace("글입니다", "고친 글입니다"))


def assert_as_cold(book: SmallBook, cold: Files, *, edited: bool = False) -> None:
    """처음부터 지은 것과 같은지. 고쳤으면 고친 쪽과 그것에서 나온 것만 다릅니다."""
    now = files_of(book)
    if not edited:
        assert now == cold
        return
    assert "고친 글입니다" in now[SECOND].decode()
    assert now.keys() == cold.keys()
    for name in now.keys() - set(FOLLOWS):
        assert unversioned(now[name]) == unversioned(cold[name]), name


def unversioned(text: bytes) -> bytes:
    """스타일과 스크립트의 주소에 붙는 번호를 뺀 것. 찾기의 색인이 바뀌면 모든 쪽에서 바뀝니다."""
    return re.sub(rb"\?v=\w+", b"", text)


def mend(book: SmallBook, cold: Files, *, edited: bool = False) -> str:
    code, said = book.make()
    assert code == 0, said
    assert_as_cold(book, cold, edited=edited)
    return said


def in_namespace(script: str) -> list[str]:
    """다른 것에 보이지 않는 마운트를 하고 명령을 부릅니다. 관리자가 아니어도 됩니다."""
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    tried = subprocess.run([*apart, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False)
    if tried.returncode:
        said = tried.stderr.decode().strip()
        pytest.skip(f"이 기계에서는 마운트할 수 없어 보지 못했습니다: {said}")
    return [*apart, f'{script} && exec "$@"', "sh"]


def kill(running: psutil.Popen) -> None:
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=PATIENCE)


def test_killed_at_random_moments(book: SmallBook, cold: Files, ledger: Ledger):
    """The moments are drawn by a seed, so that a run can be repeated."""
    drawn = random.Random(0)
    for round_ in range(KILLS):
        if round_ % 4 == 2:  # 실행도 다시 하게 합니다.
            shutil.rmtree(book.built)
        edit(book) if round_ == 0 else None
        running = book.start()
        try:
            running.communicate(timeout=drawn.uniform(1, 20))
        except subprocess.TimeoutExpired:
            kill(running)
        if round_ % 4 == 3:
            mend(book, cold, edited=True)
    mend(book, cold, edited=True)
    ledger("빌드를 아무 때나 kill -9로 죽이고 다시 지음", KILLS)


@pytest.mark.parametrize("size", ["300k", "2m"])
def test_disk_that_fills_up(book: SmallBook, cold: Files, ledger: Ledger, size: str):
    shutil.rmtree(book.built)
    book.built.mkdir()
    # 장치의 이름까지 대면 처음의 설정을 이어받지 않습니다. 관리자가 아니면 이어받지 못합니다.
    script = (
        f"mount -t tmpfs -o size={size} tmpfs _build && "
        "{ make book; echo code=$?; mount -o remount,size=200m tmpfs _build; }"
    )
    code, said = book.make(before=in_namespace(script))
    full, _, roomy = said.partition("code=")
    assert not roomy.startswith("0"), said
    assert "남은 자리를 보고" in full or "남은 자리와" in full
    assert code == 0, roomy
    ledger(f"{size}인 디스크가 차서 멈춘 빌드를 자리를 만들고 다시 지음", 1)


def test_checkout_that_cannot_be_written(book: SmallBook, cold: Files, ledger: Ledger):
    there = (
        f"mount --bind '{book.folder}' '{book.folder}' && mount -o remount,ro,bind '{book.folder}'"
    )
    before = in_namespace(f"{there} && cd '{book.folder}'")
    code, said = book.make(before=before)
    assert code == 2
    assert "에 쓸 수 없습니다" in said
    assert "Traceback" not in said
    assert_as_cold(book, cold)
    ledger("쓸 수 없는 저장소에서 지음: 까닭과 할 일을 말하고 멈춤", 1)


def test_home_and_cache_that_cannot_be_written(book: SmallBook, cold: Files, ledger: Ledger):
    shutil.rmtree(book.built)
    code, said = book.make(HOME="/proc/nowhere", COSINE_RNN_CACHE="", XDG_CACHE_HOME="")
    assert code == 0, said
    assert re.search("COSINE_RNN_CACHE: /proc/nowhere.+에 쓸 수 없어", said)
    assert_as_cold(book, cold)
    ledger("쓸 수 없는 집에서 처음부터 지음: 다른 자리를 쓰고 그렇게 말함", 1)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (".jupyter_cache/global.db", "cut"),
        (".jupyter_cache/executed/*/base.ipynb", "cut"),
        (".doctrees/**/*.*", "empty"),
        (".doctrees/**/*.*", "foreign"),
        (".finished.pickle", "cut"),
        (".finished.pickle", "gone"),
        ("html/**/*.*", "cut"),
        ("html/**/*.*", "gone"),
    ],
)
def test_damaged_files(book: SmallBook, cold: Files, ledger: Ledger, name: str, how: str):
    found = [path for path in book.built.glob(name) if path.is_file()]
    for path in found:
        whole = path.read_bytes()
        changed = {"empty": b"", "cut": whole[: len(whole) // 2], "foreign": b"foreign\n" * 99}
        path.write_bytes(changed[how]) if how in changed else path.unlink()
    mend(book, cold)
    ledger(f"{name}을(를) 모두 {how}", len(found))


def test_two_builds_at_once(book: SmallBook, cold: Files, ledger: Ledger):
    shutil.rmtree(book.built)
    both = [book.start(), book.start()]
    said = [running.communicate(timeout=PATIENCE)[0].decode() for running in both]
    assert [running.returncode for running in both] == [0, 0], said
    assert sum(whole_build.WAITING in text for text in said) == 1
    assert_as_cold(book, cold)
    ledger("한 폴더에서 빌드 둘을 함께 돌림", 2)


@pytest.mark.parametrize("jump", ["-2d", "+2d"])
def test_clock_that_jumps(book: SmallBook, cold: Files, ledger: Ledger, jump: str):
    days = int(jump[:-1]) * 86_400
    edit(book)
    path = book.folder / "book" / "second.md"
    then = path.stat().st_mtime + days
    os.utime(path, (then, then))
    code, said = book.make(before=[system_packages.path_of("faketime"), "-f", jump])
    assert code == 0, said
    assert_as_cold(book, cold, edited=True)
    mend(book, cold, edited=True)
    ledger(f"시계를 {jump} 옮기고 고친 쪽을 지음", 1)


def test_locale_without_utf8(book: SmallBook, cold: Files, ledger: Ledger):
    shutil.rmtree(book.built)
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for target in ("book", "zip"):
        code, said = book.make(target, **plain)
        assert code == 0, said
        assert "책: file://" in said
    assert_as_cold(book, cold)
    ledger("UTF-8이 아닌 로캘에서 처음부터 짓고 묶음", 2)


def test_no_network_and_no_git(book: SmallBook, cold: Files, ledger: Ledger, tmp_path: Path):
    shutil.rmtree(book.built)
    for name in ("make", "sh", "cat", "cksum", "mkdir", "python3"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    alone = [
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        "sh",
        "-c",
        'ip link set lo up && PATH="$0" exec "$@"',
    ]
    code, said = book.make(before=[*alone, str(tmp_path)])
    assert code == 0, said
    assert_as_cold(book, cold)
    ledger("인터넷도 git도 없이 처음부터 지음", 1)


def test_moved_folder(book: SmallBook, cold: Files, ledger: Ledger):
    here = book.folder
    book.folder = here.rename(here.with_name("옮긴 책"))
    try:
        shutil.rmtree(book.folder / ".venv")
        book.borrow_installation()
        mend(book, cold)
    finally:
        book.folder = book.folder.rename(here)
        shutil.rmtree(here / ".venv")
        book.borrow_installation()
    ledger("지은 폴더를 옮기고 다시 지음", 1)


@pytest.mark.parametrize(("target", "name"), [("zip", "cosine-rnn-book.zip")])
def test_exports(book: SmallBook, ledger: Ledger, target: str, name: str):
    """An export that is killed or has no room leaves the last one whole."""
    code, said = book.make(target)
    assert code == 0, said
    whole = (book.built / name).read_bytes()
    drawn = random.Random(1)
    for _ in range(3):
        running = book.start(target)
        try:
            running.communicate(timeout=drawn.uniform(4, 12))
        except subprocess.TimeoutExpired:
            kill(running)
        assert (book.built / name).read_bytes() == whole
    small = 'ulimit -f 64 && "$0" book/_ext/offline_zip.py; echo code=$?'
    code, said = book.make(before=["sh", "-c", small, ".venv/bin/python"])
    assert "code=0" not in said
    assert (book.built / name).read_bytes() == whole
    assert book.make(target)[0] == 0
    assert (book.built / name).read_bytes() == whole
    ledger(f"make {target}을 아무 때나 죽이고, 자리 없이 묶고, 다시 묶음", 5)
