"""판으로 낼 것을 한 폴더에 모읍니다: 묶은 책, PDF, EPUB, 노트북, 목록, 검사합.

목록(``manifest.json``)은 어느 소스에서 어떤 도구로 지었는지와 파일마다의 크기, 검사합을 적습니다.
검사합(``SHA256SUMS``)은 받은 사람이 ``sha256sum --check SHA256SUMS`` 로 견줍니다.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from book_facts import read_book
from offline_zip import NAME, pack_folder

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "_build"
LOCK = "requirements-hashed.txt"
TOOLS = ("jupyter-book", "sphinx", "tensorflow", "keras", "numpy")
MADE = {
    f"{NAME}.zip": "인터넷 없이 읽는 책",
    f"pdf/{NAME}.pdf": "찍어 볼 책",
    f"epub/{NAME}.epub": "전자책",
}
"""지은 것마다의 ``_build`` 에서 본 자리와 무엇인지."""

NOTEBOOKS = f"{NAME}-notebooks"


def source_commit(root: Path) -> str | None:
    """소스의 커밋. 커밋하지 않은 고침이 있으면 ``-dirty`` 가 붙고, git의 기록이 없으면 ``None``."""
    asked = [
        "git",
        "-C",
        str(root),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
        "--exclude=*",
    ]
    try:
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def checksum(path: Path) -> str:
    """파일의 SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def collect(build: Path, target: Path) -> dict[str, Any]:
    """``build`` 에 지은 것을 ``target`` 에 모으고, 적은 목록을 돌려줍니다. 전에 모은 것은 지웁니다.

    Raises:
        FileNotFoundError: 지은 것이 모자랄 때. 아무것도 지우지 않습니다.
    """
    parts = [*(build / name for name in MADE), build / "html" / "notebooks"]
    missing = [str(path.relative_to(build)) for path in parts if not path.exists()]
    if missing:
        raise FileNotFoundError(f"지은 것이 없습니다: {', '.join(missing)}")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    about = {Path(name).name: what for name, what in MADE.items()}
    about[f"{NOTEBOOKS}.zip"] = "노트북. 결과까지 든 것과 결과를 뺀 것(_blank)"
    for path in parts[:-1]:
        shutil.copy2(path, target)
    pack_folder(parts[-1], target / f"{NOTEBOOKS}.zip", NOTEBOOKS)
    files = [
        {
            "name": name,
            "what": what,
            "bytes": (target / name).stat().st_size,
            "sha256": checksum(target / name),
        }
        for name, what in about.items()
    ]
    book = read_book()
    manifest = {
        "title": book.title,
        "version": book.version,
        "commit": source_commit(ROOT),
        "lock": {"name": LOCK, "sha256": checksum(ROOT / LOCK)},
        "tools": {name: version(name) for name in TOOLS},
        "files": files,
    }
    (target / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    sums = {file["name"]: file["sha256"] for file in files}
    sums["manifest.json"] = checksum(target / "manifest.json")
    lines = [f"{found}  {name}\n" for name, found in sums.items()]
    (target / "SHA256SUMS").write_text("".join(lines), "utf-8")
    return manifest


def main() -> None:
    """``_build/release`` 에 모으고 파일마다의 크기와 걸린 시간을 알립니다."""
    started = time.perf_counter()
    target = BUILD / "release"
    try:
        manifest = collect(BUILD, target)
    except (OSError, ValueError) as error:
        sys.exit(f"모으지 못했습니다: {error}\n까닭을 없앤 다음 make release를 다시 부르십시오.")
    for file in manifest["files"]:
        print(f"{file['name']}: {file['what']} ({file['bytes'] / 1e6:.1f} MB)")
    print(f"판: {target} ({time.perf_counter() - started:.0f}초)")


if __name__ == "__main__":
    main()
