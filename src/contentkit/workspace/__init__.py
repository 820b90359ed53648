"""The workspace folder: ledger, archive, marks and queries."""

from contentkit.workspace.settings import Settings
from contentkit.workspace.workspace import Workspace, dump, ledger_error, open_reader

__all__ = ["Settings", "Workspace", "dump", "ledger_error", "open_reader"]
