"""What the public may see of the texts: the published ones, each in its order."""

from django.utils import timezone

from portal.models import Article, Download, Notice, Question, Section, Showcase, Term

NOTICES_ON_HOME = 6


def notices() -> list[Notice]:
    """The notices whose date has come, newest first."""
    return list(Notice.objects.filter(is_published=True, published_on__lte=timezone.localdate()))


def notice(number: int) -> Notice:
    """One of them. Raises Notice.DoesNotExist."""
    shown = Notice.objects.filter(is_published=True, published_on__lte=timezone.localdate())
    return shown.get(pk=number)


def showcases() -> list[Showcase]:
    return list(Showcase.objects.filter(is_published=True).select_related("county"))


def terms() -> list[Term]:
    return list(Term.objects.filter(is_published=True))


def articles(section: Section) -> list[Article]:
    return list(Article.objects.filter(is_published=True, section=section))


def questions() -> list[Question]:
    return list(Question.objects.filter(is_published=True))


def downloads() -> list[Download]:
    return list(Download.objects.filter(is_published=True))


def download(number: int) -> Download:
    """One published file. Raises Download.DoesNotExist."""
    return Download.objects.filter(is_published=True).get(pk=number)
