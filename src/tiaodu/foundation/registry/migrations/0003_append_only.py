from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_register")]
    operations = [
        guard("registry_duplicatedecision"),
        guard("registry_measureversion"),
        guard("registry_mergerecord"),
    ]
