"""The kit: parts every service uses and none contains."""
