"""쪽마다 콘텐츠 보안 정책(CSP)을 넣습니다. 다른 호스트와 밖에서 끼어든 스크립트를 막습니다."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

NAME = "Content-Security-Policy"
RUN = (None, "", "text/javascript", "module")
"""브라우저가 실행하는 스크립트의 꼴. 자료(JSON)는 실행하지 않으므로 허락할 것이 없습니다."""

FRAMED_BY = "frame-ancestors 'self'"
"""책을 틀에 넣어도 되는 곳. 쪽 안에 적은 것은 브라우저가 읽지 않고, 서버의 머리로만 됩니다."""


def source_hash(text: str) -> str:
    """쪽 안에 든 글 하나를 허락하는 값."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(page: BeautifulSoup) -> str:
    """쪽의 정책. 쪽 안의 스크립트와 스타일은 그 값으로만 허락합니다."""
    inside = [s for s in page("script") if not s.get("src") and s.get("type") in RUN]
    scripts = {source_hash(node.string or "") for node in inside}
    styles = {source_hash(node.string or "") for node in page("style")}
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *sorted(scripts)]),
        "style-src-elem": " ".join(["'self'", *sorted(styles)]),
        # 수식은 글자의 자리를 style 속성으로 정합니다.
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def merged(policies: Iterable[str]) -> str:
    """여러 쪽의 정책을 하나로. 어느 쪽에나 보낼 수 있는 서버의 머리입니다."""
    rules: dict[str, set[str]] = {}
    for one in policies:
        for rule in one.split("; "):
            name, *values = rule.split()
            rules.setdefault(name, set()).update(values)
    said = [f"{name} {' '.join(sorted(values))}" for name, values in rules.items()]
    return "; ".join([*said, FRAMED_BY])


def policy_of(page: BeautifulSoup) -> str:
    """다 지은 쪽에 적힌 정책.

    Raises:
        ValueError: 적혀 있지 않을 때.
    """
    tag = page.find("meta", attrs={"http-equiv": NAME})
    if not isinstance(tag, Tag):
        raise ValueError(f"쪽마다 {NAME}이 있어야 합니다.")
    return str(tag["content"])


def add_policy(page: BeautifulSoup) -> None:
    """정책을 머리의 맨 앞, 글자 부호 다음에 넣습니다."""
    tag = page.new_tag("meta", attrs={"http-equiv": NAME})
    tag["content"] = policy(page)
    assert page.head is not None
    page.head.insert(1, tag)
