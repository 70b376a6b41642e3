"""Tables as people have them: one reader, with one set of rules, for every file of rows that comes in.

::

    table = read_table(content)          # bytes of a CSV or spreadsheet file, or pasted text
    table.lines                          # (line number, cells), each cell cleaned
    table.unread                         # lines whose quotation marks do not match

`text_of` is the first half of it: an upload becomes text that a form can hold.
"""

from bot.tables.cells import clean, heading_words, is_blank
from bot.tables.reading import Line, Table, TooManyLines, read_table
from bot.tables.spreadsheet import text_of

__all__ = ["Line", "Table", "TooManyLines", "clean", "heading_words", "is_blank", "read_table", "text_of"]
