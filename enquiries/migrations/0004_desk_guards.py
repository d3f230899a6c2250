"""The constraints and triggers of the desk: claims, merges, trust, policy, freeze."""

from pathlib import Path

from django.db import migrations

GUARDS = (Path(__file__).parent / "sql" / "desk_guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0003_desk")]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
