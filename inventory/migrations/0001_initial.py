import accounts.guards
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CountyDates',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='開放日期')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.county', verbose_name='縣市')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='設定者')),
            ],
            options={
                'verbose_name': '縣市自訂期限',
                'verbose_name_plural': '縣市自訂期限',
                'ordering': ['year', 'county'],
            },
        ),
        migrations.CreateModel(
            name='FactorSet',
            fields=[
                ('slug', models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name='識別碼')),
                ('title', models.CharField(max_length=200, verbose_name='名稱')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='英文名稱')),
                ('publisher', models.CharField(max_length=200, verbose_name='發布者')),
                ('source', models.TextField(verbose_name='來源')),
                ('published', models.DateField(verbose_name='發布日期')),
                ('gwp_basis', models.CharField(max_length=20, verbose_name='GWP 版本')),
                ('usable_years', models.JSONField(verbose_name='可用於年度')),
                ('review_by', models.DateField(verbose_name='檢視期限')),
                ('note', models.TextField(blank=True, verbose_name='說明')),
                ('note_en', models.TextField(blank=True, verbose_name='英文說明')),
                ('content', models.TextField(verbose_name='檔案內容')),
                ('checksum', models.CharField(max_length=64, verbose_name='檔案檢核碼')),
                ('loaded_at', models.DateTimeField(auto_now_add=True, verbose_name='載入時間')),
                ('loaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='載入者')),
            ],
            options={
                'verbose_name': '係數版本',
                'verbose_name_plural': '係數版本',
                'ordering': ['-published', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=30, verbose_name='項目')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='名稱')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='英文名稱')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='適用年度')),
                ('unit', models.CharField(max_length=10, verbose_name='單位')),
                ('gas', models.CharField(max_length=20, verbose_name='氣體')),
                ('value', models.DecimalField(decimal_places=12, max_digits=20, verbose_name='係數')),
                ('gwp', models.DecimalField(decimal_places=4, max_digits=12, verbose_name='GWP')),
                ('derivation', models.TextField(blank=True, verbose_name='推導')),
                ('source', models.TextField(verbose_name='來源')),
                ('page', models.CharField(blank=True, max_length=200, verbose_name='頁次或表次')),
                ('confidence', models.CharField(max_length=20, verbose_name='可信度')),
                ('gwp_source', models.TextField(verbose_name='GWP 來源')),
                ('gwp_page', models.CharField(blank=True, max_length=200, verbose_name='GWP 頁次或表次')),
                ('gwp_confidence', models.CharField(max_length=20, verbose_name='GWP 可信度')),
                ('factor_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='factors', to='inventory.factorset', verbose_name='係數版本')),
            ],
            options={
                'verbose_name': '排放係數',
                'verbose_name_plural': '排放係數',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.TextField(db_collation='C', verbose_name='樹狀位置')),
                ('level', models.PositiveSmallIntegerField(verbose_name='層級')),
                ('status', models.CharField(choices=[('not_started', '未登錄'), ('draft', '填報中'), ('completed', '已完成'), ('confirmed', '已確認'), ('returned', '退回修正')], default='not_started', max_length=12, verbose_name='登錄狀況')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='版次')),
                ('revision', models.PositiveIntegerField(default=0, help_text='每一次存檔、確認、退回、展延等，各加一。', verbose_name='異動序號')),
                ('outsourced_scope', models.TextField(blank=True, max_length=1000, verbose_name='委外操作範圍說明')),
                ('own_kg', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20, verbose_name='排放量小計（不含委外）')),
                ('outsourced_kg', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=20, verbose_name='排放量小計（委外）')),
                ('saved_as', models.CharField(blank=True, choices=[('draft', '存成草稿'), ('complete', '確認完整並存檔'), ('import', '匯入'), ('recompute', '以新係數重算')], max_length=10, verbose_name='存檔方式')),
                ('save_reason', models.TextField(blank=True, max_length=1000, verbose_name='存檔原因')),
                ('is_prefilled', models.BooleanField(default=False, help_text='由匯入而來、單位尚未自行存檔。', verbose_name='匯入待核對')),
                ('saved_at', models.DateTimeField(blank=True, null=True, verbose_name='存檔時間')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='完成時間')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='確認時間')),
                ('confirmed_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='確認的版次')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='退回時間')),
                ('return_reason', models.TextField(blank=True, max_length=1000, verbose_name='退回原因')),
                ('returned_lines', models.JSONField(blank=True, default=list, verbose_name='退回原因所指項目')),
                ('extended_to', models.DateField(blank=True, null=True, verbose_name='展延至')),
                ('extended_at', models.DateTimeField(blank=True, null=True, verbose_name='展延時間')),
                ('extension_reason', models.TextField(blank=True, max_length=1000, verbose_name='展延原因')),
                ('completed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='完成者')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='確認者')),
                ('extended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='展延者')),
                ('factor_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='inventory.factorset', verbose_name='採用係數版本')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='inventory.filing', verbose_name='上級機關的填報')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='退回者')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='存檔者')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='accounts.unit', verbose_name='單位')),
            ],
            options={
                'verbose_name': '填報',
                'verbose_name_plural': '填報',
                'ordering': ['year', 'path'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.CharField(choices=[('own', '營運活動數據'), ('outsourced', '委外操作/營運活動數據(該單位自行負擔費用部分)')], max_length=10, verbose_name='範圍')),
                ('line', models.CharField(max_length=30, verbose_name='項目')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='序號')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='名稱')),
                ('answer', models.CharField(choices=[('number', '數量'), ('unused', '未使用')], max_length=6, verbose_name='填答')),
                ('quantity', models.DecimalField(blank=True, decimal_places=4, max_digits=13, null=True, verbose_name='數量')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='單位')),
                ('terms', models.JSONField(blank=True, default=list, verbose_name='計算時的係數')),
                ('kg', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name='排放量（公斤CO₂e）')),
                ('reason', models.CharField(blank=True, choices=[('activity', '業務量或使用人數增減'), ('equipment', '設備新增、汰換或停用'), ('saving', '節能措施'), ('premises', '辦公場所或組織異動'), ('period', '帳單期間或統計範圍不同'), ('correction', '去年數據有誤，已更正'), ('other', '其他（請說明）')], max_length=12, verbose_name='差異原因')),
                ('reason_note', models.CharField(blank=True, max_length=200, verbose_name='差異說明')),
                ('factor_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.factorset', verbose_name='係數版本')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='inventory.filing', verbose_name='填報')),
            ],
            options={
                'verbose_name': '活動數據',
                'verbose_name_plural': '活動數據',
                'ordering': ['filing', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FilingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(verbose_name='異動序號')),
                ('verb', models.CharField(choices=[('import', '匯入'), ('save', '存檔'), ('complete', '確認完整並存檔'), ('confirm', '確認'), ('send_back', '退回'), ('extend', '展延'), ('recompute', '重算')], max_length=12, verbose_name='事項')),
                ('at', models.DateTimeField(verbose_name='時間')),
                ('version', models.PositiveIntegerField(verbose_name='版次')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='原因')),
                ('lines', models.JSONField(blank=True, default=list, verbose_name='原因所指項目')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='異動內容')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='辦理者')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='inventory.filing', verbose_name='填報')),
            ],
            options={
                'verbose_name': '辦理紀錄',
                'verbose_name_plural': '辦理紀錄',
                'ordering': ['filing', 'revision'],
            },
        ),
        migrations.CreateModel(
            name='FilingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='版次')),
                ('format', models.PositiveSmallIntegerField(verbose_name='格式')),
                ('previous_hash', models.CharField(blank=True, max_length=64, verbose_name='前一版雜湊')),
                ('saved_at', models.DateTimeField(verbose_name='存檔時間')),
                ('saved_as', models.CharField(choices=[('draft', '存成草稿'), ('complete', '確認完整並存檔'), ('import', '匯入'), ('recompute', '以新係數重算')], max_length=10, verbose_name='存檔方式')),
                ('save_reason', models.TextField(blank=True, verbose_name='原因')),
                ('is_complete', models.BooleanField(verbose_name='已確認完整填報')),
                ('own_kg', models.DecimalField(decimal_places=4, max_digits=20, verbose_name='排放量小計（不含委外）')),
                ('outsourced_kg', models.DecimalField(decimal_places=4, max_digits=20, verbose_name='排放量小計（委外）')),
                ('content', models.TextField(verbose_name='內容')),
                ('check_value', models.CharField(db_index=True, max_length=20, verbose_name='檢核碼')),
                ('factor_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.factorset', verbose_name='採用係數版本')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='inventory.filing', verbose_name='填報')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='存檔者')),
            ],
            options={
                'verbose_name': '填報版次',
                'verbose_name_plural': '填報版次',
                'ordering': ['filing', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ReportingYear',
            fields=[
                ('year', models.PositiveSmallIntegerField(help_text='民國年，例如 104。', primary_key=True, serialize=False, verbose_name='年度')),
                ('opens_on', models.DateField(verbose_name='開放日期')),
                ('due_on', models.DateField(help_text='當日仍可填報。', verbose_name='截止日期')),
                ('note', models.CharField(blank=True, help_text='顯示在該年度表單上方。', max_length=200, verbose_name='填報提示')),
                ('factor_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='inventory.factorset', verbose_name='係數版本')),
            ],
            options={
                'verbose_name': '填報年度',
                'verbose_name_plural': '填報年度',
                'ordering': ['-year'],
            },
        ),
        migrations.AddField(
            model_name='filing',
            name='year',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='inventory.reportingyear', verbose_name='年度'),
        ),
        migrations.CreateModel(
            name='CountyDatesEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='開放日期')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('county', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.county', verbose_name='縣市')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='inventory.countydates')),
                ('set_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='設定者')),
                ('year', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.reportingyear', verbose_name='年度')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='countydates',
            name='year',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='county_dates', to='inventory.reportingyear', verbose_name='年度'),
        ),
        migrations.CreateModel(
            name='ReportingYearEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('year', models.PositiveSmallIntegerField(help_text='民國年，例如 104。', serialize=False, verbose_name='年度')),
                ('opens_on', models.DateField(verbose_name='開放日期')),
                ('due_on', models.DateField(help_text='當日仍可填報。', verbose_name='截止日期')),
                ('note', models.CharField(blank=True, help_text='顯示在該年度表單上方。', max_length=200, verbose_name='填報提示')),
                ('factor_set', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.factorset', verbose_name='係數版本')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='inventory.reportingyear')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='factorset',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='42188e23268043b4667edad17a6b662786607924', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_7d86c', table='inventory_factorset', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='factorset',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='5813b9500393d613141331344955e6731db007d2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_f4c3f', table='inventory_factorset', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.UniqueConstraint(fields=('factor_set', 'line', 'name', 'year', 'gas'), name='factor_once_per_set', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0), ('gwp__gte', 0)), name='factor_not_negative'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='factor',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='25a8a6f87d24aad98d6c1b0c495bf69baf46f16f', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_c3319', table='inventory_factor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='factor',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='1d825d7266f39e89028f6433d4df2bf117fb5c16', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_5413f', table='inventory_factor', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('filing', 'operation', 'line', 'position'), name='entry_once_per_line'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('operation__in', ['own', 'outsourced'])), name='entry_operation'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'number'), ('quantity__gte', 0), ('quantity__isnull', False)), models.Q(('answer', 'unused'), ('quantity', None)), _connector='OR'), name='entry_quantity_if_number'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('factor_set', None), ('kg', None)), models.Q(('factor_set__isnull', False), ('kg__gte', 0), ('kg__isnull', False)), _connector='OR'), name='entry_kg_with_factor_set'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='totals_are_sums', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func="\n            IF EXISTS (\n                SELECT 1\n                FROM inventory_filing filing\n                CROSS JOIN LATERAL (\n                    SELECT\n                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,\n                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)\n                            AS outsourced_kg\n                    FROM inventory_entry\n                    WHERE filing_id = filing.id\n                ) sums\n                WHERE filing.id = COALESCE(NEW.filing_id, OLD.filing_id)\n                AND (filing.own_kg, filing.outsourced_kg)\n                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg)\n            ) THEN\n                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', COALESCE(NEW.filing_id, OLD.filing_id)\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ", hash='ec6cdbaac01aa1381a03404885405bcb1ea30dab', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_totals_are_sums_dc4f4', table='inventory_entry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='stands_as_its_version', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func='\n            IF EXISTS (\n                SELECT 1\n                FROM inventory_filing filing\n                LEFT JOIN LATERAL (\n                    SELECT format, content::jsonb AS content\n                    FROM inventory_filingversion\n                    WHERE filing_id = filing.id AND number = filing.version\n                    OFFSET 0\n                ) version ON true\n                WHERE filing.id = COALESCE(NEW.filing_id, OLD.filing_id)\n                AND (\n                    COALESCE(CASE version.format WHEN 1 THEN version.content -> \'entries\' END, \'[]\'::jsonb)\n                        IS DISTINCT FROM (\n        SELECT COALESCE(jsonb_agg(jsonb_build_object(\'operation\', operation, \'line\', line, \'position\', position, \'name\', name, \'answer\', answer, \'quantity\', quantity::text, \'unit\', unit, \'factor_set\', factor_set_id, \'terms\', terms, \'kg\', kg::text, \'reason\', reason, \'reason_note\', reason_note) ORDER BY operation COLLATE "C" DESC, line COLLATE "C", position), \'[]\'::jsonb)\n        FROM inventory_entry\n        WHERE filing_id = filing.id\n    )\n                    OR CASE WHEN filing.version = 0 THEN filing.outsourced_scope <> \'\'\n                        ELSE version.content -> \'year\' IS DISTINCT FROM COALESCE(to_jsonb(filing.year_id), \'null\') OR version.content -> \'version\' IS DISTINCT FROM COALESCE(to_jsonb(filing.version), \'null\') OR version.content -> \'saved_as\' IS DISTINCT FROM COALESCE(to_jsonb(filing.saved_as), \'null\') OR version.content -> \'save_reason\' IS DISTINCT FROM COALESCE(to_jsonb(filing.save_reason), \'null\') OR version.content -> \'saved_at\' IS DISTINCT FROM COALESCE(to_jsonb(to_char(filing.saved_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')), \'null\') OR version.content -> \'factor_set\' IS DISTINCT FROM COALESCE(to_jsonb(filing.factor_set_id), \'null\') OR version.content -> \'outsourced_scope\' IS DISTINCT FROM COALESCE(to_jsonb(filing.outsourced_scope), \'null\') OR version.content -> \'own_kg\' IS DISTINCT FROM COALESCE(to_jsonb(filing.own_kg::text), \'null\') OR version.content -> \'outsourced_kg\' IS DISTINCT FROM COALESCE(to_jsonb(filing.outsourced_kg::text), \'null\') END\n                )\n            ) THEN\n                RAISE EXCEPTION \'filing % is not what its version says\', COALESCE(NEW.filing_id, OLD.filing_id)\n                USING ERRCODE = \'check_violation\';\n            END IF;\n            RETURN NULL;\n        ', hash='665310a010af7a488ed9335f233e263b5999fde6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_stands_as_its_version_0a190', table='inventory_entry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='af217b11f7afaa3a28391d3406d72d3270bb4336', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_b98aa', table='inventory_entry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='filingevent',
            constraint=models.UniqueConstraint(fields=('filing', 'revision'), name='event_once_per_revision'),
        ),
        migrations.AddConstraint(
            model_name='filingevent',
            constraint=models.CheckConstraint(condition=models.Q(('verb__in', ['import', 'save', 'complete', 'confirm', 'send_back', 'extend', 'recompute'])), name='event_verb'),
        ),
        migrations.AddConstraint(
            model_name='filingevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verb__in', ('send_back', 'extend', 'recompute')), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='event_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingevent',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='daa71e4044a7d8b7c65d3f16ecc9b993b263e398', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_0d081', table='inventory_filingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='aabcb5c7361e7f3d524c52aca523d64bfeb0fc5b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_eb3c6', table='inventory_filingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingevent',
            trigger=pgtrigger.compiler.Trigger(name='not_ahead_of_its_filing', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func="\n            IF NOT EXISTS (\n                SELECT 1 FROM inventory_filing filing\n                WHERE filing.id = NEW.filing_id AND NEW.revision BETWEEN 1 AND filing.revision\n            ) THEN\n                RAISE EXCEPTION 'revision % of filing % was never made', NEW.revision, NEW.filing_id\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ", hash='98a3303178c76d391283f472a38b646d7adc5955', operation='INSERT', pgid='pgtrigger_not_ahead_of_its_filing_25bbb', table='inventory_filingevent', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='filingversion',
            constraint=models.UniqueConstraint(fields=('filing', 'number'), name='version_once_per_filing'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='1b58eecd6a9ad10f6537547820449363328ff3c1', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_80c62', table='inventory_filingversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingversion',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='e49193001131ee10f936e6248ae180bbbf8cf61b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_56d8d', table='inventory_filingversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filingversion',
            trigger=pgtrigger.compiler.Trigger(name='not_ahead_of_its_filing', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func="\n            IF NOT EXISTS (\n                SELECT 1 FROM inventory_filing filing\n                WHERE filing.id = NEW.filing_id AND NEW.number BETWEEN 1 AND filing.version\n            ) THEN\n                RAISE EXCEPTION 'version % of filing % was never made', NEW.number, NEW.filing_id\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ", hash='b406fe539b90efdc790795d9319b237fc1fa6bb5', operation='INSERT', pgid='pgtrigger_not_ahead_of_its_filing_32299', table='inventory_filingversion', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='reportingyear',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('opens_on'))), name='year_due_after_opening', violation_error_message='截止日期不能早於開放日期。'),
        ),
        migrations.AddConstraint(
            model_name='reportingyear',
            constraint=models.CheckConstraint(condition=models.Q(('year__range', (90, 199))), name='year_by_its_roc_number'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingyear',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=accounts.guards.GuardSql(func='INSERT INTO "inventory_reportingyearevent" ("due_on", "factor_set_id", "note", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (NEW."due_on", NEW."factor_set_id", NEW."note", NEW."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."year", NEW."year"); RETURN NULL;', hash='388f8c4fc448ca41ce5855d914c5fc7dfdb4021e', operation='INSERT', pgid='pgtrigger_insert_insert_8eac3', table='inventory_reportingyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingyear',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=accounts.guards.GuardSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "inventory_reportingyearevent" ("due_on", "factor_set_id", "note", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (NEW."due_on", NEW."factor_set_id", NEW."note", NEW."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."year", NEW."year"); RETURN NULL;', hash='27691b62dbc909604990b7b36ecedf61a1424071', operation='UPDATE', pgid='pgtrigger_update_update_340b8', table='inventory_reportingyear', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingyear',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=accounts.guards.GuardSql(func='INSERT INTO "inventory_reportingyearevent" ("due_on", "factor_set_id", "note", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (OLD."due_on", OLD."factor_set_id", OLD."note", OLD."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."year", OLD."year"); RETURN NULL;', hash='e7ae3ce1fbcaada420e0966e1c9a10369e3d885e', operation='DELETE', pgid='pgtrigger_delete_delete_8e3ae', table='inventory_reportingyear', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.UniqueConstraint(fields=('year', 'unit'), name='one_filing_per_unit_and_year'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.UniqueConstraint(fields=('year', 'path'), include=('status', 'level', 'own_kg', 'outsourced_kg'), name='one_place_per_year'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['not_started', 'draft', 'completed', 'confirmed', 'returned'])), name='filing_status'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('own_kg__gte', 0), ('outsourced_kg__gte', 0)), name='filing_kg_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('saved_at', None), ('status', 'not_started'), ('version', 0)), models.Q(models.Q(('status', 'not_started'), _negated=True), ('version__gt', 0), ('saved_at__isnull', False)), _connector='OR'), name='filing_started_means_saved'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('status__in', ['completed', 'confirmed'])), models.Q(models.Q(('status__in', ['completed', 'confirmed']), _negated=True), ('completed_at__isnull', True)), _connector='OR'), name='filing_completed_has_date'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), models.Q(('confirmed_version', models.F('version')), ('confirmed_version__isnull', False)), _connector='OR'), name='filing_confirmed_this_version'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'returned'), _negated=True), models.Q(('returned_at__isnull', False), models.Q(('return_reason', ''), _negated=True)), _connector='OR'), name='filing_returned_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('saved_at', None), ('saved_by', None)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='filing_saved_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('completed_at', None), ('completed_by', None)), models.Q(('completed_at__isnull', False), ('completed_by__isnull', False)), _connector='OR'), name='filing_completed_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='filing_confirmed_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at', None), ('returned_by', None)), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False)), _connector='OR'), name='filing_returned_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('extended_at', None), ('extended_by', None)), models.Q(('extended_at__isnull', False), ('extended_by__isnull', False)), _connector='OR'), name='filing_extended_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('extended_at', None), ('extended_to', None), ('extension_reason', '')), models.Q(('extended_at__isnull', False), ('extended_to__isnull', False), models.Q(('extension_reason', ''), _negated=True)), _connector='OR'), name='filing_extension_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='one_revision_at_a_time', sql=accounts.guards.GuardSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF (NEW.revision, NEW.version, NEW.own_kg, NEW.outsourced_kg, NEW.outsourced_scope)\n                    IS DISTINCT FROM (0, 0, 0, 0, '')\n                THEN\n                    RAISE EXCEPTION 'a filing begins without figures and decisions'\n                    USING ERRCODE = 'check_violation';\n                END IF;\n            ELSIF NEW IS DISTINCT FROM OLD AND (\n                NEW.revision <> OLD.revision + 1\n                OR NEW.version NOT IN (OLD.version, OLD.version + 1)\n            ) THEN\n                RAISE EXCEPTION 'filing % changed without its next revision', OLD.id\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='3ea69a0881fd55c358994806f701d8c8f4d72203', operation='INSERT OR UPDATE', pgid='pgtrigger_one_revision_at_a_time_067be', table='inventory_filing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='every_save_is_a_version', sql=accounts.guards.GuardSql(condition='WHEN (OLD."version" IS DISTINCT FROM (NEW."version"))', declare='DECLARE written text; previous text;', func='\n            previous := \'\';\n            IF NEW.version > 1 THEN\n                SELECT encode(sha256(convert_to(content, \'UTF8\')), \'hex\') INTO STRICT previous\n                FROM inventory_filingversion\n                WHERE filing_id = NEW.id AND number = NEW.version - 1;\n            END IF;\n            SELECT (jsonb_build_object(\'format\', 1, \'previous\', previous, \'county\', unit.county_id, \'unit\', unit.code, \'unit_name\', unit.name, \'year\', NEW.year_id, \'version\', NEW.version, \'saved_as\', NEW.saved_as, \'save_reason\', NEW.save_reason, \'saved_at\', to_char(NEW.saved_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'), \'saved_by\', actor.username, \'is_complete\', NEW.completed_at IS NOT NULL, \'factor_set\', NEW.factor_set_id, \'outsourced_scope\', NEW.outsourced_scope, \'own_kg\', NEW.own_kg::text, \'outsourced_kg\', NEW.outsourced_kg::text, \'entries\', (\n        SELECT COALESCE(jsonb_agg(jsonb_build_object(\'operation\', operation, \'line\', line, \'position\', position, \'name\', name, \'answer\', answer, \'quantity\', quantity::text, \'unit\', unit, \'factor_set\', factor_set_id, \'terms\', terms, \'kg\', kg::text, \'reason\', reason, \'reason_note\', reason_note) ORDER BY operation COLLATE "C" DESC, line COLLATE "C", position), \'[]\'::jsonb)\n        FROM inventory_entry\n        WHERE filing_id = NEW.id\n    )))::text INTO STRICT written\n            FROM accounts_unit unit, accounts_user actor\n            WHERE unit.id = NEW.unit_id AND actor.id = NEW.saved_by_id;\n            INSERT INTO inventory_filingversion (\n                filing_id, saved_by_id, content, check_value, format, previous_hash, number, saved_as, save_reason, saved_at, is_complete, factor_set_id, own_kg, outsourced_kg\n            ) VALUES (\n                NEW.id, NEW.saved_by_id, written,\n                upper(substr(encode(sha256(convert_to(written, \'UTF8\')), \'hex\'), 1, 20)), 1, previous, NEW.version, NEW.saved_as, NEW.save_reason, NEW.saved_at, NEW.completed_at IS NOT NULL, NEW.factor_set_id, NEW.own_kg, NEW.outsourced_kg\n            );\n            RETURN NULL;\n        ', hash='3f415276c30f757b52e381e7eb08ac1f94082ba8', operation='UPDATE OF "version"', pgid='pgtrigger_every_save_is_a_version_a0f17', table='inventory_filing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='every_revision_is_told', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func="\n            IF NEW.revision > 0 AND NOT EXISTS (\n                SELECT 1 FROM inventory_filingevent\n                WHERE filing_id = NEW.id AND revision = NEW.revision\n            ) THEN\n                RAISE EXCEPTION 'revision % of filing % has no event', NEW.revision, NEW.id\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ", hash='83c497f828ae85a4cfa0190a44e9e24e671c2df5', operation='UPDATE OF "revision"', pgid='pgtrigger_every_revision_is_told_1fdd8', table='inventory_filing', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='totals_are_sums', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func="\n            IF EXISTS (\n                SELECT 1\n                FROM inventory_filing filing\n                CROSS JOIN LATERAL (\n                    SELECT\n                        COALESCE(SUM(kg) FILTER (WHERE operation = 'own'), 0) AS own_kg,\n                        COALESCE(SUM(kg) FILTER (WHERE operation = 'outsourced'), 0)\n                            AS outsourced_kg\n                    FROM inventory_entry\n                    WHERE filing_id = filing.id\n                ) sums\n                WHERE filing.id = NEW.id\n                AND (filing.own_kg, filing.outsourced_kg)\n                    IS DISTINCT FROM (sums.own_kg, sums.outsourced_kg)\n            ) THEN\n                RAISE EXCEPTION 'the totals of filing % are not the sums of its entries', NEW.id\n                USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NULL;\n        ", hash='1f7aa02e2b1e630d6b5aeaf011cab2dd38ec2778', operation='UPDATE OF "own_kg", "outsourced_kg"', pgid='pgtrigger_totals_are_sums_4341c', table='inventory_filing', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='stands_as_its_version', sql=accounts.guards.GuardSql(constraint='CONSTRAINT', func='\n            IF EXISTS (\n                SELECT 1\n                FROM inventory_filing filing\n                LEFT JOIN LATERAL (\n                    SELECT format, content::jsonb AS content\n                    FROM inventory_filingversion\n                    WHERE filing_id = filing.id AND number = filing.version\n                    OFFSET 0\n                ) version ON true\n                WHERE filing.id = NEW.id\n                AND (\n                    COALESCE(CASE version.format WHEN 1 THEN version.content -> \'entries\' END, \'[]\'::jsonb)\n                        IS DISTINCT FROM (\n        SELECT COALESCE(jsonb_agg(jsonb_build_object(\'operation\', operation, \'line\', line, \'position\', position, \'name\', name, \'answer\', answer, \'quantity\', quantity::text, \'unit\', unit, \'factor_set\', factor_set_id, \'terms\', terms, \'kg\', kg::text, \'reason\', reason, \'reason_note\', reason_note) ORDER BY operation COLLATE "C" DESC, line COLLATE "C", position), \'[]\'::jsonb)\n        FROM inventory_entry\n        WHERE filing_id = filing.id\n    )\n                    OR CASE WHEN filing.version = 0 THEN filing.outsourced_scope <> \'\'\n                        ELSE version.content -> \'year\' IS DISTINCT FROM COALESCE(to_jsonb(filing.year_id), \'null\') OR version.content -> \'version\' IS DISTINCT FROM COALESCE(to_jsonb(filing.version), \'null\') OR version.content -> \'saved_as\' IS DISTINCT FROM COALESCE(to_jsonb(filing.saved_as), \'null\') OR version.content -> \'save_reason\' IS DISTINCT FROM COALESCE(to_jsonb(filing.save_reason), \'null\') OR version.content -> \'saved_at\' IS DISTINCT FROM COALESCE(to_jsonb(to_char(filing.saved_at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')), \'null\') OR version.content -> \'factor_set\' IS DISTINCT FROM COALESCE(to_jsonb(filing.factor_set_id), \'null\') OR version.content -> \'outsourced_scope\' IS DISTINCT FROM COALESCE(to_jsonb(filing.outsourced_scope), \'null\') OR version.content -> \'own_kg\' IS DISTINCT FROM COALESCE(to_jsonb(filing.own_kg::text), \'null\') OR version.content -> \'outsourced_kg\' IS DISTINCT FROM COALESCE(to_jsonb(filing.outsourced_kg::text), \'null\') END\n                )\n            ) THEN\n                RAISE EXCEPTION \'filing % is not what its version says\', NEW.id\n                USING ERRCODE = \'check_violation\';\n            END IF;\n            RETURN NULL;\n        ', hash='5375ee39ad6802a4fc7d9ce7774e41442d8f26cb', operation='UPDATE', pgid='pgtrigger_stands_as_its_version_f5b67', table='inventory_filing', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countydatesevent',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='8877483d4a8691cd041e6f21c5d6f9525b470050', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_37171', table='inventory_countydatesevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countydatesevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='1381ef54e671b10e09e35c87638fdcbcec8602d7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_3cd22', table='inventory_countydatesevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='countydates',
            constraint=models.UniqueConstraint(fields=('year', 'county'), name='county_dates_once_a_year', violation_error_message='這個縣市在該年度已有自訂期限。'),
        ),
        migrations.AddConstraint(
            model_name='countydates',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('opens_on'))), name='county_due_after_opening', violation_error_message='截止日期不能早於開放日期。'),
        ),
        migrations.AddConstraint(
            model_name='countydates',
            constraint=models.CheckConstraint(condition=models.Q(('opens_on__isnull', False), ('due_on__isnull', False), _connector='OR'), name='county_dates_say_something', violation_error_message='請填開放日期或截止日期，至少一項與全國不同。'),
        ),
        migrations.AddConstraint(
            model_name='countydates',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='county_dates_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countydates',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=accounts.guards.GuardSql(func='INSERT INTO "inventory_countydatesevent" ("county_id", "due_on", "id", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "set_by_id", "year_id") VALUES (NEW."county_id", NEW."due_on", NEW."id", NEW."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."set_by_id", NEW."year_id"); RETURN NULL;', hash='94c9ad3958796dc659c8c33b9d79ea7536ac6ee9', operation='INSERT', pgid='pgtrigger_insert_insert_71860', table='inventory_countydates', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countydates',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=accounts.guards.GuardSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "inventory_countydatesevent" ("county_id", "due_on", "id", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "set_by_id", "year_id") VALUES (NEW."county_id", NEW."due_on", NEW."id", NEW."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."set_by_id", NEW."year_id"); RETURN NULL;', hash='d8cabb55019817feb4a0615f8b6a2cff71e504ce', operation='UPDATE', pgid='pgtrigger_update_update_efc67', table='inventory_countydates', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countydates',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=accounts.guards.GuardSql(func='INSERT INTO "inventory_countydatesevent" ("county_id", "due_on", "id", "opens_on", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "set_by_id", "year_id") VALUES (OLD."county_id", OLD."due_on", OLD."id", OLD."opens_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."set_by_id", OLD."year_id"); RETURN NULL;', hash='063cbf3d148ce87119eca12bcc2c45820c7e9163', operation='DELETE', pgid='pgtrigger_delete_delete_f187f', table='inventory_countydates', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingyearevent',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='5394384f2bf7e85958a2e926b367db8116243f3a', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_3e0ef', table='inventory_reportingyearevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingyearevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='5abd669cc3e7b9c11c099e0073243043a591e2d9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_2d585', table='inventory_reportingyearevent', when='BEFORE')),
        ),
    ]
