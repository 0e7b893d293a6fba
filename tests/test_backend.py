from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import run_python
from cosine_rnn.support.backend import quiet_stderr, tf


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


TASKS = Path("/proc/self/task")


@pytest.mark.skipif(not TASKS.is_dir(), reason="스레드의 이름은 리눅스에서만 봅니다")
def test_compiled_training_computes_on_one_thread():
    # Two threads add in another order: the same seed would differ from machine to machine.
    result = run_python(
        "from pathlib import Path\n"
        "from cosine_rnn.support.backend import tf\n"
        "tf.function(lambda x: x @ x, jit_compile=True)(tf.ones((512, 512)))\n"
        f"names = [path.read_text() for path in Path('{TASKS}').glob('*/comm')]\n"
        "print(sum('XLAEigen' in name for name in names))\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


def test_matrices_are_multiplied_on_one_thread_whatever_was_imported_first():
    # A chapter imports NumPy before the package: BLAS has then already counted the cores.
    result = run_python(
        "import numpy\n"
        "import scipy.optimize\n"
        "import cosine_rnn\n"
        "import threadpoolctl\n"
        "pools = threadpoolctl.threadpool_info()\n"
        "print({pool['num_threads'] for pool in pools if pool['user_api'] == 'blas'})\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "{1}\n", "")
