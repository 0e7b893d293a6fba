"""Jupyter Book 없이 Sphinx만으로 지어도 같은 책인지 봅니다. ``make check-sphinx`` 가 부릅니다."""

from __future__ import annotations

import sys
from pathlib import Path

import plain_sphinx
import pytest


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sphinx")
    plain_sphinx.copy_sources(folder)
    done = plain_sphinx.build(folder, Path(sys.executable))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return folder / "_build" / "html"


def test_the_same_pages_texts_and_pictures(html: Path):
    here = plain_sphinx.BUILD / "html"
    assert len(plain_sphinx.files(here, ".html")) > 20
    assert len(plain_sphinx.files(here, ".svg")) > 20
    assert plain_sphinx.differences(here, html) == []


def test_the_same_files_are_sent(html: Path):
    assert plain_sphinx.files(html) == plain_sphinx.files(plain_sphinx.BUILD / "html")
