"""간직해 둔 실행을 읽기 전에 살핍니다. 읽을 수 없는 것은 버려, 그것만 다시 실행하게 합니다."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.cache.db import DB_NAME, NbCacheRecord
from sphinx.util import logging

logger = logging.getLogger(__name__)


def mend(folder: Path) -> bool:
    """읽을 수 없는 것을 버립니다.

    Returns:
        버린 것이 있으면 참. 그것을 쓰던 쪽은 다시 읽어야 합니다.
    """
    if folder.is_dir() and any(folder.iterdir()) and not is_sound(folder / DB_NAME):
        logger.info("간직해 둔 실행을 읽을 수 없어 모두 다시 실행합니다: %s", folder)
        shutil.rmtree(folder)
        return True
    cache: Any = get_cache(folder)
    records = cache.list_cache_records()
    kept = {record.hashkey for record in records if is_whole(cache, record)}
    broken = [record for record in records if record.hashkey not in kept]
    for record in broken:
        logger.info("간직해 둔 실행이 온전하지 않아 다시 실행합니다: %s", record.uri)
    NbCacheRecord.remove_records([record.pk for record in broken], cache.db)
    for left in (folder / "executed").glob("*"):
        if left.name not in kept:  # 쓰다가 만 것입니다.
            shutil.rmtree(left)
    return bool(broken)


def is_sound(database: Path) -> bool:
    """데이터베이스가 온전하고 이 도구의 것인지."""
    if not database.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(database)) as opened:
            opened.execute("select pk, hashkey, uri, data from nbcache").fetchall()
            return opened.execute("pragma quick_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def is_whole(cache: Any, record: Any) -> bool:
    """간직해 둔 노트북이 읽히고, 적힌 셀을 실행한 것인지."""
    try:
        notebook = cache.get_cache_bundle(record.pk).nb
        return cache.create_hashed_notebook(notebook)[1] == record.hashkey
    except Exception:  # 상한 자리에 따라 json, nbformat, 꾸러미의 오류가 다릅니다.
        return False
