"""Where documents lie: a folder in which each file is named by the SHA-256 of its content.

Knows no database and no other adapter; may import ``workflow``.
"""

from adapters.documents.errors import DocumentDamagedError, DocumentMissingError, DocumentTooLargeError
from adapters.documents.folder import DocumentFolder
from adapters.documents.forms import EVIDENCE_BYTES, EmptyFileError, UnknownFormError

__all__ = [
    "EVIDENCE_BYTES",
    "DocumentDamagedError",
    "DocumentFolder",
    "DocumentMissingError",
    "DocumentTooLargeError",
    "EmptyFileError",
    "UnknownFormError",
]
