"""보안 정책이 쪽에 든 스크립트만 허락하는지 봅니다. 브라우저가 지키는지는 test_site가 봅니다."""

from __future__ import annotations

import base64

from bs4 import BeautifulSoup
from content_policy import add_policy, merged, source_hash


def policy(html: str) -> dict[str, list[str]]:
    page = BeautifulSoup(f'<head><meta charset="utf-8">{html}</head>', "html.parser")
    add_policy(page)
    assert page.head is not None
    second = page.head.find_all(True, recursive=False)[1]
    assert second["http-equiv"] == "Content-Security-Policy"
    rules = [rule.split() for rule in str(second["content"]).split("; ")]
    return {name: values for name, *values in rules}


def test_hash_is_the_one_of_the_standard():
    # 빈 글의 SHA-256: RFC 6234와 FIPS 180-4가 싣는 값입니다.
    digest = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert source_hash("") == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_only_the_scripts_of_the_page_may_run():
    rules = policy('<script>한 줄</script><script src="a.js"></script>')
    assert rules["script-src"] == ["'self'", source_hash("한 줄")]
    assert rules["default-src"] == ["'none'"]


def test_no_rule_lets_in_another_host():
    for name, values in policy("<style>p{}</style>").items():
        assert not [v for v in values if "//" in v or v in ("*", "https:", "http:")], name


def test_data_that_is_never_run_needs_no_permission():
    rules = policy('<script type="application/ld+json">{}</script><script type="module">a</script>')
    assert rules["script-src"] == ["'self'", source_hash("a")]


def test_one_header_lets_every_page_work_and_nothing_else():
    pages = [
        policy(html) for html in ("<script>하나</script>", "<script>둘</script><style>p{}</style>")
    ]
    written = ["; ".join(" ".join([n, *v]) for n, v in page.items()) for page in pages]
    rules = {name: {*v} for name, *v in map(str.split, merged(written).split("; "))}
    assert rules.pop("frame-ancestors") == {"'self'"}
    assert rules.keys() == pages[0].keys()
    for name, values in rules.items():
        assert values == {v for page in pages for v in page[name]}
    assert rules["script-src"] == {"'self'", source_hash("하나"), source_hash("둘")}
