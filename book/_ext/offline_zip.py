"""지은 책을 한 파일로 묶습니다. 풀어서 ``index.html`` 을 열면 인터넷 없이 그대로 읽힙니다.

같은 책이면 같은 파일입니다. 차례를 고르게 하고, 날짜는 ``SOURCE_DATE_EPOCH`` 에서 옵니다. 없으면
1980년입니다.
"""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path
from typing import BinaryIO

from cosine_rnn.support.storage import locked, write_whole

NAME = "cosine-rnn-book"
EARLIEST = 315_532_800  # zip이 적을 수 있는 가장 이른 때(1980-01-01)


def zip_date() -> tuple[int, int, int, int, int, int]:
    """묶음 속 파일의 날짜.

    Raises:
        ValueError: ``SOURCE_DATE_EPOCH`` 가 0 이상의 정수가 아닐 때.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", str(EARLIEST))
    if not given.isdecimal():
        raise ValueError(f"SOURCE_DATE_EPOCH: 0 이상의 정수여야 합니다. 받은 값: {given!r}")
    return time.gmtime(max(int(given), EARLIEST))[:6]


def pack(html: Path, target: Path) -> None:
    """``html`` 의 책을 모두 ``target`` 에 묶습니다. 다 묶은 다음에 그 이름이 됩니다."""
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"지은 책이 없습니다: {html}. make book을 먼저 부르세요.")
    with locked(html):  # 짓는 동안에는 기다립니다.
        pack_folder(html, target, NAME)


def pack_folder(folder: Path, target: Path, root: str) -> None:
    """``folder`` 의 파일을 모두, 풀면 ``root`` 폴더가 되게 ``target`` 에 묶습니다."""
    date = zip_date()

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = f"{root}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, date)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                packed.writestr(entry, path.read_bytes())

    write_whole(target, write)


def main() -> None:
    """``_build`` 의 책을 묶고 크기를 알립니다."""
    started = time.perf_counter()
    build = Path(__file__).parents[2] / "_build"
    target = build / f"{NAME}.zip"
    try:
        pack(build / "html", target)
    except (OSError, ValueError) as error:
        sys.exit(
            f"묶지 못했습니다: {error}\n"
            "까닭을 없앤 다음 make zip을 다시 부르십시오. 지난번에 묶은 파일은 그대로입니다."
        )
    size, seconds = target.stat().st_size / 1e6, time.perf_counter() - started
    print(f"묶음: {target} ({size:.1f} MB, {seconds:.0f}초)")


if __name__ == "__main__":
    main()
