"""An index for each list of the desk, made without stopping anybody from writing."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

ON_THE_DESK = Q(merged_into__isnull=True) & ~Q(kind="practice")
WORKED_ON = Q(state__in=["NEW", "OPEN", "AWAITING_APPROVAL", "POSTING"]) & ON_THE_DESK
DUE, PAST = ["organisation", "team", "due_at", "id"], ["organisation", "team", "-id"]


def index(name, fields, condition):
    return AddIndexConcurrently("enquiry", models.Index(fields=fields, condition=condition, name=f"enquiry_desk{name}"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0010_counts")]
    operations = [
        index("", ["organisation", "due_at", "id"], WORKED_ON),
        index("_team", DUE, WORKED_ON),
        index("_mine", ["assignee", "due_at", "id"], WORKED_ON),
        index("_free", DUE, WORKED_ON & Q(assignee__isnull=True)),
        index("_awaiting", DUE, ON_THE_DESK & Q(state="AWAITING_APPROVAL")),
        index("_waiting", DUE, ON_THE_DESK & Q(state="WAITING")),
        index("_answered", PAST, ON_THE_DESK & Q(state="ANSWERED")),
        index("_closed", PAST, ON_THE_DESK & Q(state="CLOSED")),
    ]
