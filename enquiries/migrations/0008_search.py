"""The words of each enquiry, kept by triggers from now on; what was there before follows in 0009."""

from pathlib import Path

import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

SEARCH = (Path(__file__).parent / "sql" / "search.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0007_answer_by")]
    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "enquiry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="enquiries.enquiry",
                    ),
                ),
                ("last_id", models.BigIntegerField()),
                ("document", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
