"""Keras를 조용히 불러옵니다. 이 꾸러미에서 Keras를 쓰는 모듈은 여기서 가져다 씁니다.

TensorFlow는 불러올 때와 기기를 처음 찾을 때 C++에서 표준 오류에 안내문을 씁니다.
책의 페이지와 명령줄에 그 글이 섞이지 않도록 그동안만 표준 오류를 붙잡아 둡니다.
GPU는 쓰지 않습니다. 모델이 작아 CPU가 더 빠르고, 기계마다 결과가 덜 갈립니다.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """파일 기술자 2로 나가는 글을 붙잡아 버립니다. 예외가 나면 되살려 원인을 보입니다."""
    kept = _copy_of_stderr()
    if kept is None:  # 부른 쪽이 표준 오류를 닫아 두었으면 붙잡을 것이 없습니다.
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _copy_of_stderr() -> int | None:
    try:
        return os.dup(2)
    except OSError:
        return None


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with quiet_stderr():
    import keras as _keras
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")
    tf.constant(0)  # 기기 찾기를 여기서 마칩니다.
    # 훈련마다 함수를 새로 컴파일하는 것이 뜻한 바이므로, 다시 컴파일한다는 조언은 듣지 않습니다.
    tf.get_logger().setLevel("ERROR")

# Keras의 형 힌트는 기본값에서 짐작된 것이라(verbose="auto"는 str) 맞는 호출도 틀렸다고 합니다.
keras: Any = _keras
layers: Any = _keras.layers

if TYPE_CHECKING:
    Model = Any
else:
    Model = _keras.Model
