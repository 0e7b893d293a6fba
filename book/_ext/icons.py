"""책의 단추에 쓰는 그림. 테마가 받아 오는 글꼴 대신 쪽에 그대로 넣습니다."""

from __future__ import annotations

# 한 변이 24인 칸에 굵기 2의 선으로 그립니다. 이름은 테마의 틀이 부르는 이름입니다.
SHAPES = {
    "fa-angle-left": '<path d="m15 5-7 7 7 7"/>',
    "fa-angle-right": '<path d="m9 5 7 7-7 7"/>',
    "fa-arrow-up": '<path d="M12 20V5m-7 7 7-7 7 7"/>',
    "fa-bars": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "fa-circle-half-stroke": (
        '<circle cx="12" cy="12" r="9"/><path fill="currentColor" d="M12 3a9 9 0 0 1 0 18z"/>'
    ),
    "fa-list": '<path d="M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01"/>',
    "fa-magnifying-glass": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5.5 5.5"/>',
    "fa-moon": '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
    "fa-sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2v2.5m0 15V22M2 12h2.5m15 0H22'
        'M4.9 4.9l1.8 1.8m10.6 10.6 1.8 1.8m0-14.2-1.8 1.8M6.7 17.3l-1.8 1.8"/>'
    ),
}


def icon(name: str) -> str:
    """``name`` 의 그림. 뜻은 단추의 이름이 말하므로 화면 낭독기에는 숨깁니다."""
    if name not in SHAPES:
        raise ValueError(f"name: 그려 둔 그림이어야 합니다: {', '.join(SHAPES)}. 받은 값: {name!r}")
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none"'
        ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        f' aria-hidden="true" focusable="false">{SHAPES[name]}</svg>'
    )
