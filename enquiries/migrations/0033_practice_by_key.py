"""Whether a reply to practice stays among practice is asked account by account."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0032_first_words")]
    operations = [
        migrations.RunSQL(
            (SQL / "practice_by_key.sql").read_text(encoding="utf-8"),
            (SQL / "practice_by_key_undone.sql").read_text(encoding="utf-8"),
        )
    ]
