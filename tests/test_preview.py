"""고치면서 보는 서버. 짓는 일은 다른 시험이 보고, 여기서는 내놓는 일을 봅니다."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import preview
import pytest


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "book" / "a.html").write_text("<body><p>글</p></body>", "utf-8")
    (folder / "404.html").write_text("<body>그런 쪽이 없습니다</body>", "utf-8")
    (folder / "a.css").write_text("p{}", "utf-8")
    return folder


def test_only_what_changed_is_shown_again_and_the_browser_is_told(built: Path, tmp_path: Path):
    shown = tmp_path / "shown"
    preview.show(built, shown)
    before = {path: path.stat().st_mtime_ns for path in shown.rglob("*") if path.is_file()}
    (built / "book" / "a.html").write_text("<body><p>고친 글</p></body>", "utf-8")
    preview.show(built, shown)
    after = {path: path.stat().st_mtime_ns for path in shown.rglob("*") if path.is_file()}
    changed = {path.name for path, time in after.items() if before[path] != time}
    assert changed == {"a.html", "build.txt"}
    assert (shown / "build.txt").read_text("utf-8") == "2"
    page = (shown / "book" / "a.html").read_text("utf-8")
    assert "고친 글" in page
    assert '<script src="/preview.js"' in page
    assert "preview.js" not in (built / "book" / "a.html").read_text("utf-8")


@pytest.fixture
def address(built: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = preview.serve(built, port)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pages_are_served_fresh_and_a_wrong_address_gets_the_book_s_own_page(address: str):
    with urllib.request.urlopen(f"{address}/book/a.html") as answer:
        assert "글" in answer.read().decode()
        assert answer.headers["Cache-Control"] == "no-store"
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}/nowhere.html")
    with missing.value as answer:
        assert (answer.code, "그런 쪽이 없습니다" in answer.read().decode()) == (404, True)


def test_busy_port_is_answered_by_the_next_free_one(built: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        server = preview.serve(built, port)
        assert server.server_port > port
        server.shutdown()
        server.server_close()
        monkeypatch.setattr(preview, "TRIED_PORTS", 1)
        with pytest.raises(click.ClickException, match=f"^port: .+받은 값: {port}$"):
            preview.serve(built, port)


@pytest.mark.parametrize(
    ("path", "restarts"),
    [
        ("book/cosine/mlp.md", False),
        ("code/cosine_rnn/data/words.csv", False),
        ("book/_ext/claims.py", True),
        ("code/cosine_rnn/support/checks.py", True),
        ("book/terms.yml", True),
        ("book/_static/lab/gates.js", True),
        ("book/_static/book.css", False),
    ],
)
def test_code_that_is_already_loaded_needs_a_restart(path: str, restarts: bool):
    assert preview.needs_restart([str(preview.ROOT / path)]) is restarts
