"""사이트에 함께 실리는 것이 누구의 것이고 어떤 조건인지 ``_static/licenses.txt`` 에 적습니다.

남의 꾸러미에서 온 것의 조건은 설치된 꾸러미에 든 글 그대로입니다. 누구의 것인지 모르는 파일이
실리면 짓지 못합니다.
"""

from __future__ import annotations

from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

import lab
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[2]
NAME = "licenses.txt"
RULE = "\n\n" + "=" * 78 + "\n\n"


class Origin(NamedTuple):
    """함께 실리는 것 한 무리.

    Attributes:
        owner: 꾸러미의 이름, 또는 무엇인지.
        files: ``_static`` 에서 본 자리, 또는 무엇에 섞여 있는지.
        text: 저장소에 든 조건의 자리. 비어 있으면 꾸러미에 든 것입니다.
    """

    owner: str
    files: tuple[str, ...]
    text: str = ""


ORIGINS = (
    Origin(
        "이 책의 코드(MIT)",
        (
            *("lab.js", "present.css", "present.js", "questions.js", "search.js"),
            *("search-index.js", "site.js", "favicon.svg"),
            "site.css와 math.css의 책의 스타일",
        ),
        "LICENSE",
    ),
    Origin("이 책의 글과 그림(CC BY 4.0)", ("쪽과 노트북",), "LICENSE-text"),
    Origin(
        "Pretendard 글꼴. 나온 글자만 담아 이름을 바꾼 것",
        ("fonts/CosineSans-Regular.woff2", "fonts/CosineSans-Bold.woff2"),
        "book/_fonts/OFL.txt",
    ),
    Origin(
        "STIX Two Math 글꼴. 나온 글자만 담아 이름을 바꾼 것",
        ("math.css",),
        "book/_fonts/STIXTwoMath-OFL.txt",
    ),
    Origin("나눔고딕 글꼴. 셀이 낸 그림의 글자", ("그림",), "code/cosine_rnn/fonts/OFL.txt"),
    Origin("sphinx", ("documentation_options.js", "file.png", "site.css에 섞인 basic.css")),
    Origin("pygments", ("site.css에 섞인 pygments.css",)),
    Origin(
        "pydata-sphinx-theme",
        ("scripts/pydata-sphinx-theme.js", "site.css에 섞인 pydata-sphinx-theme.css와 Bootstrap"),
    ),
    Origin(
        "sphinx-book-theme",
        ("scripts/sphinx-book-theme.js", "site.css에 섞인 sphinx-book-theme.css"),
    ),
    Origin(
        "sphinx-copybutton",
        ("copy.js에 섞인 clipboard.min.js와 copybutton.js", "site.css에 섞인 copybutton.css"),
    ),
    Origin("sphinx-design", ("site.css에 섞인 sphinx-design.min.css",)),
    Origin("myst-nb", ("site.css에 섞인 mystnb.css",)),
)
MIXED = {"site.css", "copy.js"}
"""여러 무리의 스타일이나 스크립트를 모은 파일."""


def license_texts(package: Distribution) -> list[str]:
    """꾸러미에 든 조건의 글. 함께 든 남의 것의 조건도 있습니다.

    Raises:
        ExtensionError: 없을 때.
    """
    names = [path for path in package.files or [] if "LICENSE" in path.name.upper()]
    texts = [Path(str(package.locate_file(name))).read_text("utf-8").strip() for name in names]
    if not texts:
        raise ExtensionError(f"licenses: 조건의 글이 없는 꾸러미입니다: {package.name}")
    return texts


def section(origin: Origin) -> str:
    """한 무리: 이름과 판, 파일, 조건."""
    if origin.text:
        head, texts = origin.owner, [(ROOT / origin.text).read_text("utf-8").strip()]
    else:
        package = distribution(origin.owner)
        head, texts = f"{package.name} {package.version}", license_texts(package)
    return "\n\n".join([head, "\n".join(f"- {name}" for name in origin.files), *texts])


def write(static: Path) -> Path:
    """``static`` 에 실리는 것들의 조건을 적고 그 자리를 돌려줍니다."""
    target = static / NAME
    target.write_text(RULE.join(map(section, ORIGINS)) + "\n", "utf-8")
    return target


def check(static: Path) -> None:
    """``static`` 에 실린 파일마다 누구의 것인지 적혀 있는지 봅니다.

    Raises:
        ExtensionError: 모르는 파일이 있을 때.
    """
    known = {name for origin in ORIGINS for name in origin.files} | MIXED | {NAME}
    files = [p for p in static.rglob("*") if p.is_file() and p.parent.name != lab.DATA]
    shipped = {p.relative_to(static).as_posix() for p in files}
    if unknown := sorted(shipped - known):
        raise ExtensionError(
            f"licenses: 누구의 것인지 shipped_licenses.py에 적어야 합니다. 받은 값: {unknown}"
        )
