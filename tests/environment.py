"""The surroundings every test run gets, whatever the shell that started it holds.

A pytest plugin (`-p tests.environment` in pyproject.toml) and not a conftest, because pytest-django loads the settings
before any conftest is read. Its promise: a test run knows it is one, keeps its state in a directory of its own that
goes away with it, and never sees the clock or the data of a running demo. Only DATABASE_URL is taken as it is, so that
the same tests run on either database.
"""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# A shell that forbids byte code would have every process, and each server and command that a test starts, compile the
# whole tree anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

os.environ["YISHITING_MODE"] = "test"
os.environ.pop("YISHITING_NOW", None)

_worker = os.environ.get("PYTEST_XDIST_WORKER")
_shared = os.environ.get("YISHITING_TEST_DATA")
if _worker and _shared:
    # A process of a parallel run: a directory each below the one that the first process removes.
    _data = Path(_shared) / _worker
    _data.mkdir(exist_ok=True)
else:
    _data = Path(tempfile.mkdtemp(prefix="yishiting-test-"))
    os.environ["YISHITING_TEST_DATA"] = str(_data)
    atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["YISHITING_DATA"] = str(_data)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Have the collector of garbage leave alone what stays for the whole run: it walked all of it, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
