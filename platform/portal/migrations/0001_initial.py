import accounts.guards
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_counties'),
    ]

    operations = [
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('title', models.CharField(max_length=200, verbose_name='標題')),
                ('body', models.TextField(blank=True, help_text='純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。', verbose_name='內容')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='標題（英文）')),
                ('body_en', models.TextField(blank=True, verbose_name='內容（英文）')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='小的在前。', verbose_name='順序')),
                ('file', models.FileField(upload_to='downloads/', validators=[django.core.validators.FileExtensionValidator(['pdf', 'xlsx', 'ods', 'docx', 'odt', 'csv', 'txt', 'zip'])], verbose_name='檔案')),
                ('file_name', models.CharField(help_text='含副檔名，例如：填報作業說明.pdf', max_length=100, validators=[django.core.validators.RegexValidator('^[^/\\\\:*?"<>|\\x00-\\x1f]+\\.[A-Za-z0-9]+$', '檔名不正確。')], verbose_name='下載檔名')),
                ('updated_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='更新日期')),
            ],
            options={
                'verbose_name': '下載檔案',
                'verbose_name_plural': '資訊下載',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('title', models.CharField(max_length=200, verbose_name='標題')),
                ('body', models.TextField(blank=True, help_text='純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。', verbose_name='內容')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='標題（英文）')),
                ('body_en', models.TextField(blank=True, verbose_name='內容（英文）')),
                ('published_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='日期')),
            ],
            options={
                'verbose_name': '公告',
                'verbose_name_plural': '公告欄',
                'ordering': ['-published_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('title', models.CharField(max_length=200, verbose_name='標題')),
                ('body', models.TextField(blank=True, help_text='純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。', verbose_name='內容')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='標題（英文）')),
                ('body_en', models.TextField(blank=True, verbose_name='內容（英文）')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='小的在前。', verbose_name='順序')),
            ],
            options={
                'verbose_name': '問題',
                'verbose_name_plural': '常見問題',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Showcase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('memberships', models.TextField(blank=True, help_text='每行一項。', verbose_name='參與組織')),
                ('achievements', models.TextField(blank=True, help_text='每行一項。', verbose_name='成果')),
                ('memberships_en', models.TextField(blank=True, verbose_name='參與組織（英文）')),
                ('achievements_en', models.TextField(blank=True, verbose_name='成果（英文）')),
            ],
            options={
                'verbose_name': '縣市成果',
                'verbose_name_plural': '縣市成果展現',
                'ordering': ['county__order', 'county'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('title', models.CharField(max_length=200, verbose_name='標題')),
                ('body', models.TextField(blank=True, help_text='純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。', verbose_name='內容')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='標題（英文）')),
                ('body_en', models.TextField(blank=True, verbose_name='內容（英文）')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='小的在前。', verbose_name='順序')),
            ],
            options={
                'verbose_name': '名詞',
                'verbose_name_plural': '專用名詞',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=60, null=True, unique=True)),
                ('is_published', models.BooleanField(default=True, verbose_name='公開')),
                ('title', models.CharField(max_length=200, verbose_name='標題')),
                ('body', models.TextField(blank=True, help_text='純文字：空一行為新段落；以「- 」開頭的各行為條列；網址會自動成為連結。', verbose_name='內容')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='標題（英文）')),
                ('body_en', models.TextField(blank=True, verbose_name='內容（英文）')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='小的在前。', verbose_name='順序')),
                ('section', models.CharField(choices=[('international', '國際資訊'), ('cases', '案例分享')], max_length=20, verbose_name='頁面')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='資料來源')),
                ('source_url', models.URLField(blank=True, verbose_name='來源網址')),
            ],
            options={
                'verbose_name': '文章',
                'verbose_name_plural': '國際資訊與案例分享',
                'ordering': ['section', 'order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('section__in', ['international', 'cases'])), name='article_section')],
            },
        ),
        migrations.CreateModel(
            name='DatabaseIdentity',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('site', '正式平台'), ('demonstration', '示範平台')], max_length=20, verbose_name='資料庫用途')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立時間')),
            ],
            options={
                'verbose_name': '資料庫用途',
                'verbose_name_plural': '資料庫用途',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='database_identity_once'), models.CheckConstraint(condition=models.Q(('purpose__in', ['site', 'demonstration'])), name='database_identity_purpose')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='databaseidentity',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='1ec26cdd9893f9150628cc0a952d104c6280ab86', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_5f1bf', table='portal_databaseidentity', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='databaseidentity',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='6ef0b729b7b813e63bd5b0e57df4ff2bf6283244', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_54341', table='portal_databaseidentity', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='showcase',
            name='county',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='showcase', to='accounts.county', verbose_name='縣市'),
        ),
    ]
