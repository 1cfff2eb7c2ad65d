"""What can go wrong in the business; the docstring of a class is what it means."""


class KervanError(Exception):
    """Base of all errors that Kervan raises on purpose."""


class TransitionNotAllowedError(KervanError):
    """A trigger was fired on a stage that does not allow it: a fault of the program, since guards are asked first."""


class StoreUnavailableError(KervanError):
    """The database does not answer or lost the connection: nothing was applied, the same messages can be given again."""


class BatchConflictError(KervanError):
    """Another worker held what this batch needs for too long: nothing was applied, the same messages can be given again."""
