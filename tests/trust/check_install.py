"""Makefile의 설치: 도중에 멈춘 것, 옮기거나 베낀 폴더, 시계. 꾸러미 하나를 실제로 설치합니다."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = '''"""길 하나만 적는 꾸러미를 짓습니다."""

import os
import zipfile


def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = "here-1-py3-none-any.whl", "here-1.dist-info"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("here.pth", os.getcwd())
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: here\\nVersion: 1\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
'''
Ledger = Callable[..., None]
WHERE = "import here_now; print(here_now.__file__)"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """설치할 것이 저 하나뿐인 저장소. 길에 빈칸과 한글이 있습니다."""
    folder = tmp_path / "처음 자리"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements-hashed.txt").write_text("# 없음\n", "utf-8")
    (folder / "pyproject.toml").write_text(PROJECT, "utf-8")
    (folder / "backend.py").write_text(BACKEND, "utf-8")
    (folder / "here_now.py").write_text("", "utf-8")
    return folder


def install(folder: Path) -> str:
    """설치하고, 그동안 한 말을 돌려줍니다."""
    unwanted = re.compile("MAKE|MFLAGS|PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    done = subprocess.run(
        ["make", ".venv/.ready"], cwd=folder, env={**kept, "PIP_NO_INDEX": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{done.stdout}{done.stderr}"


def imported_from(folder: Path) -> Path:
    python = folder / ".venv" / "bin" / "python"
    said = subprocess.run(
        [python, "-c", WHERE], cwd="/", capture_output=True, text=True, check=True
    )
    return Path(said.stdout.strip()).parent


def test_a_folder_installs_once_and_a_copy_or_a_moved_one_makes_its_own(
    checkout: Path, ledger: Ledger
):
    assert "설치: " in install(checkout)
    os.utime(checkout / "pyproject.toml", (2**32, 2**32))  # 앞으로 간 시계입니다.
    assert "설치" not in install(checkout)
    copy = checkout.with_name("베낀 자리")
    shutil.copytree(checkout, copy, symlinks=True)
    assert "설치: " in install(copy)
    assert imported_from(copy) == copy
    assert imported_from(checkout) == checkout
    moved = checkout.rename(checkout.with_name("옮긴 자리"))
    assert "설치: " in install(moved)
    assert imported_from(moved) == moved
    ledger("설치한 폴더를 베끼고, 옮기고, 시계를 앞으로 돌림", 3)


def test_what_was_left_by_a_stopped_installation_is_thrown_away(checkout: Path, ledger: Ledger):
    left = checkout / ".venv" / "lib" / "half"
    left.mkdir(parents=True)
    assert "설치: " in install(checkout)
    assert not left.exists()
    assert imported_from(checkout) == checkout
    ledger("도중에 멈춘 설치를 두고 다시 설치함", 1)


def test_an_installation_that_fails_says_what_to_do_and_is_not_taken_for_done(
    checkout: Path, ledger: Ledger
):
    backend = (checkout / "backend.py").read_text("utf-8")
    (checkout / "backend.py").write_text("def build_editable(*_): raise OSError", "utf-8")
    for _ in range(2):
        assert "설치하지 못했습니다" in install(checkout)
    (checkout / "backend.py").write_text(backend, "utf-8")
    assert "설치: " in install(checkout)
    ledger("실패한 설치: 까닭과 할 일을 말하고, 다시 부르면 처음부터", 3)


def test_other_requirements_are_installed_without_throwing_away_the_rest(
    checkout: Path, ledger: Ledger
):
    install(checkout)
    kept = checkout / ".venv" / "kept"
    kept.touch()
    (checkout / "requirements-hashed.txt").write_text("# 바뀜\n", "utf-8")
    os.utime(checkout / "requirements-hashed.txt", (0, 0))
    assert "설치: " in install(checkout)
    assert kept.exists()
    ledger("바라는 판이 바뀐 뒤에 설치함: 있던 것은 그대로", 1)
