"""Citizens are asked whether an answer helped."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

GUARDS = (Path(__file__).parent / "sql" / "satisfaction_guards.sql").read_text(encoding="utf-8")
NOTE_KINDS = [
    ("NOTE", "Note"),
    ("HAND_OVER", "Hand-over"),
    ("TAKE_OVER", "Taken over"),
    ("WAITING", "Waiting for the citizen"),
    ("CITIZEN", "On our answer"),
]
REVIEW_KINDS = [("AFTER_CHECK", "After-check"), ("COACHING", "Coaching"), ("CITIZEN", "The citizen was not helped")]
SCORES = [("HELPED", "It helped"), ("PARTLY", "It helped in part"), ("NOT_HELPED", "It did not help")]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0015_purposes_in_words")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="asks_satisfaction",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="On their private page: “Did this answer help you?” Never on a platform, and never in public.",
                verbose_name="asks citizens whether an answer helped",
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="kind",
            field=models.CharField(choices=NOTE_KINDS, default="NOTE", max_length=10),
        ),
        migrations.AlterField(
            model_name="review",
            name="kind",
            field=models.CharField(choices=REVIEW_KINDS, max_length=12),
        ),
        migrations.CreateModel(
            name="Satisfaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.CharField(choices=SCORES, max_length=10)),
                ("said_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="satisfactions",
                        to="enquiries.enquiry",
                    ),
                ),
                (
                    "note",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enquiries.note",
                    ),
                ),
                (
                    "reply",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="satisfaction",
                        to="enquiries.reply",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__in", ["HELPED", "PARTLY", "NOT_HELPED"])),
                        name="satisfaction_score_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed_at__isnull", True), ("changed_at__gte", models.F("said_at")), _connector="OR"
                        ),
                        name="satisfaction_changes_after_it_was_said",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
