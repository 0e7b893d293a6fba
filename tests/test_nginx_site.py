"""건네는 nginx의 설정: 머리와 누르기를 실제 nginx에서, 틀린 자리는 쓰기 전에 봅니다."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import check_site
import content_policy
import nginx_site
import pytest
import system_packages
from bs4 import BeautifulSoup

PAGE = '<html><head><meta charset="utf-8"></head><script>run()</script>글 {0}</html>'
FRAME_RULE = "frame-ancestors 'self'"
FILES = {
    "index.html": "text/html",
    "book/index.html": "text/html",
    "_static/site.css": "text/css",
    "_static/site.js": "application/javascript",
    "_images/drawing.svg": "image/svg+xml",
    "book/index.md": "text/plain",
    "notebooks/rnn.ipynb": "text/plain",
}


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """빈칸과 한글이 있는 폴더의 작은 책."""
    folder = tmp_path_factory.mktemp("지은 책")
    for name in (*FILES, "404.html"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        page = BeautifulSoup(PAGE.format("가" * 500), "html.parser")
        content_policy.add_policy(page)
        path.write_text(str(page), "utf-8")
    return folder


@pytest.fixture(scope="module")
def base(html: Path) -> Iterator[str]:
    if absent := system_packages.missing(["nginx"]):
        pytest.skip(f"없는 프로그램입니다: {absent}")
    with check_site.served(html) as address:
        yield address


def answer(address: str) -> tuple[int, Message, bytes]:
    try:
        with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as got:
            return got.status, got.headers, got.read()
    except HTTPError as got:
        with got:
            return got.code, got.headers, got.read()


@pytest.mark.parametrize("name", [*FILES, "book/none.html"])
def test_every_answer_carries_its_headers(base: str, html: Path, name: str):
    status, headers, body = answer(base + name)
    kind = FILES.get(name, "text/html")
    assert status == (200 if name in FILES else 404)
    documents = {  # 브라우저가 쪽으로 열어 스크립트를 돌릴 수 있는 것만.
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    opened = kind in ("text/html", "image/svg+xml")
    for header, value in documents.items():
        assert headers[header] == (value if opened else None)
    policy = headers["Content-Security-Policy"]
    assert (policy is not None) == opened
    if policy:
        assert policy.split("; ")[-1] == FRAME_RULE
        assert f"script-src 'self' {content_policy.source_hash('run()')}" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "nginx"  # 판을 말하지 않습니다.
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == (html / (name if name in FILES else "404.html")).read_bytes()
    said = "" if kind == "image/svg+xml" else "; charset=utf-8"  # SVG는 제 글에서 말합니다.
    assert headers["Content-Type"] == f"{kind}{said}"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("book/index.html", "no-cache"),
        ("", "no-cache"),
        ("book/none.html", "no-cache"),
        ("_static/site.css?v=0a1b", "public, max-age=31536000, immutable"),
        ("_static/site.js", "public, max-age=3600"),
    ],
)
def test_only_what_has_a_version_is_kept_for_long(base: str, asked: str, kept: str):
    _, headers, _ = answer(base + asked)
    assert headers["Cache-Control"] == kept


def test_a_page_that_did_not_change_is_not_sent_again(base: str):
    address = f"{base}book/index.html"
    _, headers, _ = answer(address)
    again = Request(address, headers={"If-None-Match": headers["ETag"], "Accept-Encoding": "gzip"})
    with pytest.raises(HTTPError) as got:
        urlopen(again)
    with got.value:
        assert (got.value.code, got.value.read()) == (304, b"")


@pytest.mark.parametrize("path", ["/a;b/", '/a"/', "/$host/", "/a\n/"])
def test_a_path_that_would_be_read_as_a_setting_is_refused(html: Path, path: str):
    with pytest.raises(ValueError, match=f"^prefix: .*받은 값: {re.escape(repr(path))}"):
        nginx_site.settings(html, listen="80", prefix=path)
    with pytest.raises(ValueError, match=r"^html: .*받은 값"):
        nginx_site.settings(html / path.strip("/"), listen="80", prefix="/")


def test_no_book_no_settings(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="make book"):
        nginx_site.settings(tmp_path, listen="80", prefix="/")
    (tmp_path / "a.html").write_text("<html><head></head></html>", "utf-8")
    with pytest.raises(ValueError, match="Content-Security-Policy"):
        nginx_site.settings(tmp_path, listen="80", prefix="/")
