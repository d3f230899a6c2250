"""Practice and the real world never touch."""

from pathlib import Path

from django.db import migrations

GUARDS = (Path(__file__).parent / "sql" / "practice_guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0012_private_pages")]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
