"""없는 시스템 꾸러미를 일을 시작하기 전에 이름으로 알립니다: ``system_packages.py 이름 …``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

COMMANDS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "default-jre-headless": ("java",),
    "epubcheck": ("/usr/share/java/epubcheck.jar",),
    "faketime": ("faketime",),
    "firefox-esr": ("firefox-esr", "firefox"),
    "nginx": ("nginx",),
    "poppler-utils": ("pdftotext",),
    "webkit2gtk-driver": ("WebKitWebDriver",),
    "wrk": ("wrk",),
    "xauth": ("xauth",),
    "xvfb": ("Xvfb",),
}
"""Debian의 꾸러미마다 그것이 주는 프로그램이나 파일. 하나만 있으면 됩니다."""

ADMIN_PATHS = ("/usr/sbin",)
SAID = "없는 시스템 꾸러미입니다: {0} (apt-get install {0})"


def find(package: str) -> str | None:
    """꾸러미가 주는 프로그램의 길. 관리자의 프로그램이 있는 곳도 봅니다."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *ADMIN_PATHS])
    names = COMMANDS[package]
    found = (name if os.path.isfile(name) else shutil.which(name, path=path) for name in names)
    return next(filter(None, found), None)


def missing(packages: Iterable[str]) -> list[str]:
    """없는 꾸러미의 이름."""
    return [package for package in packages if find(package) is None]


def path_of(package: str) -> str:
    """꾸러미가 주는 프로그램의 길.

    Raises:
        FileNotFoundError: 없을 때.
    """
    if found := find(package):
        return found
    raise FileNotFoundError(SAID.format(package))


def main() -> None:
    """없는 꾸러미가 있으면 모두 알리고 멈춥니다."""
    if absent := missing(sys.argv[1:]):
        sys.exit("\n".join(map(SAID.format, absent)))


if __name__ == "__main__":
    main()
