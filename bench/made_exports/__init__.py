"""Exports of papers that nobody wrote, in every format that is read, made by hand and the standard library.

For tests and benches: nothing here shares code with the readers or with what paperchat exports by.
"""

from bench.made_exports.corpus import Corpus, make_corpus, make_file
from bench.made_exports.defects import Defect
from bench.made_exports.layouts import LAYOUTS
from bench.made_exports.made import Layout, Made

__all__ = ["LAYOUTS", "Corpus", "Defect", "Layout", "Made", "make_corpus", "make_file"]
