"""쪽을 마지막으로 고친 날을 git에서 찾습니다. 알 수 없으면 그 까닭을 말합니다."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

EPOCH = "SOURCE_DATE_EPOCH"
NO_GIT = "이 책을 지은 자리에 git의 기록이 없어, 이 쪽을 마지막으로 고친 날을 모릅니다."
SHALLOW = "기록의 앞부분이 없는 얕은 클론에서 지어, 이 쪽을 마지막으로 고친 날을 모릅니다."
NEW = "아직 커밋하지 않은 쪽이라, 마지막으로 고친 날이 없습니다."
EDITED = "커밋하지 않은 고침이 있습니다. 날짜는 마지막 커밋의 것입니다."
PACKED = "대신 적은 날짜는 소스를 묶은 날입니다. 쪽을 고친 날은 그날이거나 그 전입니다."


@dataclass(frozen=True)
class Change:
    """마지막으로 고친 때.

    Attributes:
        time: 협정 세계시. 모르면 ``None``.
        note: 모르는 까닭이나 덧붙일 것. 없으면 빈 글.
    """

    time: datetime | None
    note: str = ""

    @property
    def day(self) -> date | None:
        """마지막으로 고친 날."""
        return self.time.date() if self.time else None


def packed_time() -> datetime | None:
    """소스를 묶은 때(``SOURCE_DATE_EPOCH``). 정하지 않았으면 ``None``.

    Raises:
        ValueError: 0 이상의 정수가 아니거나, 달력에 없는 때일 때.
    """
    given = os.environ.get(EPOCH)
    if given is None:
        return None
    if not given.isdecimal() or int(given) > 253_402_300_799:
        raise ValueError(f"{EPOCH}: 9999년까지의 초를 센 정수여야 합니다. 받은 값: {given!r}")
    return utc(int(given))


def utc(seconds: int) -> datetime:
    """1970년부터 센 초의 때."""
    return datetime.fromtimestamp(seconds, timezone.utc)


class History:
    """``folder`` 에 있는 파일들의 기록. 지을 때마다 새로 엽니다."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, Change] = {}
        found = self.git("rev-parse", "--git-path", "shallow")
        self.has_git = found is not None
        shallow = folder / (found or "").strip()
        self.cut = set(shallow.read_text("utf-8").split()) if found and shallow.is_file() else set()
        edited = self.git("diff", "--name-only", "--relative", "-z", "HEAD") or ""
        self.edited = {name for name in edited.split("\0") if name}

    def git(self, *words: str) -> str | None:
        """git의 답. git이 없거나 거절하면 ``None``."""
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), "-c", "core.quotePath=false", *words],
                capture_output=True,
                check=True,
                # 묻기만 하고 저장소에 쓰지 않습니다.
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout.decode("utf-8", "replace")

    def change(self, name: str) -> Change:
        """``folder`` 에서 본 파일이나 폴더를 마지막으로 고친 때."""
        if name not in self.known:
            self.known[name] = self.find(name)
        return self.known[name]

    def find(self, name: str) -> Change:
        """git에 묻습니다. git이 모르면 소스를 묶은 때를 씁니다."""
        answer = (self.git("log", "-1", "--format=%H %ct", "--", name) or "").split()
        if not self.has_git:
            return self.unknown(NO_GIT)
        if not answer:
            return self.unknown(NEW)
        commit, seconds = answer
        if commit in self.cut:
            return self.unknown(SHALLOW)
        edited = any(name in (".", one) or one.startswith(f"{name}/") for one in self.edited)
        return Change(utc(int(seconds)), EDITED if edited else "")

    def unknown(self, why: str) -> Change:
        """git이 모르는 파일의 때."""
        packed = packed_time()
        return Change(packed, f"{why} {PACKED}" if packed else why)

    def lines(self, name: str) -> list[datetime | None]:
        """파일의 줄마다 마지막으로 고친 때. 모르는 줄은 소스를 묶은 때이거나 ``None`` 입니다."""
        count = len((self.folder / name).read_text("utf-8").splitlines())
        told = self.git("blame", "--line-porcelain", "--", name)
        if told is None:
            return [packed_time()] * count
        times: list[datetime | None] = []
        commit, time = "", None
        for row in told.split("\n"):
            words = row.split(" ")
            if row.startswith("\t"):
                unsure = commit in self.cut or not commit.strip("0")
                times.append(packed_time() if unsure else time)
            elif len(words[0]) in (40, 64) and len(words) > 2:
                commit = words[0]
            elif words[0] == "committer-time":
                time = utc(int(words[1]))
        return times
