"""마무리가 쓰는 파일은 남기고 쓰지 않는 파일만 지우는지 봅니다."""

from __future__ import annotations

from pathlib import Path

import finished_site
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name in ("book/a.html", "404.html", "index.html", "_images/한 글.svg", "_images/no.svg",
                 "_static/a.css", "_static/b.woff2", "_static/no.js", "objects.inv"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "_static" / "a.css").write_text('p{src:url("b.woff2");cursor:url("data:x")}')
    return tmp_path


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_only_files_that_a_page_asks_for_remain(out: Path):
    pages = {
        "book/a": read(
            '<link href="../_static/a.css?v=1"><img src="../_images/%ED%95%9C%20%EA%B8%80.svg">'
            '<a href="https://other.invalid/x.js">밖</a>'
        ),
        # 책이 놓일 자리를 알면 없는 쪽의 주소는 뿌리에서 시작합니다.
        "404": read('<link href="/some/where/_static/a.css"><a href="/some/where/book/a.html">글'),
    }
    used = {out / f"{name}.html" for name in pages}
    for name, page in pages.items():
        used |= finished_site.linked_files(page, (out / name).parent)
    finished_site.remove_unused(out, used)
    assert files(out) == {
        "book/a.html", "404.html", "index.html", "objects.inv", "_images/한 글.svg",
        "_static/a.css", "_static/b.woff2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "path"),
    [("", ""), ("https://book.invalid", "/"), ("https://book.invalid/some/where/", "/some/where/")],
)
def test_place_of_the_book_is_the_path_of_its_address(
    address: str, path: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BOOK_URL", address)
    assert finished_site.base_path() == path


def test_style_address_changes_with_its_content(out: Path):
    before = finished_site.version_of(out / "_static")
    assert finished_site.version_of(out / "_static") == before
    (out / "_static" / "a.css").write_text("p{}")
    assert finished_site.version_of(out / "_static") != before


def test_copy_button_that_changed_its_shape_is_reported(tmp_path: Path):
    library, script = (tmp_path / name for name in finished_site.COPY_PARTS)
    library.write_text("first();\n", "utf-8")
    script.write_text("const messages = {\n  'ru': {\n    'a': 'б',\n  },\n}\nrun();\n", "utf-8")
    finished_site.write_copy_script(tmp_path)
    written = (tmp_path / finished_site.COPY).read_text("utf-8")
    assert "코드 복사" in written
    assert "б" not in written
    assert written.startswith("first();\n")
    assert written.endswith("}\nrun();\n")
    script.write_text("const other = {}", "utf-8")
    with pytest.raises(ExtensionError, match=r"copybutton\.js"):
        finished_site.write_copy_script(tmp_path)


def test_source_maps_that_are_not_shipped_are_not_asked_for(tmp_path: Path):
    script = tmp_path / "a.js"
    script.write_text("run();\n//# sourceMappingURL=a.js.map\n", "utf-8")
    finished_site.drop_source_maps([script])
    assert script.read_text("utf-8").strip() == "run();"


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "epub", "latex"])
def test_another_form_is_refused_before_any_page(tmp_path: Path, builder: str):
    (tmp_path / "index.md").write_text("# 제목\n", "utf-8")
    places = (tmp_path, None, tmp_path / "out", tmp_path / "trees")
    with (
        patch_docutils(),
        docutils_namespace(),
        pytest.raises(ExtensionError, match=f"^builder: .*받은 값: '{builder}'"),
    ):
        Sphinx(*places, builder, {"extensions": ["finished_site"]}, status=None, warning=None)
    assert not [*(tmp_path / "out").rglob("*.html")]
