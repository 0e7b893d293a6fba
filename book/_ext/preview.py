"""고치면서 봅니다: 원고가 바뀔 때마다 바뀐 쪽을 다시 지어 브라우저에 보입니다.

``make serve`` 가 부릅니다. 짓다가 틀린 곳이 있으면 파일과 줄을 알리고, 마지막으로 잘 지은 책을
그대로 보입니다. 확장이나 꾸러미가 바뀌면 스스로 다시 시작합니다.
"""

from __future__ import annotations

import errno
import functools
import gc
import os
import re
import signal
import sys
import threading
from collections.abc import Iterable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import watchfiles

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "html"
SHOWN = ROOT / "_build" / "preview"
WATCHED = ("book", "images", "code/cosine_rnn", "_config.yml", "_toc.yml", "CITATION.cff")
RESTARTS = re.compile(r"(book/_ext|code/cosine_rnn)/.*\.py|book/[^/]+\.yml|book/_static/lab/.*")
TRIED_PORTS = 20
SCRIPT = """// 지은 책의 번호가 바뀌면 다시 엽니다.
let seen;
setInterval(async () => {
  const now = await (await fetch("/build.txt", { cache: "no-store" })).text();
  if (seen !== undefined && now !== seen) location.reload();
  seen = now;
}, 100);
"""
TAG = '<script src="/preview.js" defer=""></script></body>'


def build() -> bool:
    """바뀐 쪽만 다시 짓습니다. 경고가 있으면 실패입니다."""
    from jupyter_book.cli.main import main as jupyter_book

    os.chdir(ROOT)
    gc.disable()  # 나무를 수십만 마디 만드는 동안 쓰레기를 찾지 않으면 훨씬 빠릅니다.
    try:
        jupyter_book(["build", ".", "-W", "--keep-going", "-q"], standalone_mode=False)
    except SystemExit as error:
        return not error.code
    except Exception as error:  # 책을 고치는 동안에는 어떤 오류에도 멈추지 않습니다.
        click.echo(str(error), err=True)
        return False
    finally:
        gc.enable()
    return True


def show(built: Path, shown: Path) -> None:
    """지은 책에서 바뀐 파일만 보이는 폴더로 옮기고, 브라우저에 알립니다."""
    for path in built.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".html":
                content = content.replace(b"</body>", TAG.encode())
            write_if_changed(shown / path.relative_to(built), content)
    write_if_changed(shown / "preview.js", SCRIPT.encode())
    number = shown / "build.txt"
    count = int(number.read_text("utf-8")) if number.exists() else 0
    number.write_text(str(count + 1), "utf-8")


def write_if_changed(path: Path, content: bytes) -> None:
    """내용이 같으면 손대지 않습니다."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Handler(SimpleHTTPRequestHandler):
    """보이는 폴더의 파일을 내놓습니다. 없는 주소에는 책의 404 쪽을 보입니다."""

    def log_message(self, format: str, *args: Any) -> None:
        """요청마다 적지 않습니다."""

    def end_headers(self) -> None:
        """브라우저가 옛 쪽을 쓰지 않게 합니다."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """책의 404 쪽을 보입니다."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.exists():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def serve(folder: Path, port: int) -> ThreadingHTTPServer:
    """이 컴퓨터에서만 보이는 서버를 띄웁니다. 포트가 쓰이고 있으면 다음 것을 씁니다."""
    handler = functools.partial(Handler, directory=os.fspath(folder))
    for tried in range(port, port + TRIED_PORTS):
        try:
            server = ThreadingHTTPServer(("127.0.0.1", tried), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            continue
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server
    raise click.ClickException(
        f"port: {port}부터 {TRIED_PORTS}개 가운데 빈 포트가 있어야 합니다. 받은 값: {port}"
    )


def needs_restart(paths: Iterable[str]) -> bool:
    """한 번만 읽는 것이 바뀌었는지: 불러온 코드, 말의 목록, 계기의 스크립트."""
    relative = [Path(path).resolve().relative_to(ROOT).as_posix() for path in paths]
    return any(map(RESTARTS.fullmatch, relative))


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def main(port: int) -> None:
    """책을 짓고, 고칠 때마다 바뀐 쪽을 브라우저에 보입니다."""
    # 뒤에서 도는 명령은 SIGINT를 무시한 채 시작하기도 합니다. 어느 쪽으로 멈추어도 깨끗이 끝냅니다.
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, signal.default_int_handler)
    if build():
        show(BUILT, SHOWN)
    elif not SHOWN.exists():
        raise click.ClickException("책을 짓지 못했습니다. 위에 적힌 곳을 고친 다음 다시 하십시오.")
    server = serve(SHOWN, port)
    watched = [ROOT / name for name in WATCHED]
    announced = False
    for changes in watchfiles.watch(
        *watched,
        debounce=50,
        step=10,
        rust_timeout=200,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        # 지켜보기 시작한 다음에 알립니다. 먼저 알리면 곧바로 고친 것을 놓칩니다.
        if not announced:
            click.echo(f"책: http://127.0.0.1:{server.server_port}/ (멈추려면 Ctrl-C)")
            announced = True
        if not changes:
            continue
        if needs_restart(path for _, path in changes):
            server.server_close()
            os.execv(sys.executable, [sys.executable, *sys.argv])
        if build():
            show(BUILT, SHOWN)
            click.echo("다시 지었습니다.")
        else:
            click.echo("고칠 곳이 있습니다. 마지막으로 잘 지은 책을 보이고 있습니다.", err=True)
    server.shutdown()


if __name__ == "__main__":
    main()
