"""Write down, once, whether this is a demonstration's database or a site's."""

from django.conf import settings
from django.db import migrations


def write_down(apps, schema_editor):
    purpose = "demonstration" if settings.DEMONSTRATION else "site"
    identities = apps.get_model("portal", "DatabaseIdentity").objects
    identities.get_or_create(id=1, defaults={"purpose": purpose})


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
