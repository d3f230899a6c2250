"""A post is answered in private once, however many enquiries its wordings lie in."""

from pathlib import Path

from django.db import migrations

GUARDS = (Path(__file__).parent / "sql" / "private_answers.sql").read_text(encoding="utf-8")
UNDONE = """
DROP TRIGGER private_answer_guard ON enquiries_posting;
DROP FUNCTION guard_private_posting();
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0026_set_aside")]
    operations = [migrations.RunSQL(GUARDS, UNDONE)]
