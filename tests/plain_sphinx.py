"""Jupyter Book의 설정에서 ``conf.py`` 를 얻어, Sphinx만으로 같은 책을 사본에서 짓습니다.

``plain_sphinx.py 파이썬`` 은 그 파이썬의 Sphinx로 짓고, 지어 둔 책과 다른 것을 보입니다.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "_build"


def copy_sources(folder: Path) -> None:
    """고친 것까지 옮긴 소스와 git의 기록, 간직해 둔 실행을 ``folder`` 에 둡니다."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / ".git", folder / ".git")
    shutil.copytree(BUILD / ".jupyter_cache", folder / "_build" / ".jupyter_cache")


def build(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """``folder`` 의 책을 ``python`` 의 Sphinx로 짓습니다. ``conf.py`` 는 Jupyter Book이 씁니다.

    쓰고 나면 Jupyter Book은 없어도 됩니다. 확장의 이름으로 적힌 것은 설정의 이름만 더하므로 뺍니다.
    """
    tool = str(Path(sys.executable).with_name("jupyter-book"))
    config = [tool, "config", "sphinx", "."]
    subprocess.run(config, cwd=folder, capture_output=True, text=True, check=True)
    settings = (folder / "conf.py").read_text("utf-8")
    (folder / "conf.py").write_text(settings.replace(" 'jupyter_book',", ""), "utf-8")
    command = [str(python), "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html",
               "-d", "_build/.doctrees", ".", "_build/html"]  # fmt: skip
    # 이 책의 확장이 있는 곳은 conf.py에 적히지 않습니다.
    environment = {**os.environ, "PYTHONPATH": str(folder / "book" / "_ext")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def text_of(page: Path) -> str:
    """쪽에 적힌 글."""
    return " ".join(BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text(" ").split())


def files(html: Path, *endings: str) -> set[str]:
    """``endings`` 로 끝나는 파일의 자리. 주지 않으면 모두입니다."""
    found = (path.relative_to(html).as_posix() for path in html.rglob("*") if path.is_file())
    return {name for name in found if name.endswith(endings or ("",))}


def differences(one: Path, other: Path) -> list[str]:
    """``other`` 의 쪽과 그림, 노트북과 글이 ``one`` 과 다른 것. 같으면 비어 있습니다."""
    found = []
    for kind in ((".html",), (".svg", ".png"), (".ipynb", ".md", ".bib", ".ris", ".txt")):
        here, there = files(one, *kind), files(other, *kind)
        found += [f"{name}: 한쪽에만 있습니다" for name in sorted(here ^ there)]
        for name in sorted(here & there):
            if kind == (".html",):
                same = text_of(one / name) == text_of(other / name)
            else:
                same = (one / name).read_bytes() == (other / name).read_bytes()
            found += [] if same else [f"{name}: 다릅니다"]
    return found


def main() -> None:
    """준 파이썬의 Sphinx로 지어 다른 것을 보입니다."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit(f"파이썬의 자리 하나를 주어야 합니다. 받은 값: {sys.argv[1:]}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_sources(folder)
        done = build(folder, Path(sys.argv[1]).absolute())
        print("\n".join(done.stderr.strip().splitlines()[-40:]))
        if not (folder / "_build" / "html" / "book" / "index.html").is_file():
            sys.exit("짓지 못했습니다.")
        found = differences(BUILD / "html", folder / "_build" / "html")
    print("\n".join(found) if found else "지어 둔 책과 쪽, 글, 그림, 노트북이 같습니다.")
    sys.exit(1 if found or done.returncode else 0)


if __name__ == "__main__":
    main()
