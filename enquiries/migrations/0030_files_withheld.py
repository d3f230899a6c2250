"""An index of the files in which something dangerous was found, so that telling people of them stays short."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0029_reply_files_are_scanned")]
    operations = [
        AddIndexConcurrently(
            "attachment",
            models.Index(fields=["id"], condition=models.Q(("scan", "INFECTED")), name="file_withheld"),
        ),
    ]
