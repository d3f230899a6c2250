"""Events are written once: the database refuses to change, delete or empty them."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history();
CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON audit_event EXECUTE FUNCTION refuse_to_rewrite_history();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop)]
