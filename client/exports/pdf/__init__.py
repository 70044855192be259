"""Documents for people, as accessible PDF: tagged, real text, and made for keeping (PDF/A)."""
