"""Pages that lie askew, sideways, upside down or on a desk, made straight before anybody sees them. Child processes."""
