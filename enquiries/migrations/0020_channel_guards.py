"""What the database refuses of channels; undone, it refuses again what it refused before."""

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
GUARDS = (SQL / "channel_guards.sql").read_text(encoding="utf-8")
FORMER = (SQL / "desk_guards.sql").read_text(encoding="utf-8")
FUNCTIONS = [
    re.search(rf"CREATE OR REPLACE FUNCTION {name}\(.*?\$\$.*?\$\$;\n", FORMER, re.DOTALL)[0]
    for name in ("newest_inbound", "guard_version")
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0019_channels")]
    operations = [
        migrations.RunSQL(GUARDS, (SQL / "channel_guards_undone.sql").read_text(encoding="utf-8") + "".join(FUNCTIONS)),
    ]
