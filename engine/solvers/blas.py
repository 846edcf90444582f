"""How many threads a product is shared by: no more than it has work for."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache

from threadpoolctl import ThreadpoolController

# Below so many multiplications, handing half of a product to a second thread costs more than it saves.
SMALL_PRODUCT = 4_000_000


@cache
def controller() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    # Setting the number takes longer than an iteration, and a worker process has but one anyway.
    if all(library.num_threads == 1 for library in controller().lib_controllers):
        return nullcontext()
    return controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


def threads_for(multiplications: int) -> AbstractContextManager[object]:
    return one_thread() if multiplications < SMALL_PRODUCT else nullcontext()
