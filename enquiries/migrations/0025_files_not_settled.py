"""An index of the files that nobody has looked into yet, so that looking for them stays short."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0024_second_words")]
    operations = [
        AddIndexConcurrently(
            "attachment",
            models.Index(
                fields=["scan", "id"],
                condition=models.Q(("scan__in", ["NOT_SCANNED", "PENDING", "FAILED"])),
                name="file_not_settled",
            ),
        ),
    ]
