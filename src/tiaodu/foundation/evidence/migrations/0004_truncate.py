from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_boards")]

    operations = [guard_anew("evidence_evidence")]
