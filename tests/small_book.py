"""이 책의 확장과 Makefile로 짓는 두 장짜리 책. 고장을 견디는지 보는 시험이 함께 씁니다."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SHARED = ("Makefile", "CITATION.cff", "CHANGELOG.md", "LICENSE", "LICENSE-text", "_config.yml",
          "pyproject.toml",
          "requirements.txt", "requirements-hashed.txt")  # fmt: skip
INSTALLED_FROM = ("requirements-hashed.txt", "pyproject.toml")
READY = ".ready"
PATIENCE = 900
TOC = """format: jb-book
root: book/index
parts:
  - caption: 부록
    chapters:
      - file: book/first
      - file: book/second
      - file: book/references
"""
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
notebook: {notebook}
---
"""
FIRST = """
(first)=
# 첫 쪽

식 $a_t = b$가 있습니다.

```{code-cell} ipython3
import matplotlib.pyplot as plt
from cosine_rnn import plots
from cosine_rnn.config import config_for
from cosine_rnn.signals import cosine_wave
from cosine_rnn.training import fit
from myst_nb import glue

plots.use_book_style()
wave = cosine_wave(60, period=10)
trained = fit(config_for("mlp", units=(4,), window_length=6, epochs=8, batch_size=4), wave)
glue("loss", float(trained.loss[-1]), display=False)
```

손실은 {glue:text}`loss:.2f`입니다.

```{code-cell} ipython3
---
mystnb:
  image:
    alt: 코사인 곡선.
---
plt.plot(wave)
plt.show()
```
"""
SECOND = """
# 둘째 쪽

{ref}`first`에 이어지는 글입니다.

```{code-cell} ipython3
print(sum(range(10)))
```
"""
INDEX = """
# 작은 책

짓는 일을 봅니다. {cite}`small`
"""
REFERENCE = "@book{small, author={{모임}}, title={책}, year={2020}, publisher={곳}}\n"
PAGES = ("index", "first", "second", "references")


class SmallBook:
    """``folder`` 에 놓인 두 장짜리 책.

    설치는 다시 하지 않고 이 저장소의 ``.venv`` 를 빌려 씁니다. 꾸러미는 사본의 것을 불러옵니다.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        for name in SHARED:
            place(ROOT / name, folder / name)
        for name in ("_ext", "_fonts", "_locale", "_print", "_static", "_templates"):
            place(ROOT / "book" / name, folder / "book" / name)
        for path in (ROOT / "book").glob("*.yml"):
            place(path, folder / "book" / path.name)
        place(ROOT / "code" / "cosine_rnn", folder / "code" / "cosine_rnn")
        self.borrow_installation()
        (folder / "_toc.yml").write_text(TOC, "utf-8")
        self.write("index", INDEX)
        self.write("first", HEAD.format(notebook="rnn_first") + FIRST)
        self.write("second", HEAD.format(notebook="rnn_second") + SECOND)
        self.write("references", "# 참고문헌\n\n```{bibliography}\n```\n")
        (folder / "book" / "references.bib").write_text(REFERENCE, "utf-8")

    def borrow_installation(self) -> None:
        """이 저장소의 ``.venv`` 를 이어, 여기에 설치한 것처럼 보이게 합니다."""
        own = self.folder / ".venv"
        own.mkdir()
        for path in Path(sys.prefix).iterdir():
            if path.name != READY:
                (own / path.name).symlink_to(path)
        files = b"".join((self.folder / name).read_bytes() for name in INSTALLED_FROM)
        summed = subprocess.run(["cksum"], input=files, stdout=subprocess.PIPE, check=True).stdout
        (own / READY).write_text(f"{self.folder}: {summed.decode()}", "utf-8")

    @property
    def built(self) -> Path:
        """지은 것들의 폴더."""
        return self.folder / "_build"

    @property
    def html(self) -> Path:
        """지은 책의 폴더."""
        return self.built / "html"

    def write(self, name: str, text: str) -> None:
        """쪽의 원고를 적습니다."""
        (self.folder / "book" / f"{name}.md").write_text(text, "utf-8")

    def read(self, name: str) -> str:
        """쪽의 원고."""
        return (self.folder / "book" / f"{name}.md").read_text("utf-8")

    def page(self, name: str) -> str:
        """지은 쪽."""
        return (self.html / "book" / f"{name}.html").read_text("utf-8")

    def environment(self, changed: Mapping[str, str]) -> dict[str, str]:
        """짓는 명령의 환경. 시험을 부른 make와 CI의 것은 물려주지 않습니다."""
        unwanted = re.compile("MAKE|MFLAGS|CI$|GITHUB_|BOOK_|SOURCE_DATE_EPOCH|PYTEST|COV_")
        kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
        own = {"COSINE_RNN_CACHE": str(self.cache), "PYTHONPATH": str(self.folder / "code")}
        return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1", **changed}

    def start(
        self, target: str = "book", before: Sequence[str] = (), **environment: str
    ) -> psutil.Popen:
        """명령을 시작하고 기다리지 않습니다.

        Args:
            target: 만들 것.
            before: 앞에 붙일 명령. ``["unshare", "-n"]`` 같은 것.
            environment: 바꿀 환경 변수.
        """
        return psutil.Popen(
            [*before, "make", target],
            cwd=self.folder,
            env=self.environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def make(
        self, target: str = "book", before: Sequence[str] = (), **environment: str
    ) -> tuple[int, str]:
        """명령이 끝나기를 기다려, 끝난 값과 그동안 한 말을 돌려줍니다."""
        running = self.start(target, before, **environment)
        try:
            said, _ = running.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)  # 남으면 다음 시험의 책을 고칩니다.
            raise
        return running.returncode, re.sub(r"\x1b\[[0-9;]*m", "", said.decode("utf-8", "replace"))

    def outputs(self) -> Iterator[Path]:
        """지은 책의 파일들."""
        yield from sorted(path for path in self.html.rglob("*") if path.is_file())


def place(source: Path, target: Path) -> None:
    """파일이나 폴더를 베낍니다. 때도 그대로입니다."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
