"""다 지은 다음 경고를 한 번 더 모아 보입니다. 경고는 오류이므로, 고칠 곳이 끝에 보여야 합니다."""

from __future__ import annotations

import copy
import logging
import sys

from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE, WarningLogRecordTranslator


class Collected(logging.Handler):
    """``파일:줄: 까닭`` 꼴로 모은 경고. 실패한 셀의 오류는 이미 기록의 마지막에 있습니다."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.place = WarningLogRecordTranslator(app)
        self.lines: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """경고 하나를 모읍니다. 같은 것은 한 번만 셉니다."""
        if record.levelno == logging.WARNING:
            # 자리를 적으면 기록이 바뀌고, Sphinx가 같은 기록을 뒤이어 읽습니다.
            told = copy.copy(record)
            self.place.filter(told)  # pyright: ignore[reportArgumentType]
            self.lines[told.getMessage().replace("WARNING: ", "", 1)] = None

    def tell(self, app: Sphinx, error: Exception | None) -> None:
        """모은 것을 보입니다."""
        if self.lines:
            print(f"\n고칠 곳 {len(self.lines)}개:", *self.lines, sep="\n", file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    collected = Collected(app)
    logging.getLogger(NAMESPACE).addHandler(collected)
    app.connect("build-finished", collected.tell, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
