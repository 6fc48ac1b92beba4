from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("items", "0001_initial")]
    operations = [guard("items_itementry")]
