"""Documents against the platform's schema and the rules, the whole site against gates."""

from contentkit.validate.across import (
    check_bulk_dates,
    check_clock,
    check_site_codes,
)
from contentkit.validate.document import (
    USED_LISTS,
    Validated,
    mode_of,
    validate_document,
)
from contentkit.validate.edition import Compiled, Edition, compile_schema, load_edition
from contentkit.validate.gates import (
    GateResult,
    blocking_codes,
    check_assertions,
    fields_asserted,
)
from contentkit.validate.site import (
    Article20Row,
    ColumnFacts,
    SiteFacts,
    UnmappedColumn,
    article20_matrix,
    check_article20,
    check_columns,
    check_repeated_numbers,
)

__all__ = [
    "USED_LISTS",
    "Article20Row",
    "ColumnFacts",
    "Compiled",
    "Edition",
    "GateResult",
    "SiteFacts",
    "UnmappedColumn",
    "Validated",
    "article20_matrix",
    "blocking_codes",
    "check_article20",
    "check_assertions",
    "check_bulk_dates",
    "check_clock",
    "check_columns",
    "check_repeated_numbers",
    "check_site_codes",
    "compile_schema",
    "fields_asserted",
    "load_edition",
    "mode_of",
    "validate_document",
]
