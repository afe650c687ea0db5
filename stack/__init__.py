"""How the whole platform starts on one machine."""
