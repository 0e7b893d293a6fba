"""책의 셀이 낸 모든 수를 적어 두고, 다시 지은 책의 수와 견줍니다.

문장의 수도 모두 셀이 남긴 것이므로 여기에 있습니다. 뜻한 대로 바뀐 것이면 ``make numbers`` 로 다시
적습니다.
"""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import execution
import yaml
from cosine_rnn.support.versions import PACKAGES
from cosine_rnn.support.versions import versions as version_of
from jupyter_cache import get_cache
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "tests" / "printed_numbers.json"
CACHE = ROOT / "_build" / ".jupyter_cache"
NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+|×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?!\w*\()")
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
GLUED = "application/papermill.record/text/plain"
KINDS = ("text/markdown", GLUED, "text/plain")


class Rule(NamedTuple):
    """수가 얼마나 달라도 되는지와 그 까닭.

    Attributes:
        page: 쪽의 이름에 맞는 꼴.
        cell: 셀의 코드에 맞는 꼴.
        here: 기록을 만든 것과 같은 기계와 판에서, 상대 오차. ``None`` 이면 보지 않습니다.
        elsewhere: 다른 기계나 판에서, 큰 쪽이 작은 쪽의 몇 배까지인지. ``None`` 이면 보지 않습니다.
        why: 그렇게 정한 까닭.
    """

    page: str
    cell: str
    here: float | None
    elsewhere: float | None
    why: str


EXACT = 1e-9
RULES = (
    Rule("", r"measured\(|perf_counter|step_microseconds\(", None, None,
         "지은 기계에서 잰 시간이 섞여 있습니다"),
    Rule("appendix/status", r"os\.cpu_count|version\(", EXACT, None, "기계와 판을 적는 자리입니다"),
    Rule(r"index|lab|cosine/|beyond/|appendix/status|appendix/keras-3", "", EXACT, None,
         "지을 때 훈련한 것이 섞여 있습니다. 반올림하는 차례가 달라지면 긴 훈련이 갈라져 작은 "
         "차이의 부호까지 바뀝니다. 다른 기계에서는 문장에 묶은 holds와 기록의 시험이 봅니다"),
    Rule("", "", EXACT, 1.001, "훈련이 없는 셈입니다. 기계가 달라도 끝자리의 반올림만 다릅니다"),
)  # fmt: skip


def rule_of(page: str, code: str) -> Rule:
    """수에 맞는 첫 규칙."""
    return next(r for r in RULES if re.match(r.page, page) and re.search(r.cell, code))


def value_of(text: str) -> float:
    """글에 적힌 수 하나."""
    return float(text.replace(",", "").replace("×10", "e").translate(POWERS))


