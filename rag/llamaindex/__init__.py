"""Checked answers for programs that are built with LlamaIndex; its retriever is `Assistant.as_retriever`."""

from rag.llamaindex.query_engine import PaperQueryEngine

__all__ = ["PaperQueryEngine"]
