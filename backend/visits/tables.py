"""Tables of visits; those of the sync stand in `sync_tables`."""
