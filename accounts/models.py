"""Who files: counties, the tree of units, and the people who sign in for them."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import cleaning, roles
from accounts.tracking import keep_history
from accounts.validators import (
    COUNTY_LETTERS,
    validate_county_letter,
    validate_phone,
    validate_printable,
)

CODE_PATTERN = r"^[0-9][0-9A-Z]{3,11}$"
USERNAME_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z._-]{1,29}$"


class County(models.Model):
    """A county or city. Its letter, in lower case, begins the accounts of its units.

    The 22 come with the platform, by migration: one more or one less is a matter of law, and
    accounts, units and public figures rest on them. The database takes no other letter.
    """

    letter = models.CharField(
        _("代碼字母"),
        max_length=1,
        primary_key=True,
        validators=[validate_county_letter],
    )
    name = models.CharField(_("縣市"), max_length=20, unique=True, validators=[validate_printable])
    name_en = models.CharField(_("英文名稱"), max_length=40, validators=[validate_printable])
    order = models.PositiveSmallIntegerField(_("順序"), default=0)

    class Meta:
        verbose_name = _("縣市")
        verbose_name_plural = _("縣市")
        ordering: ClassVar = ["order", "letter"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(letter__regex=f"^[{COUNTY_LETTERS}]$"),
                name="county_is_one_of_the_22",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the visitor's language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


@keep_history()
class Unit(models.Model):
    """An agency or school, where it stands in the tree now, and whom to ask about its figures.

    The tree of a year that is already open is kept by that year's filings; moving a unit here
    moves it in the years opened afterwards.
    """

    code = models.CharField(
        _("機關代碼"),
        max_length=12,
        unique=True,
        validators=[
            RegexValidator(CODE_PATTERN, _("機關代碼為 4 至 12 位數字或大寫字母，以數字開頭。"))
        ],
    )
    name = models.CharField(
        _("機關/單位名稱(全名)"), max_length=100, validators=[validate_printable]
    )
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, related_name="units", verbose_name=_("縣市")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("上級機關"),
    )
    category = models.CharField(
        _("類別"), max_length=30, blank=True, validators=[validate_printable]
    )
    # Optional, and in no figure: what others of the category are compared by.
    persons = models.PositiveIntegerField(
        _("人數"), null=True, blank=True, help_text=_("員工與學生等平時在場的人數；可不填。")
    )
    floor_area = models.DecimalField(
        _("樓地板面積（平方公尺）"),
        max_digits=11,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("可不填。"),
        validators=[MinValueValidator(0)],
    )
    is_active = models.BooleanField(
        _("現有單位"), default=True, help_text=_("裁撤或整併後取消勾選；已開放年度的填報不受影響。")
    )
    closed_on = models.DateField(
        _("裁撤或整併日"), null=True, blank=True, help_text=_("自這一天起不再有這個單位。")
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("併入的單位"),
    )
    contact_name = models.CharField(
        _("姓名"), max_length=50, blank=True, validators=[validate_printable]
    )
    contact_phone = models.CharField(
        _("連絡電話"), max_length=40, blank=True, validators=[validate_phone]
    )
    contact_fax = models.CharField(
        _("傳真電話"), max_length=40, blank=True, validators=[validate_phone]
    )
    # not through gettext: Django's own catalogue knows another word for it
    contact_email = models.EmailField("Email", blank=True)

    class Meta:
        verbose_name = _("單位")
        verbose_name_plural = _("單位")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="unit_not_its_own_parent",
                violation_error_message=_("單位不能是自己的上級機關。"),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="unit_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(code__regex=CODE_PATTERN), name="unit_code_form"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None)
                | (
                    models.Q(merged_into__isnull=False, closed_on__isnull=False)
                    & ~models.Q(merged_into=models.F("pk"))
                ),
                name="unit_merged_since_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds accounts by name in any case, as people type them."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make one account; without a password nobody can sign in to it."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make a platform administrator."""
        role = roles.PLATFORM_ADMINISTRATOR.code
        return self.create_user(username, password, role=role, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        # lower(), as in the unique index: the look-up stays fast, and no other letter of Unicode
        # than the account's own counts as equal, so that failed sign-ins add up.
        return self.alias(lower=Lower("username")).get(lower=(username or "").lower())


@keep_history(exclude=("password", "last_login"))
class User(AbstractBaseUser, PermissionsMixin):
    """An account. Several people may each have one for the same unit.

    A unit's account is the county's letter in lower case and the agency code: z371036500X.
    What it may do is said by its role alone (`accounts/roles.py`).
    """

    username = models.CharField(
        _("帳號"),
        max_length=30,
        validators=[RegexValidator(USERNAME_PATTERN, _("帳號只能用英文字母、數字與 . _ -。"))],
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name=_("單位"),
    )
    role = models.CharField(
        _("角色"), max_length=30, choices=roles.choices, default=roles.UNIT_STAFF.code
    )
    is_active = models.BooleanField(_("可登入"), default=True)
    must_change_password = models.BooleanField(_("須變更初始密碼"), default=False)
    date_joined = models.DateTimeField(_("建立時間"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("帳號")
        verbose_name_plural = _("帳號")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_unique_in_any_case",
                violation_error_message=_("這個帳號已經存在。"),
            )
        ]

    def get_short_name(self) -> str:
        return self.username

    def set_password(self, raw_password: str | None) -> None:
        """Store a password as it is compared: see `cleaning.password`."""
        super().set_password(raw_password and cleaning.password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is this password, whichever keyboard sent it."""
        return super().check_password(raw_password and cleaning.password(raw_password))

    def may(self, permission: roles.Permission) -> bool:
        """Whether the role of the account has the permission; an inactive account has none."""
        return self.is_active and permission in roles.role_of(self.role).permissions

    @property
    def scope(self) -> roles.Scope:
        """Whose rows the role is given."""
        return roles.role_of(self.role).scope

    @property
    def is_staff(self) -> bool:
        """What Django asks of whoever wants into the administration pages."""
        return self.may(roles.Permission.ADMINISTER)
