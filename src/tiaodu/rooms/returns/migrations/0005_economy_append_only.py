from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("returns", "0004_economy")]
    operations = [guard("returns_closing"), guard("returns_checkflag")]
