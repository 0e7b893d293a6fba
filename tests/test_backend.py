from __future__ import annotations

import os

import pytest
from cosine_rnn.backend import quiet_stderr, tf


def test_stderr_is_held_back_and_given_back(capfd: pytest.CaptureFixture[str]):
    with quiet_stderr():
        os.write(2, b"held back")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_held_text_is_shown_when_the_import_fails(capfd: pytest.CaptureFixture[str]):
    def fail() -> None:
        with quiet_stderr():
            os.write(2, b"why it failed")
            raise ImportError("cause")

    with pytest.raises(ImportError, match="cause"):
        fail()
    os.write(2, b", after")
    assert capfd.readouterr().err == "why it failed, after"


def test_quiet_stderr_leaves_no_open_file():
    def opened() -> int:
        return len(os.listdir("/dev/fd"))

    before = opened()
    for _ in range(5):
        with quiet_stderr():
            pass
    assert opened() == before


def test_no_gpu_is_used():
    assert tf.config.get_visible_devices("GPU") == []


def test_held_back_stderr_may_be_closed():
    # `cosine-rnn … 2>&-`: there is no descriptor 2 to hold.
    kept = os.dup(2)
    os.close(2)
    try:
        with quiet_stderr():
            inside = True
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert inside
