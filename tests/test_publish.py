"""책을 내놓는 일: 주소를 알 때의 머리와 목록, 한 파일로 묶은 책, 워크플로."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import check_site
import offline_zip
import pytest
import release_files
import site_address
import yaml
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", ""),
        ("https://book.invalid", "https://book.invalid/"),
        ("http://book.invalid:8080/a/b/", "http://book.invalid:8080/a/b/"),
    ],
)
def test_address_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: str, address: str
):
    monkeypatch.setenv("BOOK_URL", given)
    assert site_address.book_address() == address


@pytest.mark.parametrize(
    "given",
    ["book.invalid", "ftp://book.invalid", "https://", "https://a b", "https://a:b/", "https://a/?q",
     "https://a/#b", 'https://a/"onclick="', "javascript:alert(1)", "https://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv("BOOK_URL", given)
    with pytest.raises(ExtensionError, match=r"BOOK_URL: .*받은 값") as refused:
        site_address.book_address()
    assert repr(given) in str(refused.value)


def head_of(name: str) -> BeautifulSoup:
    text = '<html><head><meta name="description" content="묻는 말"></head></html>'
    page = BeautifulSoup(text, "html.parser")
    site_address.add_head(page, name, title="쪽 <하나>", book="책", card="cards/가.png")
    return page


def test_head_says_where_the_page_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_URL", "https://book.invalid/a")
    page = BeautifulSoup(str(head_of("book/가")), "html.parser")
    address = "https://book.invalid/a/book/%EA%B0%80.html"
    facts = {str(node["property"]): node["content"] for node in page("meta", property=True)}
    assert page.select_one("link[rel=canonical]")["href"] == address  # pyright: ignore
    assert facts["og:url"] == address
    assert facts["og:title"] == "쪽 <하나>"
    assert facts["og:description"] == "묻는 말"
    assert facts["og:image"] == "https://book.invalid/a/cards/가.png"
    feed = page.select_one("link[type='application/atom+xml']")
    assert feed["href"] == "https://book.invalid/a/changes.xml"  # pyright: ignore


def test_head_says_nothing_that_is_not_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("BOOK_URL", raising=False)
    assert not head_of("book/index").select("link, [property]")
    assert site_address.write_lists(tmp_path, ["book/index"]) == []
    assert list(tmp_path.iterdir()) == []


def test_list_of_pages_leads_to_every_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("BOOK_URL", "https://book.invalid/a/")
    sitemap, robots = site_address.write_lists(tmp_path, ["book/index", "book/가"])
    found = [node.text for node in ElementTree.parse(sitemap).iter() if node.tag.endswith("}loc")]
    start = "https://book.invalid/a/book/"
    assert found == [f"{start}index.html", f"{start}%EA%B0%80.html"]
    assert "Sitemap: https://book.invalid/a/sitemap.xml" in robots.read_text("utf-8")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_zip_holds_the_book_and_is_the_same_twice(tmp_path: Path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    offline_zip.pack(check_site.HTML, first)
    time.sleep(2.1)  # zip의 시계는 두 시각 단위입니다.
    offline_zip.pack(check_site.HTML, second)
    assert digest(first) == digest(second)
    with zipfile.ZipFile(first) as packed:
        assert packed.testzip() is None
        names = {name.removeprefix(f"{offline_zip.NAME}/") for name in packed.namelist()}
        whole = packed.read(f"{offline_zip.NAME}/book/lab.html")
    files = {
        p.relative_to(check_site.HTML).as_posix() for p in check_site.HTML.rglob("*") if p.is_file()
    }
    assert names == files
    assert whole == (check_site.HTML / "book" / "lab.html").read_bytes()


def test_zip_dates_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert offline_zip.zip_date() == (2023, 11, 14, 22, 13, 20)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "어제")
    with pytest.raises(ValueError, match=r"SOURCE_DATE_EPOCH: .*'어제'"):
        offline_zip.zip_date()


def test_no_book_no_zip(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="make book"):
        offline_zip.pack(tmp_path, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_asks_for_little_and_runs_what_people_run(path: Path):
    flow = yaml.safe_load(path.read_text("utf-8"))
    assert flow["permissions"] == {"contents": "read"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name, job in flow["jobs"].items():
        wide = {k for k, v in job.get("permissions", {}).items() if v == "write"}
        assert not wide or name in ("publish", "release", "notebooks"), name
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@(v\d+|[0-9a-f]{40})", step["uses"])
            # 남이 정하는 글이 셸의 글이 되지 않게 합니다.
            assert "${{" not in step.get("run", "")
            for target in re.findall(r"\bmake ([a-z -]+)", step.get("run", "")):
                for word in target.split():
                    assert re.search(rf"^{word}:", makefile, re.M), word


def test_every_version_that_the_package_takes_is_tested():
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8"))
    assert flow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.10", "3.11", "3.12", "3.13"]


def test_release_holds_what_was_made_and_its_checksums(tmp_path: Path):
    build, target = tmp_path / "build", tmp_path / "release"
    for name in release_files.MADE:
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_bytes(name.encode())
    notebooks = sorted((check_site.HTML / "notebooks").glob("*.ipynb"))
    folder = build / "html" / "notebooks"
    folder.mkdir(parents=True)
    for path in notebooks:
        (folder / path.name).write_bytes(path.read_bytes())
    target.mkdir()
    (target / "old.pdf").write_bytes(b"of the last release")
    release_files.collect(build, target)
    assert not (target / "old.pdf").exists()
    told = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=target,
        capture_output=True,
        check=True,
    )
    listed = {line.split(b":")[0].decode() for line in told.stdout.splitlines()}
    assert listed == {path.name for path in target.iterdir()} - {"SHA256SUMS"}
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    for file in manifest["files"]:
        content = (target / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )
    with zipfile.ZipFile(target / f"{release_files.NOTEBOOKS}.zip") as packed:
        inside = {name.split("/")[1] for name in packed.namelist()}
    assert inside == {path.name for path in notebooks}


def test_release_without_what_was_to_be_made_leaves_the_last_one(tmp_path: Path):
    target = tmp_path / "release"
    target.mkdir()
    (target / "old.pdf").touch()
    with pytest.raises(FileNotFoundError, match=r"pdf/.+epub/.+html/notebooks"):
        release_files.collect(tmp_path, target)
    assert [path.name for path in target.iterdir()] == ["old.pdf"]


def test_commit_of_the_source_is_told_or_said_to_be_unknown(tmp_path: Path):
    assert release_files.source_commit(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message=하나"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    assert release_files.source_commit(tmp_path) == head.stdout.strip()
