"""What a message says is folded once for the search, not once for each way in which it is found."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0033_practice_by_key")]
    operations = [
        migrations.RunSQL(
            (SQL / "words_once.sql").read_text(encoding="utf-8"),
            (SQL / "words_once_undone.sql").read_text(encoding="utf-8"),
        )
    ]
