"""What people said and decided at the bedside, beside what was measured and transmitted."""
