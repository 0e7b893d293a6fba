"""끝까지 지은 것만 이어 쓰는지, 한 번에 하나만 짓는지. 작은 책을 실제로 짓습니다."""

from __future__ import annotations

import errno
import io
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import whole_build
from cosine_rnn.support.storage import locked
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

PAGES = {"index": "책\n==\n\n.. toctree::\n\n   one\n   two\n", "one": "하나\n====\n\n처음 글.\n"}
PAGES["two"] = "둘\n==\n\n.. literalinclude:: code.txt\n"
READ = "reading sources... [100%]"


class Listener(io.StringIO):
    """빌드가 하는 말을 모으고, 기다리던 말이 나오면 알립니다."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self.awaited, self.heard = awaited, threading.Event()

    def write(self, text: str) -> int:
        if self.awaited in text:
            self.heard.set()
        return super().write(text)


class Book:
    """지을 때마다 지난번 것을 이어 쓰는 책."""

    def __init__(self, folder: Path) -> None:
        self.source, self.build = folder / "source", folder / "_build"
        self.source.mkdir()
        for name, text in PAGES.items():
            self.write(name, text)
        (self.source / "code.txt").write_text("처음코드\n", "utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.source / f"{name}.rst"
        path.write_text(text, "utf-8")
        return path

    def make(self, stop: Callable[..., None] | None = None, log: io.StringIO | None = None) -> str:
        log = log or io.StringIO()
        settings = {"extensions": ["whole_build"], "html_theme": "basic", "language": "ko"}
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                self.source, None, self.build / "html", self.build / ".doctrees", "html", settings,
                status=log, warning=log,
            )  # fmt: skip
            if stop:
                app.connect("html-page-context", stop)
            app.build()
        return strip_colors(log.getvalue())

    def files(self) -> dict[str, bytes]:
        html = self.build / "html"
        found = (path for path in html.rglob("*") if path.is_file() and path.name != ".buildinfo")
        return {path.relative_to(html).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def test_a_finished_build_is_gone_on_with(book: Book):
    assert whole_build.BROKEN not in book.make()
    said = book.make()
    assert whole_build.BROKEN not in said
    assert READ not in said


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *(("html/one.html", damage) for damage in ("empty", "cut", "foreign", "gone")),
        ("html/_static/basic.css", "cut"),
        (".doctrees/one.doctree", "cut"),
        (".doctrees/environment.pickle", "foreign"),
        (whole_build.RECORD, "cut"),
    ],
)
def test_a_damaged_file_is_not_gone_on_with(book: Book, name: str, damage: str):
    book.make()
    before, path = book.files(), book.build / name
    whole = path.read_bytes()
    changed = {"empty": b"", "cut": whole[: len(whole) // 2], "foreign": b"foreign\n" * 9}
    path.write_bytes(changed[damage]) if damage in changed else path.unlink()
    assert whole_build.BROKEN in book.make()
    assert book.files() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_build_that_stopped_halfway_is_begun_anew(book: Book, error: type[BaseException]):
    def stop(app: Sphinx, name: str, *_: object) -> None:
        if name == "two":
            raise error

    book.make()
    book.write("one", PAGES["one"].replace("처음", "고친"))
    book.write("two", PAGES["two"] + "\n고친 글.\n")
    with pytest.raises((KeyboardInterrupt, ExtensionError)):
        book.make(stop)
    page = book.build / "html" / "one.html"
    page.write_text("반만 쓴", "utf-8")
    assert whole_build.BROKEN in book.make()
    after = book.files()
    assert "고친 글".encode() in after["one.html"]
    shutil.rmtree(book.build)
    book.make()
    assert book.files() == after


def test_a_full_disk_is_the_last_word_and_says_what_to_do(book: Book):
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "쪽.html")

    book.make()
    book.write("one", PAGES["one"].replace("처음", "고친"))
    log = io.StringIO()
    with pytest.raises(SystemExit):
        book.make(fill, log)
    last = strip_colors(log.getvalue()).strip()
    assert last.endswith(whole_build.UNWRITTEN.split("%s")[1])
    assert "쪽.html" in last
    assert whole_build.BROKEN in book.make()
    assert "고친 글".encode() in book.files()["one.html"]


def test_a_change_is_seen_when_the_clock_went_back(book: Book):
    book.make()
    changed = book.write("one", PAGES["one"].replace("처음", "고친"))
    os.utime(changed, (0, 0))
    called = book.source / "code.txt"
    called.write_text("고친코드\n", "utf-8")
    os.utime(called, (0, 0))
    book.make()
    pages = {name: content.decode("utf-8", "replace") for name, content in book.files().items()}
    assert "고친 글" in pages["one.html"]
    assert "고친코드" in pages["two.html"]


def test_a_second_build_waits_for_the_first(book: Book):
    log = Listener(whole_build.WAITING)
    with locked(book.build / "html"):
        second = threading.Thread(target=book.make, kwargs={"log": log})
        second.start()
        assert log.heard.wait(60)
        assert not (book.build / "html").exists() or not any((book.build / "html").iterdir())
    second.join(60)
    assert not second.is_alive()
    assert "one.html" in book.files()


def test_a_build_that_stopped_before_writing_keeps_the_last_and_its_place(book: Book):
    book.make()
    before = book.files()
    book.write("one", PAGES["one"].replace("처음", "고친"))

    def refuse(*_: object) -> None:
        raise SystemExit(1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_build, "begin_to_write", refuse)
        with pytest.raises(SystemExit):
            book.make()
    assert book.files() == before
    said = book.make()
    assert whole_build.BROKEN not in said
    assert whole_build.WAITING not in said
    assert "고친 글".encode() in book.files()["one.html"]
