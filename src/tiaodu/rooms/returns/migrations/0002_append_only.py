from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial")]
    operations = [
        guard("returns_returnentry"),
        guard("returns_returnfigure"),
        guard("returns_broughtfile"),
        guard("returns_broughtdecision"),
    ]
