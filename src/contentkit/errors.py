"""The exceptions of contentkit.

    ContentkitError                                        exit 2
        ConfigError
            ProfileError
            RecipeError
            SchemaError
        HarvestError
        WorkspaceError
            NotAWorkspace
            WorkspaceTooNew
            WorkspaceDamaged                               exit 3
            WorkspaceLocked                                exit 5
        ArchiveDamaged                                     exit 3
        BundleError                                        exit 3
        TargetError                                        exit 4
        GateFailed                                         exit 1
    ParseError

`ContentkitError` stops a command: its text is one line a fault, each naming the file,
the place, what was expected and what to do next. `ParseError` never leaves the field
boundary: it becomes a finding. `Drop` is no error: a stage runner counts it.
"""

from collections.abc import Sequence


class ContentkitError(Exception):
    """Base of everything that stops a command with a message for its user."""

    exit_code = 2


class ConfigError(ContentkitError):
    """A file the user wrote (or named) is wrong; all its faults are told at once."""

    def __init__(self, path: str, faults: Sequence[str]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{path}: {fault}" for fault in self.faults))


class ProfileError(ConfigError):
    """A site profile cannot be read or does not fit its schema."""


class RecipeError(ConfigError):
    """A recipe, column map or lookup cannot be read or contradicts itself."""


class SchemaError(ConfigError):
    """A JSON Schema does not compile, or a code list is inconsistent."""


class HarvestError(ContentkitError):
    """The harvest could not start."""


class WorkspaceError(ContentkitError):
    """The workspace cannot be used as asked."""


class NotAWorkspace(WorkspaceError):
    """The folder holds no workspace."""


class WorkspaceTooNew(WorkspaceError):
    """The workspace was written by a newer contentkit."""


class WorkspaceDamaged(WorkspaceError):
    """The ledger or the archive of the workspace is damaged."""

    exit_code = 3


class WorkspaceLocked(WorkspaceError):
    """Another process is writing to the workspace."""

    exit_code = 5


class ArchiveDamaged(ContentkitError):
    """A WARC, WACZ or mirror given as input cannot be read; nothing of it is kept."""

    exit_code = 3


class BundleError(ContentkitError):
    """A bundle is damaged or not a bundle; `faults` lists what is wrong where."""

    exit_code = 3

    def __init__(self, path: str, faults: Sequence[str]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{path}: {fault}" for fault in self.faults))


class TargetError(ContentkitError):
    """The target does not match the plan."""

    exit_code = 4


class GateFailed(ContentkitError):
    """An assertion or gate does not hold, so nothing was exported."""

    exit_code = 1

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(self.failures))


class ParseError(ValueError):
    """A text is not what its field holds; becomes a finding at the field boundary."""

    def __init__(self, text: str, expected: str) -> None:
        self.text = text
        self.expected = expected
        super().__init__(f"{text!r} is not {expected}")


class Drop(Exception):
    """The item does not belong in the output; `reason` is counted and kept."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
