"""The workspace folder: ledger, archive, marks and queries."""

from contentkit.workspace.settings import Settings
from contentkit.workspace.workspace import Workspace, dump

__all__ = ["Settings", "Workspace", "dump"]
