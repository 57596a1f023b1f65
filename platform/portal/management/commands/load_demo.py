"""manage.py load_demo: the demonstration county, loaded the way a real county is."""

import secrets
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.models import Unit, User
from inventory import policies, workflow
from inventory.entries.answers import Answer, answers_from, unanswered
from inventory.models import CountyDates, Filing, ReportingYear
from inventory.workflow.years import change_year, set_county_dates
from portal import database_identity

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
ADMINISTRATOR = "admin"
FACTOR_SET = "tw-105-ar4"
OPENED = date(2016, 1, 1)
YEARS = (102, 103, 104)
STORY_UNIT, TOWNSHIP, COUNTY = "371036500X", "371032300A", "371030000A"
LETTER, PROCEDURE = "z", "作業程序：6 月 30 日前完成填報"
ANOTHER_YEAR = "示範資料延至下一個期限"
# In 102 most units are confirmed, a few stand elsewhere, so that every state can be seen.
NOT_YET_CONFIRMED, STILL_DRAFT, SENT_BACK = "371036510X", "371036511X", "371036512X"


class Command(BaseCommand):
    """Counties, accounts, factors, years, figures and public content; a second run adds nothing."""

    help = "Load the demonstration county (its figures and most of its codes are invented)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("load_demo runs only with DEMONSTRATION=1: its figures are invented")
        try:
            database_identity.check_is_meant()
        except database_identity.WrongDatabase as error:
            raise CommandError(str(error)) from error
        quiet = StringIO()
        call_command("load_factor_sets", stdout=quiet)
        call_command("load_content", stdout=quiet)
        administrator = self._administrator()
        if not Unit.objects.exists():
            self._fill(administrator, quiet)
        self._keep_open(administrator)
        self._print_accounts()

    def _fill(self, administrator: User, quiet: StringIO) -> None:
        with transaction.atomic():
            call_command(
                "seed_accounts",
                str(FIXTURES / "lienchiang_accounts.xlsx"),
                stdout=quiet,
                stderr=quiet,
            )
            for year in YEARS:
                call_command(
                    "open_year",
                    year,
                    opens_on=OPENED,
                    due_on=_next_31_july(),
                    factor_set=FACTOR_SET,
                    by=administrator.username,
                    stdout=quiet,
                )
                self._end_on_30_june(ReportingYear.objects.get(year=year), administrator)
            call_command(
                "import_filings",
                str(FIXTURES / "demo_filings.csv"),
                by=administrator.username,
                stdout=quiet,
            )
            _walk_through_102()
            call_command("judge_filings", stdout=quiet)
            _tell_the_planner()

    def _administrator(self) -> User:
        """The account for /admin/; its password is made with it, once, and kept beside the data."""
        user = User.objects.filter(username=ADMINISTRATOR).first()
        if user is None:
            user = User.objects.create_superuser(ADMINISTRATOR, _kept_or_made())
        return user

    def _end_on_30_june(self, year: ReportingYear, administrator: User) -> None:
        """連江縣 ends on a day of its own, a month before the nation: its procedure says so."""
        dates = CountyDates(year=year, county_id=LETTER, due_on=_next_30_june(), reason=PROCEDURE)
        set_county_dates(wanted=dates, by=administrator)

    def _keep_open(self, administrator: User) -> None:
        """A demonstration that was set up last year can still be filed in today."""
        for year in ReportingYear.objects.filter(due_on__lt=policies.today()):
            year.due_on = _next_31_july()
            change_year(wanted=year, reason=ANOTHER_YEAR, by=administrator)
        for dates in CountyDates.objects.filter(due_on__lt=policies.today()):
            dates.due_on, dates.reason = _next_30_june(), ANOTHER_YEAR
            set_county_dates(wanted=dates, by=administrator)

    def _print_accounts(self) -> None:
        write = self.stdout.write
        write("示範帳號（縣市選「連江縣」；密碼與帳號相同）／ Demonstration accounts")
        for code, what in (
            (STORY_UNIT, "學校 school"),
            (TOWNSHIP, "鄉公所 township"),
            (COUNTY, "縣政府 county government"),
        ):
            unit = Unit.objects.get(code=code)
            write(f"  {what:<26} {code}   {unit.name}")
        administrator = User.objects.get(username=ADMINISTRATOR)
        kept = _kept()
        shown = kept if administrator.check_password(kept) else "（密碼已變更 changed）"
        write(f"  {'平台管理 administration':<24} {ADMINISTRATOR} / {shown}   (/admin/)")


def _tell_the_planner() -> None:
    """Plans for tables that were just filled are made for empty ones until they are analysed:
    verifying this county took minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _password_file() -> Path:
    return Path(settings.VAR_DIR) / "demo_admin_password"


def _kept() -> str:
    """The password that was made here; "" where there is none."""
    try:
        return _password_file().read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _kept_or_made() -> str:
    password = _kept()
    if not password:
        password = secrets.token_urlsafe(12)
        _password_file().touch(mode=0o600)
        _password_file().write_text(password, encoding="ascii")
    return password


def _next_30_june() -> date:
    day = policies.today()
    return date(day.year + (day >= date(day.year, 6, 1)), 6, 30)


def _next_31_july() -> date:
    return _next_30_june() + timedelta(days=31)


def _walk_through_102() -> None:
    """File 102 for every imported unit as its own person would, and confirm it as the parent's."""
    filings = Filing.objects.filter(year_id=102, is_prefilled=True).order_by("-level", "path")
    for filing in filings.select_related("unit", "parent__unit"):
        if filing.unit.code == STILL_DRAFT:
            continue
        saved = _complete(filing)
        if filing.parent is None or filing.unit.code == NOT_YET_CONFIRMED:
            continue
        reviewer = filing.parent.unit.users.earliest("pk")
        if filing.unit.code == SENT_BACK:
            workflow.send_back(
                filing=saved,
                revision=saved.revision,
                reason="（示範）電力度數請再與全年電費單核對。",
                lines=["own-electricity"],
                by=reviewer,
            )
            continue
        workflow.confirm(filing=saved, revision=saved.revision, by=reviewer)


def _complete(filing: Filing) -> Filing:
    answers = answers_from(filing.entries.all())
    answers += [
        Answer(operation, line, None) for operation, line in unanswered(answers, filing.year_id)
    ]
    return workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="",
        complete=True,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=filing.unit.users.earliest("pk"),
    )
