"""Counts that are kept instead of counted."""

from pathlib import Path

from django.db import migrations, models

COUNTS = (Path(__file__).parent / "sql" / "counts.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0009_search_fill")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField(null=True)),
                ("shelf", models.CharField(max_length=20)),
                ("is_free", models.BooleanField()),
                ("day", models.DateField(null=True)),
                ("n", models.BigIntegerField()),
                ("changes", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
    ]
