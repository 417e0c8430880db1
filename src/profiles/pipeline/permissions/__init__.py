"""A permission's life: granted, refreshed, lost, withdrawn and revoked; and invitations to give one."""
