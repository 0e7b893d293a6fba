"""노트북의 코드: 책에만 쓰이는 것을 걷고, 없는 꾸러미를 설치하는 첫 셀을 씁니다.

책에만 쓰이는 것은 글에 수를 넣는 ``glue`` 와, 쪽 안의 계기에 자료를 주는 ``page_data``, 풀이의 답을
보는 ``solved`` 입니다.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from cosine_rnn.support.notation import readable

GLUE = "glue"
FEED = "page_data"
SOLVED = "solved"
BOOK_ONLY = "myst_nb"
"""글에 수를 넣는 꾸러미. 노트북의 글에는 이미 들어 있습니다."""
DEFINITIONS = (
    *(ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.Import, ast.ImportFrom, ast.For, ast.If),
    ast.Pass,
)


def without_book_only(source: str) -> str:
    """셀의 코드에서 책에만 쓰이는 문장을 뺍니다. 남는 것이 없으면 빈 글입니다.

    Raises:
        ValueError: 홀로 선 문장이 아닌 자리에서 책에만 쓰이는 것을 부를 때.
    """
    if not any(name in source for name in (GLUE, FEED, SOLVED)):
        return source.strip()
    tree = ast.parse(code_of(source))
    lines = source.splitlines()
    for first, last in sorted(book_only_lines(tree.body), reverse=True):
        del lines[first - 1 : last]
    left = "\n".join(lines).strip()
    try:
        whole = not any(feeds_book(node) for node in ast.walk(ast.parse(code_of(left))))
    except SyntaxError:  # 가지 하나가 비었습니다.
        whole = False
    if not whole:
        raise ValueError(
            f"{GLUE}, {FEED}, {SOLVED}: 홀로 선 문장이어야 합니다. 받은 값: {source[:80]!r}"
        )
    return left


def book_only_lines(body: Sequence[ast.stmt]) -> Iterator[tuple[int, int]]:
    """뺄 문장들의 첫 줄과 마지막 줄. 그런 문장만 있는 되풀이는 통째로 뺍니다."""
    for statement in body:
        if only_feeds_book(statement):
            yield statement.lineno, statement.end_lineno or statement.lineno
        else:
            for name in ("body", "orelse"):
                yield from book_only_lines(getattr(statement, name, []))


def only_feeds_book(statement: ast.stmt) -> bool:
    """책에만 쓰이는 것을 부르거나 불러오기만 하는 문장인지."""
    if isinstance(statement, ast.Expr):
        return feeds_book(statement.value)
    if isinstance(statement, ast.ImportFrom):
        return statement.module == BOOK_ONLY
    inner = getattr(statement, "body", None)
    return (
        bool(inner) and not getattr(statement, "orelse", None) and all(map(only_feeds_book, inner))
    )


def feeds_book(node: ast.AST) -> bool:
    """``glue(…)``, ``HTML(portable.page_data(…))``, ``문제.solved(…)``."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return name in (GLUE, FEED, SOLVED) or any(feeds_book(part) for part in node.args)


def needed(sources: Sequence[str], hidden: Sequence[bool]) -> list[str]:
    """숨은 셀에서, 뒤에서 쓰이지 않는 이름만 만드는 문장을 뺀 코드들.

    Args:
        sources: 차례대로의 셀의 코드. ``without_book_only`` 를 지난 것입니다.
        hidden: 쪽에 보이지 않는 셀인지. 보이는 셀은 그대로 둡니다.
    """
    trees = [ast.parse(code_of(source)) for source in sources]
    # 함수의 속은 부를 때 셈하므로, 거기에서 읽는 이름은 어디에서 만들었든 남깁니다.
    inside = (n for t in trees for n in ast.walk(t) if isinstance(n, ast.FunctionDef | ast.Lambda))
    always = {name for function in inside for name in read(function)}
    used = set(always)
    kept: list[str] = []
    for source, tree, is_hidden in zip(
        reversed(sources), reversed(trees), reversed(hidden), strict=True
    ):
        lines = source.splitlines()
        for statement in reversed(tree.body):
            if is_hidden and only_defines(statement) and not made(statement) & used:
                del lines[statement.lineno - 1 : statement.end_lineno]
                continue
            if isinstance(statement, ast.Assign):
                used -= made(statement) - always
            used |= read(statement)
        kept.append("\n".join(lines).strip())
    return kept[::-1]


def code_of(source: str) -> str:
    """IPython의 명령을 뺀 코드. 줄의 수는 그대로입니다."""
    return "\n".join("" if line.lstrip()[:1] in "%!" else line for line in source.split("\n"))


def only_defines(statement: ast.stmt) -> bool:
    """이름을 만들기만 하는 문장인지. 값의 속을 고치거나, 부르기만 하는 문장이 있으면 아닙니다."""
    if isinstance(statement, ast.FunctionDef):
        return True
    parts = list(ast.walk(statement))
    changed = [n for n in parts if isinstance(n, ast.Subscript | ast.Attribute)]
    return all(
        isinstance(part, DEFINITIONS) for part in parts if isinstance(part, ast.stmt)
    ) and not any(isinstance(node.ctx, ast.Store) for node in changed)


def read(node: ast.AST) -> set[str]:
    """코드가 읽는 이름들."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    return {part.id for part in parts if isinstance(part.ctx, ast.Load)}


def made(statement: ast.stmt) -> set[str]:
    """문장이 만드는 이름들. 나열식 안에서만 쓰이는 이름은 뺍니다."""
    found: set[str] = set()
    local: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.comprehension):
            local |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    return found - local


def first_cell(seconds: float | None, peak_bytes: int | None, install: str) -> str:
    """꾸러미가 없으면 설치하는 코드. 무엇이 얼마나 드는지 먼저 말합니다.

    Args:
        seconds: 책을 지을 때 셀을 모두 실행하는 데 든 시간. 모르면 ``None``.
        peak_bytes: 그때의 가장 큰 메모리. 모르면 ``None``.
        install: pip에 넘길 것. 저장소를 모르면 빈 글이고, 설치하는 대신 무엇을 할지 말합니다.
    """
    costs = []
    if seconds is not None:
        costs.append(f"시간 {max(1, round(seconds))}초")
    if peak_bytes is not None:
        costs.append(f"메모리 {readable(peak_bytes / 1e9)} GB")
    lines = ["# 이 노트북의 셈은 꾸러미 cosine-rnn이 합니다."]
    if costs:
        lines += [
            f"# 책을 지은 기계에서는 모두 실행하는 데 {', '.join(costs)}가 들었습니다.",
            "# 훈련한 모델은 간직해 두고 다시 씁니다. 처음에는 훈련하는 시간이 더 듭니다.",
        ]
    # Colab과 Binder는 누구에게나 영어를 쓴다고 적어 둡니다. 노트북의 말을 따릅니다.
    lines += [
        "import importlib.util",
        "import os",
        "",
        '# 꾸러미의 글도 한국어로 냅니다. For messages in English, write "en".',
        'os.environ["LANGUAGE"] = "ko"',
        "",
        'if importlib.util.find_spec("cosine_rnn") is None:',
    ]
    if install:
        lines.append(f'    %pip install --quiet "{install}"')
    else:
        lines += [
            "    raise ModuleNotFoundError(",
            '        "cosine-rnn: 설치되어 있어야 합니다. 책의 저장소를 받은 폴더에서 "',
            '        "pip install . 을 부른 다음 커널을 다시 시작하십시오."',
            "    )",
        ]
    return "\n".join(lines)
