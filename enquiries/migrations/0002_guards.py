"""The constraints and triggers that make the database refuse what must never happen."""

from pathlib import Path

from django.db import migrations

GUARDS = (Path(__file__).parent / "sql" / "guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
