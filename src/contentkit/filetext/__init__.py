"""The text of attachments, read offline: PDF, Word, Excel, WPS, OFD, ZIP, plain text."""

from contentkit.filetext.read import read_file
from contentkit.filetext.result import FileState, FileText, Limits

__all__ = ["FileState", "FileText", "Limits", "read_file"]
