from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_facts_and_their_order")]

    operations = [
        migrations.RenameField(model_name="claim", old_name="wish", new_name="request_version"),
        migrations.RenameField(model_name="lane", old_name="bell", new_name="request_version"),
    ]
