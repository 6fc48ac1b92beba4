from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("items", "0003_words_outside")]

    operations = [guard_anew("items_itementry")]
