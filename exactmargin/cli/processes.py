"""Worker processes for commands: fresh interpreters that do not outlive an interruption."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import wait as wait_for_end
from typing import TypeVar, TypeVarTuple

__all__ = ["answers_of", "deaf", "pool_of"]

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


@contextmanager
def pool_of(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that do not outlive an interruption: where the block fails, they are ended.

    Where this process dies without a word, they end by themselves.
    """
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_follow_the_parent)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def answers_of(
    function: Callable[[*_Ts], _T],
    tasks: Sequence[tuple[*_Ts]],
    jobs: int,
    waiting: Callable[[int], None],
) -> Iterator[_T | None]:
    """``function(*task)`` of every task, in their order; None where its process died.

    Every process is a pool of its own, so that a death is that of the task that it was at; the
    next task gets a new process. `waiting` is called about once a second with the number of tasks
    that are done.
    """
    next_task = iter(range(len(tasks)))
    answers: dict[int, _T | None] = {}
    running: dict[Future[_T], tuple[int, ProcessPoolExecutor]] = {}
    with ExitStack() as stack:

        def start(pool: ProcessPoolExecutor) -> None:
            for n in next_task:
                with deaf():
                    running[pool.submit(function, *tasks[n])] = n, pool
                return

        for _ in range(min(jobs, len(tasks))):
            start(stack.enter_context(pool_of(1)))
        done = 0
        for n in range(len(tasks)):
            while n not in answers:
                waiting(done)
                for future in wait(running, timeout=1, return_when=FIRST_COMPLETED).done:
                    task, pool = running.pop(future)
                    done += 1
                    try:
                        answers[task] = future.result()
                    except BrokenProcessPool:
                        answers[task] = None
                        pool = stack.enter_context(pool_of(1))
                    start(pool)
            yield answers.pop(n)


def _follow_the_parent() -> None:
    """Interruptions are the parent's business; a worker ends when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_end([parent.sentinel])
        os._exit(1)


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are started in the block never hear an interruption: this one ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
