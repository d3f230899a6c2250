"""What a correction and a removal are called."""

from django.db import migrations, models

PURPOSES = [
    ("ANSWER", "Answer"),
    ("POINTER", "Invitation to write in private"),
    ("REPLACE", "Correction of our post"),
    ("REMOVE", "Removal of our post"),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0014_unsettled")]
    operations = [
        migrations.AlterField(
            model_name=name,
            name="purpose",
            field=models.CharField(choices=PURPOSES, db_default="ANSWER", default="ANSWER", max_length=10),
        )
        for name in ("reply", "drafttext")
    ]
