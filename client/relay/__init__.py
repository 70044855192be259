"""The blind mailbox through which the two ends meet; it sees ciphertext only."""
