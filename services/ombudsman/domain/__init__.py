"""The pure rules of a referral: its states, its number, its file, and what counts as delivered."""
