"""The site's terminal app: it shows snapshots and asks; the session decides."""
