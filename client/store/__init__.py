"""What stays on disk: encrypted records, the journal, wrapped keys."""
