"""The search for programs that are built with LangChain; needs the extra `langchain`.

Importing it raises MissingExtra where that is not installed.
"""

from rag.errors import MissingExtra

try:
    from rag.langchain.retriever import PaperRetriever
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "langchain_core":
        raise
    raise MissingExtra(
        "The package `langchain-core` is not installed. Run `pip install 'paperchat[langchain]'`."
    ) from None

__all__ = ["PaperRetriever"]
