"""A turn and its steps as spans of LlamaIndex's dispatcher, among those of the model calls that they make."""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature

from rag.ask import Stopped

NO_ARGUMENTS = signature(lambda: None).bind()
"""Spans carry names and times only: what is asked and read is nobody's business."""


@contextmanager
def span(name: str) -> Iterator[None]:
    """A span around the block, in that of the caller. Costs nothing as long as nobody listens to the dispatcher."""
    # Who listens has imported it; where nobody has, it is not worth its 130 ms.
    if "llama_index_instrumentation" not in sys.modules:
        yield
        return
    from llama_index_instrumentation import get_dispatcher  # loaded already
    from llama_index_instrumentation.span import active_span_id  # loaded already

    dispatcher, id, parent = get_dispatcher(), f"paperchat.{name}-{uuid.uuid4()}", active_span_id.get()
    dispatcher.span_enter(id, NO_ARGUMENTS, parent_id=parent)
    active_span_id.set(id)
    try:
        yield
    except (Stopped, GeneratorExit):
        # Nobody waits any more: that is no failure.
        dispatcher.span_exit(id, NO_ARGUMENTS)
        raise
    except BaseException as error:
        dispatcher.span_drop(id, NO_ARGUMENTS, err=error)
        raise
    else:
        dispatcher.span_exit(id, NO_ARGUMENTS)
    finally:
        active_span_id.set(parent)
