"""지은 책을 내놓는 nginx의 설정을 씁니다. ``make nginx`` 가 부릅니다.

본은 ``book/_server/nginx.conf`` 입니다. 보안 정책은 지은 쪽에 적힌 것에서 옵니다.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import content_policy
import site_address
from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from cosine_rnn.support.storage import write_whole
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "book" / "_server" / "nginx.conf"
ANYONE = "_"
"""주소를 모를 때의 server_name. 어느 이름으로 불러도 답합니다."""


def site_policy(html: Path) -> str:
    """``html`` 의 모든 쪽에 보낼 수 있는 정책.

    Raises:
        FileNotFoundError: 지은 쪽이 없을 때.
        ValueError: 정책이 없는 쪽이 있을 때.
    """
    pages = sorted(html.rglob("*.html"))
    if not pages:
        raise FileNotFoundError(f"지은 책이 없습니다: {html}. make book을 먼저 부르세요.")
    only = SoupStrainer("meta")
    read = (BeautifulSoup(p.read_text("utf-8"), "html.parser", parse_only=only) for p in pages)
    return content_policy.merged(map(content_policy.policy_of, read))


def settings(html: Path, *, listen: str, prefix: str, name: str = ANYONE) -> str:
    """본의 자리를 채운 설정.

    Args:
        html: 지은 책의 폴더.
        listen: 들을 주소와 포트.
        prefix: 책이 놓일 경로. ``/`` 로 시작하고 끝납니다.
        name: 서버의 이름.

    Raises:
        ValueError: nginx가 달리 읽는 글자가 폴더나 경로에 있을 때.
    """
    for argument, path in (("html", str(html)), ("prefix", prefix)):
        if re.search(r"[\"'$\\;{}\n]", path):
            rule = "따옴표와 $, 역빗금, 쌍반점, 중괄호, 줄바꿈이 없는 경로여야 합니다"
            raise ValueError(f"{argument}: {rule}. 받은 값: {path!r}")
    values = {
        "html": str(html),
        "listen": listen,
        "name": name,
        "policy": site_policy(html),
        "prefix": prefix,
    }
    return re.sub("@([a-z]+)@", lambda found: values[found[1]], TEMPLATE.read_text("utf-8"))


def main() -> None:
    """``BOOK_URL`` 의 이름과 경로로 내놓는 설정을 씁니다. 모르면 어느 이름이나, 뿌리입니다."""
    build = ROOT / "_build"
    target = build / "nginx.conf"
    try:
        address = urlsplit(site_address.book_address())
        name, prefix = address.hostname or ANYONE, unquote(address.path) or "/"
        text = settings(build / "html", listen="80", prefix=prefix, name=name)
    except (OSError, ValueError, ExtensionError) as error:
        sys.exit(str(error))
    write_whole(target, lambda file: file.write(text.encode()))
    print(f"설정: {target}")


if __name__ == "__main__":
    main()
