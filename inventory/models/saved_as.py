"""What a version came from, and which states have none with figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.states import Status

# Never saved, or emptied by a version that says so.
WITHOUT_FIGURES = (Status.NOT_STARTED, Status.EXCUSED)


class SavedAs(models.TextChoices):
    """What a version came from."""

    DRAFT = "draft", _("存成草稿")
    COMPLETE = "complete", _("確認完整並存檔")
    IMPORT = "import", _("匯入")
    RECOMPUTE = "recompute", _("以新係數重算")
    EMPTIED = "emptied", _("清空")
