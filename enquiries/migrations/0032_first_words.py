"""The first words of an enquiry are made searchable without looking for others, and reading a payload does not unpack it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0031_fewer_indexes")]
    operations = [
        migrations.RunSQL(
            (SQL / "first_words.sql").read_text(encoding="utf-8"),
            (SQL / "first_words_undone.sql").read_text(encoding="utf-8"),
        )
    ]
