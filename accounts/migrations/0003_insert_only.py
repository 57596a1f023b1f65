"""The logs of other packages are only ever added to: sign-ins, administration, contexts of events.

They have no models of ours, so their guards are made here. Sign-ins that failed (AccessAttempt)
stay out: axes counts in those rows and deletes them when somebody gets in.
"""

from django.db import migrations

# Of a sign-in only the moment of signing out comes later, once.
GUARDS = """
CREATE FUNCTION city_insert_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed, deleted or emptied', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION city_signed_out_once() RETURNS trigger AS $$
BEGIN
    IF OLD.logout_time IS NULL
        AND to_jsonb(NEW) - 'logout_time' = to_jsonb(OLD) - 'logout_time'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed but for signing out', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER city_insert_only BEFORE UPDATE OR DELETE ON django_admin_log
    FOR EACH ROW EXECUTE FUNCTION city_insert_only();
CREATE TRIGGER city_never_emptied BEFORE TRUNCATE ON django_admin_log
    FOR EACH STATEMENT EXECUTE FUNCTION city_insert_only();

CREATE TRIGGER city_insert_only BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION city_insert_only();
CREATE TRIGGER city_never_emptied BEFORE TRUNCATE ON pghistory_context
    FOR EACH STATEMENT EXECUTE FUNCTION city_insert_only();

CREATE TRIGGER city_insert_only BEFORE DELETE ON axes_accesslog
    FOR EACH ROW EXECUTE FUNCTION city_insert_only();
CREATE TRIGGER city_signed_out_once BEFORE UPDATE ON axes_accesslog
    FOR EACH ROW EXECUTE FUNCTION city_signed_out_once();
CREATE TRIGGER city_never_emptied BEFORE TRUNCATE ON axes_accesslog
    FOR EACH STATEMENT EXECUTE FUNCTION city_insert_only();
"""
WITHOUT = """
DROP FUNCTION city_insert_only() CASCADE;
DROP FUNCTION city_signed_out_once() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_counties"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("axes", "0010_accessattemptexpiration"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [migrations.RunSQL(GUARDS, WITHOUT)]
