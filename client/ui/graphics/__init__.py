"""Pictures in the terminal's own graphics: the Kitty protocol or Sixel, asked for at the start."""
