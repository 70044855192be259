"""What the site has to examine patients with, and its declaration to the regional health agency."""
