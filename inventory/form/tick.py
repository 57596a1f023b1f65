"""What the tick 「我已確認完整填報各欄位」 means for what is saved, said before it is."""

from django.utils.translation import gettext as _

from accounts.wording import with_remark
from inventory.models import Filing
from inventory.states import FILED, Status, Verb, after
from inventory.versions.changes import Change


def tick_changes(filing: Filing, *, is_ticked: bool) -> list[Change]:
    """The tick as a difference between what is saved and what was typed, with its consequence."""
    was_ticked = filing.completed_at is not None
    if is_ticked == was_ticked:
        return []
    words = {True: _("已勾選"), False: _("未勾選")}
    verb = Verb.COMPLETE if is_ticked else Verb.SAVE
    what = {"before": filing.get_status_display(), "after": after(verb, filing.status).label}
    consequence = _("存檔後登錄狀況由「%(before)s」改為「%(after)s」") % what
    label = _("我已確認完整填報各欄位")
    return [
        Change("", "", label, words[was_ticked], with_remark(words[is_ticked], consequence)),
    ]


def taken_back_by_a_save(filing: Filing) -> list[str]:
    """What a save would take back of a filing that is completed or confirmed, in sentences."""
    if filing.status not in FILED:
        return []
    found = [
        _("取消勾選「我已確認完整填報各欄位」再存檔，登錄狀況會由「%(now)s」改回「填報中」。")
        % {"now": filing.get_status_display()}
    ]
    if filing.status == Status.CONFIRMED:
        what = {"version": filing.confirmed_version}
        found.append(
            _(
                "上一層級單位已確認第 %(version)s 版：存檔時內容若有變更，會成為「確認後已修改」，"
                "須重新確認；在那之前，公開的仍是第 %(version)s 版。"
            )
            % what
        )
    return found
