"""Backup and restore of an installation: database, documents, and what the broker alone holds.

A backup is a folder, or that folder as one ``.tar``. It is one moment of the database (one snapshot, while work goes on), the
documents that this moment knows, and of the streams: how far they were taken before that moment, and the messages that nobody
had taken. What a restore guarantees stands in :mod:`adapters.entrypoints.backups.restoring`.
"""

from adapters.entrypoints.backups.restoring import Restored, restore
from adapters.entrypoints.backups.taking import Taken, take

__all__ = ["Restored", "Taken", "restore", "take"]
