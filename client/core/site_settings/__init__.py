"""What a site is set to, once and for all its consultations: one file that people can read."""
