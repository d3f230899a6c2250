"""What is somebody's own is counted with every page: its index now holds all that counting needs, teams included."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

ON_THE_DESK = Q(merged_into__isnull=True) & ~Q(kind="practice")
WORKED_ON = Q(state__in=["NEW", "OPEN", "AWAITING_APPROVAL", "POSTING"]) & ON_THE_DESK


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("enquiries", "0017_masks_and_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        AddIndexConcurrently(
            "enquiry",
            models.Index(
                fields=["assignee", "due_at", "id"],
                include=["organisation", "team"],
                condition=WORKED_ON,
                name="enquiry_desk_own",
            ),
        ),
        RemoveIndexConcurrently("enquiry", "enquiry_desk_mine"),
    ]
