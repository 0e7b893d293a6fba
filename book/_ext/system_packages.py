"""없는 시스템 꾸러미를 일을 시작하기 전에 이름으로 알립니다: ``system_packages.py 이름 …``."""

from __future__ import annotations

import os
import shutil
import sys

COMMANDS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "default-jre-headless": ("java",),
    "epubcheck": ("/usr/share/java/epubcheck.jar",),
    "poppler-utils": ("pdftotext",),
}
"""Debian의 꾸러미마다 그것이 주는 프로그램이나 파일. 하나만 있으면 됩니다."""


def path_of(package: str) -> str:
    """꾸러미가 주는 프로그램의 길.

    Raises:
        FileNotFoundError: 없을 때.
    """
    for name in COMMANDS[package]:
        if found := (name if os.path.isfile(name) else shutil.which(name)):
            return found
    raise FileNotFoundError(f"없는 시스템 꾸러미입니다: {package} (apt-get install {package})")


def main() -> None:
    """없는 꾸러미가 있으면 모두 알리고 멈춥니다."""
    said = []
    for package in sys.argv[1:]:
        try:
            path_of(package)
        except FileNotFoundError as error:
            said.append(str(error))
    if said:
        sys.exit("\n".join(said))


if __name__ == "__main__":
    main()
