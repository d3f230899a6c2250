"""What was inserted into which draft, the languages of an organisation's answers, and the guard of approved words."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = (Path(__file__).parent / "sql" / "standard_guards.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0007_answer_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="languages",
            field=models.CharField(
                db_default="en",
                default="en",
                help_text="The first is taken where there is no answer in the citizen's own: en nl.",
                max_length=60,
                validators=[django.core.validators.RegexValidator("^[a-z]{2,3}( [a-z]{2,3})*$")],
                verbose_name="languages of answers",
            ),
        ),
        migrations.CreateModel(
            name="StandardInsertion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("despite_expiry", models.BooleanField(default=False)),
                ("inserted_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="insertions",
                        to="enquiries.enquiry",
                    ),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="insertions",
                        to="enquiries.standardanswerversion",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["enquiry", "-id"], name="insertion_of_enquiry")]},
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
