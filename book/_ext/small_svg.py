"""Matplotlib이 그린 그림을, 보이는 것은 그대로 두고 줄입니다.

그림의 글자는 윤곽으로 들어 있고, 글자가 많으면 그것이 그림의 절반을 넘습니다. 윤곽의 점을 원점이
아니라 앞 점에서 얼마나 떨어져 있는지로 적으면 수가 짧아져 더 잘 눌립니다. 윤곽의 수는 정수이므로
반올림이 없습니다.
"""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

OUTLINE = re.compile(r'(?<= d=")M[MLQCz\d\s-]*(?=")')
"""정수의 절대 좌표로만 적은 윤곽."""
LETTERS = {"moveTo": "m", "lineTo": "l", "qCurveTo": "q", "curveTo": "c"}


def smaller(svg: str) -> str:
    """윤곽을 상대 좌표로 적은 같은 그림. 이미 그렇게 적은 그림은 그대로입니다."""
    return OUTLINE.sub(lambda found: relative(found[0]), svg)


def relative(outline: str) -> str:
    """정수의 절대 좌표로 적은 윤곽을 상대 좌표로. 굽은 선의 점들은 그 선이 시작한 점에서 셉니다."""
    pen = RecordingPen()
    parse_path(outline, pen)
    written, at, start = [], (0, 0), (0, 0)
    for command, points in pen.value:
        if command == "endPath":  # 닫지 않고 끝난 선. 다음 점은 여기서 셉니다.
            continue
        if command == "closePath":
            written.append("z")
            at = start
            continue
        steps = [f"{x - at[0]:.0f} {y - at[1]:.0f}" for x, y in points]
        written.append(LETTERS[command] + " ".join(steps).replace(" -", "-"))
        at = points[-1]
        if command == "moveTo":
            start = at
    return "".join(written)


def shrink(folder: Path) -> None:
    """``folder`` 의 SVG를 줄입니다. 이미 줄인 것에는 손대지 않습니다."""
    for path in sorted(folder.glob("*.svg")):
        text = path.read_text("utf-8")
        if (small := smaller(text)) != text:
            path.write_text(small, "utf-8")
