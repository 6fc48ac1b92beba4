from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        guard("ledger_term"),
        guard("ledger_progress"),
        guard("ledger_event"),
    ]
