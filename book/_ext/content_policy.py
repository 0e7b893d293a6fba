"""쪽마다 콘텐츠 보안 정책(CSP)을 넣습니다. 다른 호스트와 밖에서 끼어든 스크립트를 막습니다."""

from __future__ import annotations

import base64
import hashlib

from bs4 import BeautifulSoup


def source_hash(text: str) -> str:
    """쪽 안에 든 글 하나를 허락하는 값."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(page: BeautifulSoup) -> str:
    """쪽의 정책. 쪽 안의 스크립트와 스타일은 그 값으로만 허락합니다."""
    scripts = {source_hash(node.string or "") for node in page("script") if not node.get("src")}
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


def add_policy(page: BeautifulSoup) -> None:
    """정책을 머리의 맨 앞, 글자 부호 다음에 넣습니다."""
    tag = page.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy"})
    tag["content"] = policy(page)
    assert page.head is not None
    page.head.insert(1, tag)
