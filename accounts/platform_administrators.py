"""What whoever may administer may do in the administration pages: everything."""

from typing import Any

from django.contrib.auth.backends import BaseBackend


class PlatformAdministratorBackend(BaseBackend):
    """Grants every permission of Django's, so that no site has to hand out single ones.

    It signs nobody in. What even staff may not do is said by the pages themselves.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_staff)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_staff)
