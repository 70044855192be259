"""The line laboratory: lines as bad as our users have, and what is measured on them."""
