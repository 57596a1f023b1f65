"""The 22 counties and cities. The facts stand here, so that this never depends on a file."""

from django.db import migrations

COUNTIES = [
    ("a", "臺北市", "Taipei City"),
    ("b", "臺中市", "Taichung City"),
    ("c", "基隆市", "Keelung City"),
    ("d", "臺南市", "Tainan City"),
    ("e", "高雄市", "Kaohsiung City"),
    ("f", "新北市", "New Taipei City"),
    ("g", "宜蘭縣", "Yilan County"),
    ("h", "桃園市", "Taoyuan City"),
    ("i", "嘉義市", "Chiayi City"),
    ("j", "新竹縣", "Hsinchu County"),
    ("k", "苗栗縣", "Miaoli County"),
    ("m", "南投縣", "Nantou County"),
    ("n", "彰化縣", "Changhua County"),
    ("o", "新竹市", "Hsinchu City"),
    ("p", "雲林縣", "Yunlin County"),
    ("q", "嘉義縣", "Chiayi County"),
    ("t", "屏東縣", "Pingtung County"),
    ("u", "花蓮縣", "Hualien County"),
    ("v", "臺東縣", "Taitung County"),
    ("w", "金門縣", "Kinmen County"),
    ("x", "澎湖縣", "Penghu County"),
    ("z", "連江縣", "Lienchiang County"),
]


def add_counties(apps, schema_editor):
    county = apps.get_model("accounts", "County")
    for order, (letter, name, name_en) in enumerate(COUNTIES, start=1):
        county.objects.update_or_create(
            letter=letter, defaults={"name": name, "name_en": name_en, "order": order}
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(add_counties, migrations.RunPython.noop)]
