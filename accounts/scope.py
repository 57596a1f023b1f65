"""Which rows the pages of this app are given."""

from django.db.models import QuerySet

from accounts.models import County


def counties() -> QuerySet[County]:
    """Every county, in its order: the public chooses one to sign in."""
    return County.objects.all()
