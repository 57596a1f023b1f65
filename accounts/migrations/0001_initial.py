import accounts.guards
import accounts.roles
import accounts.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='County',
            fields=[
                ('letter', models.CharField(max_length=1, primary_key=True, serialize=False, validators=[accounts.validators.validate_county_letter], verbose_name='代碼字母')),
                ('name', models.CharField(max_length=20, unique=True, validators=[accounts.validators.validate_printable], verbose_name='縣市')),
                ('name_en', models.CharField(max_length=40, validators=[accounts.validators.validate_printable], verbose_name='英文名稱')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='順序')),
            ],
            options={
                'verbose_name': '縣市',
                'verbose_name_plural': '縣市',
                'ordering': ['order', 'letter'],
                'constraints': [models.CheckConstraint(condition=models.Q(('letter__regex', '^[abcdefghijkmnopqtuvwxz]$')), name='county_is_one_of_the_22')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True, validators=[django.core.validators.RegexValidator('^[0-9][0-9A-Z]{3,11}$', '機關代碼為 4 至 12 位數字或大寫字母，以數字開頭。')], verbose_name='機關代碼')),
                ('name', models.CharField(max_length=100, validators=[accounts.validators.validate_printable], verbose_name='機關/單位名稱(全名)')),
                ('category', models.CharField(blank=True, max_length=30, validators=[accounts.validators.validate_printable], verbose_name='類別')),
                ('is_active', models.BooleanField(default=True, help_text='裁撤或整併後取消勾選；已開放年度的填報不受影響。', verbose_name='現有單位')),
                ('contact_name', models.CharField(blank=True, max_length=50, validators=[accounts.validators.validate_printable], verbose_name='姓名')),
                ('contact_phone', models.CharField(blank=True, max_length=40, validators=[accounts.validators.validate_phone], verbose_name='連絡電話')),
                ('contact_fax', models.CharField(blank=True, max_length=40, validators=[accounts.validators.validate_phone], verbose_name='傳真電話')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='Email')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='accounts.county', verbose_name='縣市')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.unit', verbose_name='上級機關')),
            ],
            options={
                'verbose_name': '單位',
                'verbose_name_plural': '單位',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(max_length=30, validators=[django.core.validators.RegexValidator('^[0-9A-Za-z][0-9A-Za-z._-]{1,29}$', '帳號只能用英文字母、數字與 . _ -。')], verbose_name='帳號')),
                ('role', models.CharField(choices=accounts.roles.choices, default='unit_staff', max_length=30, verbose_name='角色')),
                ('is_active', models.BooleanField(default=True, verbose_name='可登入')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='須變更初始密碼')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立時間')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='accounts.unit', verbose_name='單位')),
            ],
            options={
                'verbose_name': '帳號',
                'verbose_name_plural': '帳號',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='UnitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=12, validators=[django.core.validators.RegexValidator('^[0-9][0-9A-Z]{3,11}$', '機關代碼為 4 至 12 位數字或大寫字母，以數字開頭。')], verbose_name='機關代碼')),
                ('name', models.CharField(max_length=100, validators=[accounts.validators.validate_printable], verbose_name='機關/單位名稱(全名)')),
                ('category', models.CharField(blank=True, max_length=30, validators=[accounts.validators.validate_printable], verbose_name='類別')),
                ('is_active', models.BooleanField(default=True, help_text='裁撤或整併後取消勾選；已開放年度的填報不受影響。', verbose_name='現有單位')),
                ('contact_name', models.CharField(blank=True, max_length=50, validators=[accounts.validators.validate_printable], verbose_name='姓名')),
                ('contact_phone', models.CharField(blank=True, max_length=40, validators=[accounts.validators.validate_phone], verbose_name='連絡電話')),
                ('contact_fax', models.CharField(blank=True, max_length=40, validators=[accounts.validators.validate_phone], verbose_name='傳真電話')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='Email')),
                ('county', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.county', verbose_name='縣市')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='上級機關')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(max_length=30, validators=[django.core.validators.RegexValidator('^[0-9A-Za-z][0-9A-Za-z._-]{1,29}$', '帳號只能用英文字母、數字與 . _ -。')], verbose_name='帳號')),
                ('role', models.CharField(choices=accounts.roles.choices, default='unit_staff', max_length=30, verbose_name='角色')),
                ('is_active', models.BooleanField(default=True, verbose_name='可登入')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='須變更初始密碼')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立時間')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='單位')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('pk')), _negated=True), name='unit_not_its_own_parent', violation_error_message='單位不能是自己的上級機關。'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='unit_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9][0-9A-Z]{3,11}$')), name='unit_code_form'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=accounts.guards.GuardSql(func='INSERT INTO "accounts_unitevent" ("category", "code", "contact_email", "contact_fax", "contact_name", "contact_phone", "county_id", "id", "is_active", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."category", NEW."code", NEW."contact_email", NEW."contact_fax", NEW."contact_name", NEW."contact_phone", NEW."county_id", NEW."id", NEW."is_active", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='5d37a27f4f5398bbba3d3d0e42f4229f5f88553b', operation='INSERT', pgid='pgtrigger_insert_insert_8ba9e', table='accounts_unit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=accounts.guards.GuardSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_unitevent" ("category", "code", "contact_email", "contact_fax", "contact_name", "contact_phone", "county_id", "id", "is_active", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."category", NEW."code", NEW."contact_email", NEW."contact_fax", NEW."contact_name", NEW."contact_phone", NEW."county_id", NEW."id", NEW."is_active", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='71f6621303c5993b0c32f77f7665581cf2df44eb', operation='UPDATE', pgid='pgtrigger_update_update_9885a', table='accounts_unit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=accounts.guards.GuardSql(func='INSERT INTO "accounts_unitevent" ("category", "code", "contact_email", "contact_fax", "contact_name", "contact_phone", "county_id", "id", "is_active", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."category", OLD."code", OLD."contact_email", OLD."contact_fax", OLD."contact_name", OLD."contact_phone", OLD."county_id", OLD."id", OLD."is_active", OLD."name", OLD."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='42239b9cb888e5c5a7708e89325722f90397c627', operation='DELETE', pgid='pgtrigger_delete_delete_a04b7', table='accounts_unit', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='username_unique_in_any_case', violation_error_message='這個帳號已經存在。'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=accounts.guards.GuardSql(func='INSERT INTO "accounts_userevent" ("date_joined", "id", "is_active", "is_superuser", "must_change_password", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "username") VALUES (NEW."date_joined", NEW."id", NEW."is_active", NEW."is_superuser", NEW."must_change_password", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."role", NEW."unit_id", NEW."username"); RETURN NULL;', hash='16f416fa5666f18b0bcbd1ed8590ef759f20b776', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=accounts.guards.GuardSql(condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."must_change_password" IS DISTINCT FROM (NEW."must_change_password") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."username" IS DISTINCT FROM (NEW."username"))', func='INSERT INTO "accounts_userevent" ("date_joined", "id", "is_active", "is_superuser", "must_change_password", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "username") VALUES (NEW."date_joined", NEW."id", NEW."is_active", NEW."is_superuser", NEW."must_change_password", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."role", NEW."unit_id", NEW."username"); RETURN NULL;', hash='3afca1a2a9cec95fec7e02d7ca3633308132513e', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=accounts.guards.GuardSql(func='INSERT INTO "accounts_userevent" ("date_joined", "id", "is_active", "is_superuser", "must_change_password", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id", "username") VALUES (OLD."date_joined", OLD."id", OLD."is_active", OLD."is_superuser", OLD."must_change_password", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."role", OLD."unit_id", OLD."username"); RETURN NULL;', hash='54217ee3b94af770bab87da2b99d382840f7c535', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitevent',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='14b1c4b679d5928a1ae56ab33c05bfb6920b97ed', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_b7f48', table='accounts_unitevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unitevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='188b3acca9a52cf57a97f1d2c618b675ebae2c86', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_22868', table='accounts_unitevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='userevent',
            trigger=pgtrigger.compiler.Trigger(name='insert_only', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='ced1551124ede7af7823d1d74af57e5bb12065d3', operation='UPDATE OR DELETE', pgid='pgtrigger_insert_only_fc75c', table='accounts_userevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='userevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=accounts.guards.GuardSql(func="\n        RAISE EXCEPTION 'rows of % are never emptied', TG_TABLE_NAME\n        USING ERRCODE = 'restrict_violation';\n    ", hash='ba7864790396dfb11c74b4a407356790df1ce90b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_084bb', table='accounts_userevent', when='BEFORE')),
        ),
    ]
