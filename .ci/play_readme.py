"""Do what the README says on a machine that has only Python, make and git; run by `.ci/bare-debian`.

`make run` until the page answers, then a part of `make test` that needs no minutes. Prints how long each took
in all, and how much of it was work of this machine's processors. Exit 1 when the first start is more work
than promised, or anything fails.
"""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request

PAGE = "http://127.0.0.1:8700/"
MOST_WORK, MOST_SECONDS = 60.0, 900.0
TESTS = "-m 'not slow' tests/timekeeping tests/support tests/storage"


def work() -> float:
    """Seconds of processor time of everything that was started and has ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def answers() -> bool:
    try:
        with urllib.request.urlopen(PAGE, timeout=5) as found:
            return bool(found.status == 200)
    except OSError:
        return False


def first_start() -> float:
    """`make run` until the page answers, then Ctrl+C; returns the seconds of work."""
    began = time.monotonic()
    process = subprocess.Popen(["make", "run"], stdin=subprocess.DEVNULL, start_new_session=True)
    while not answers():
        if process.poll() is not None or time.monotonic() - began > MOST_SECONDS:
            raise SystemExit("bare debian: FAILED: the page does not answer")
        time.sleep(0.2)
    took = time.monotonic() - began
    os.killpg(process.pid, signal.SIGINT)
    process.wait()
    print(f"bare debian: `make run` answers after {took:.0f} s, {work():.0f} s of them work", flush=True)
    return work()


def main() -> int:
    print(f"bare debian: Python {sys.version.split()[0]}", flush=True)
    if first_start() > MOST_WORK:
        print(f"bare debian: FAILED: a first start is more than {MOST_WORK:.0f} s of work")
        return 1
    began = time.monotonic()
    done = subprocess.run(["make", "test", f"ARGS={TESTS}"], stdin=subprocess.DEVNULL, check=False)
    result = "passes" if done.returncode == 0 else "FAILED"
    print(f"bare debian: part of `make test` {result} after {time.monotonic() - began:.0f} s")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
