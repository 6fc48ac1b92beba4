from django.db import migrations

from tiaodu.foundation.evidence.triggers import in_order
from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [guard("evidence_evidence"), in_order()]
