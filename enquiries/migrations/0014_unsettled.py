"""What is not settled, apart from the many postings that are: every list of the desk asks for it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0013_practice_guards")]
    operations = [
        AddIndexConcurrently(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("state__in", ["UNKNOWN", "NEEDS_PERSON", "FAILED"])),
                fields=["reply"],
                name="posting_unsettled",
            ),
        ),
    ]
