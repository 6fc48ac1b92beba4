from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [
        guard("documents_decision"),
    ]
