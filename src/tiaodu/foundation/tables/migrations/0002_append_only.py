from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("tables", "0001_initial")]
    operations = [
        guard("tables_version"),
        guard("tables_decision"),
    ]
