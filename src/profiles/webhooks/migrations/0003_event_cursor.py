from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_delivery_due_at")]

    operations = [migrations.RenameModel(old_name="ToldUntil", new_name="EventCursor")]