def texts(cell: Any) -> Iterator[str]:
    """셀이 내거나 남긴 글."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            yield output.text
        data = output.get("data", {})
        kind = next((kind for kind in KINDS if kind in data), None)
        if kind and " object at 0x" not in data[kind] and "image/svg+xml" not in data:
            yield data[kind]


def pages() -> Iterator[tuple[str, Any]]:
    """쪽의 이름과, 지금의 셀을 실행해 간직해 둔 노트북."""
    cache: Any = get_cache(CACHE)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["parse"]
    settings = MdParserConfig(enable_extensions=config["myst_enable_extensions"])
    for path in sorted((ROOT / "book").rglob("*.md")):
        text = execution.stamped(path.read_text("utf-8"))
        if not execution.CELLS.search(text):
            continue
        read = read_myst_markdown_notebook(text, settings, add_source_map=True, path=path)
        record = cache.match_cache_notebook(read)
        notebook = cache.get_cache_bundle(record.pk).nb
        yield path.relative_to(ROOT / "book").with_suffix("").as_posix(), notebook


def found() -> dict[str, dict[str, list[Any]]]:
    """쪽마다, 셀마다 코드와 셀이 낸 수들. 셀의 이름은 차례와 첫 줄입니다."""
    book: dict[str, dict[str, list[Any]]] = {}
    for page, notebook in pages():
        cells: dict[str, list[Any]] = {}
        for number, cell in enumerate(notebook.cells, start=1):
            values = [value_of(one) for text in texts(cell) for one in NUMBER.findall(text)]
            if values:
                first = next(filter(str.strip, cell.source.splitlines()), "")
                cells[f"{number}번째 셀 ({first.strip()[:60]})"] = [cell.source, values]
        book[page] = cells
    return book


def place() -> dict[str, str]:
    """수를 좌우하는 것들: 판과, 프로세서의 이름과 벡터 명령."""
    known = version_of("training")
    path = Path("/proc/cpuinfo")
    told = path.read_text("utf-8") if path.exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", told)
    flags = sorted(set(re.findall(r"\b(?:avx|fma|amx)\w*", told)))
    return {
        **{name: known[name] for name in ("python", *PACKAGES)},
        "machine": " ".join([platform.machine(), model[1] if model else "", *flags]),
    }


class Moved(NamedTuple):
    """기록과 다른 것 하나: 쪽과 셀, 무엇이 어떻게 달라졌고 왜 보는지."""

    page: str
    cell: str
    what: str

    def __str__(self) -> str:
        return f"{self.page}: {self.cell}: {self.what}"


def moved(before: dict[str, Any], now: dict[str, dict[str, list[Any]]]) -> Iterator[Moved]:
    """기록과 다른 것들."""
    same_place = before["place"] == place()
    for page in sorted(before["numbers"].keys() | now.keys()):
        kept, cells = before["numbers"].get(page, {}), now.get(page, {})
        for name in [*kept, *(name for name in cells if name not in kept)]:
            if name not in kept or name not in cells:
                yield Moved(page, name, f"{'새' if name in cells else '없어진'} 셀입니다")
                continue
            code, values = cells[name]
            rule = rule_of(page, code)
            limit = rule.here if same_place else rule.elsewhere
            if limit is None:
                continue
            if len(values) != len(kept[name]):
                count = f"수가 {len(kept[name])}개에서 {len(values)}개가 되었습니다"
                yield Moved(page, name, count)
                continue
            for old, new in zip(kept[name], values, strict=True):
                if differs(old, new, limit, near=same_place):
                    yield Moved(page, name, f"{old}이(가) {new}이(가) 되었습니다. {rule.why}")
                    break


def differs(old: float, new: float, limit: float, *, near: bool) -> bool:
    """같은 자리이면 상대 오차로, 다른 자리이면 몇 배인지로 견줍니다."""
    if near:
        return not math.isclose(old, new, rel_tol=limit, abs_tol=1e-12)
    if old == new:
        return False
    small, large = sorted((abs(old), abs(new)))
    return old * new < 0 or small == 0 or large / small > limit


def main() -> None:
    """지금의 수를 적고, 무엇이 바뀌었는지 보입니다. 견주지 않는 수는 적힌 그대로 둡니다.

    다른 기계에서 적은 기록이면 모두 새로 적습니다.
    """
    before, now = json.loads(RECORD.read_text("utf-8")), found()
    told = list(moved(before, now))
    changed = {(one.page, one.cell) for one in told}
    elsewhere = before["place"] != place()
    numbers = {
        page: {
            name: values if elsewhere or (page, name) in changed else before["numbers"][page][name]
            for name, (_, values) in cells.items()
        }
        for page, cells in now.items()
    }
    print("\n".join(map(str, told)) or "바뀐 수가 없습니다.")
    lines = json.dumps({"place": place(), "numbers": numbers}, ensure_ascii=False, indent=1)
    packed = re.sub(r"\[[^\[\]]+\]", lambda row: " ".join(row[0].split()), lines)
    RECORD.write_text(f"{packed}\n", "utf-8")


if __name__ == "__main__":
    main()
