"""Shapes of other systems' numbers in the house style, reasons of decisions as codes, and replies that a transfer returned."""

from django.db import migrations, models

import enquiries.models.masks

REASONS = [
    ("FACT", "A fact is wrong"),
    ("UNANSWERED", "The question is not answered"),
    ("TONE", "Tone"),
    ("PERSONAL_DATA", "Personal data"),
    ("NOT_OURS", "Not for us to answer"),
    ("OTHER", "Something else"),
    ("CITIZEN_WROTE", "The citizen wrote again"),
    ("PLATFORM", "The platform did not accept it"),
    ("TRANSFERRED", "The enquiry went to another team"),
]


def masks(words, help_text, validator):
    return models.TextField(
        words, blank=True, default="", db_default="", max_length=2000, help_text=help_text, validators=[validator]
    )


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0016_satisfaction")]
    operations = [
        migrations.AddField(
            model_name="housestyle",
            name="case_masks",
            field=masks(
                "numbers of files that are personal",
                "How your other systems number what belongs to one person, one shape a line: 9 is a digit, A a letter, "
                "everything else stands for itself. Z9999-99999 fits Z2026-00417. In a public reply such a number is marked.",
                enquiries.models.masks.validate_case_masks,
            ),
        ),
        migrations.AddField(
            model_name="housestyle",
            name="public_masks",
            field=masks(
                "numbers that may stand in public",
                "The same for numbers that anybody may read, such as planning applications: 99/99999/FUL fits 26/01234/FUL. "
                "They are not marked, so give each shape something that is its own.",
                enquiries.models.masks.validate_public_masks,
            ),
        ),
        migrations.AddField(
            model_name="policydecision",
            name="figures",
            field=models.JSONField(blank=True, default=dict, db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AlterField(
            model_name="replyreturn", name="reason", field=models.CharField(choices=REASONS, max_length=20)
        ),
    ]
