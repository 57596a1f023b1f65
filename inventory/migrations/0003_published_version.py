from django.db import migrations, models

# What was confirmed is what is published. Filled in as the column is made: an UPDATE would be a
# change of a filing without its revision, which the database refuses to everybody.
ADD_COLUMN = """
    ALTER TABLE inventory_filing ADD COLUMN published_version integer
        GENERATED ALWAYS AS (confirmed_version) STORED
        CHECK (published_version >= 0);
    ALTER TABLE inventory_filing ALTER COLUMN published_version DROP EXPRESSION;
"""
DROP_COLUMN = "ALTER TABLE inventory_filing DROP COLUMN published_version"


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0002_json_null_in_versions'),
    ]

    operations = [
        migrations.RunSQL(
            ADD_COLUMN,
            DROP_COLUMN,
            state_operations=[
                migrations.AddField(
                    model_name='filing',
                    name='published_version',
                    field=models.PositiveIntegerField(blank=True, help_text='最後一次確認的版次；從未確認者，為截止時已完成的版次。', null=True, verbose_name='公開的版次'),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_version', None), ('published_version', None)), models.Q(('published_version__gte', 1), ('published_version__isnull', False), ('published_version__lte', models.F('version'))), _connector='OR'), name='filing_published_one_of_its_versions'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_version', None), ('published_version', models.F('confirmed_version')), _connector='OR'), name='filing_published_what_was_confirmed'),
        ),
        migrations.RemoveConstraint(
            model_name='filingevent',
            name='event_verb',
        ),
        migrations.AlterField(
            model_name='filingevent',
            name='verb',
            field=models.CharField(choices=[('import', '匯入'), ('save', '存檔'), ('complete', '確認完整並存檔'), ('confirm', '確認'), ('send_back', '退回'), ('extend', '展延'), ('recompute', '重算'), ('keep_public', '維持公開')], max_length=12, verbose_name='事項'),
        ),
        migrations.AddConstraint(
            model_name='filingevent',
            constraint=models.CheckConstraint(condition=models.Q(('verb__in', ['import', 'save', 'complete', 'confirm', 'send_back', 'extend', 'recompute', 'keep_public'])), name='event_verb'),
        ),
    ]
