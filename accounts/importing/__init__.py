"""Lists in and out: one engine for every list of the county. Columns are data, each list is a kind, a file is all or nothing.

import_list   take in a file            LISTS, register   which lists there are
ListKind · DatedLines · KeyedRows       Column, of        what a heading means
Faults        all that is wrong, by sheet, row, column and remedy
"""

from .carry import import_list, may_import
from .columns import Column, Unreadable, of
from .keyed import KeyedRows
from .kinds import LISTS, DatedLines, ListKind, Progress, Result, Signer, line_columns, register
from .reading import Fault, Faults, Gathered, Line

__all__ = [
    "LISTS",
    "Column",
    "DatedLines",
    "Fault",
    "Faults",
    "Gathered",
    "KeyedRows",
    "Line",
    "ListKind",
    "Progress",
    "Result",
    "Signer",
    "Unreadable",
    "import_list",
    "line_columns",
    "may_import",
    "of",
    "register",
]
