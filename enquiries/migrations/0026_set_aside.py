"""What was kept without an enquiry is looked through by people, newest first, however much was read besides."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0025_files_not_settled")]
    operations = [
        AddIndexConcurrently(
            "payload",
            models.Index(fields=["-id"], condition=models.Q(outcome__startswith="ignored: "), name="payload_set_aside"),
        ),
    ]
