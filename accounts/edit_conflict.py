"""What is raised where a page would overwrite what somebody else has saved meanwhile."""

from django.db.models import Model


class EditConflict(Exception):
    """The row was saved since the form was shown; `current` is the row as it is now."""

    def __init__(self, current: Model) -> None:
        super().__init__(current)
        self.current = current
