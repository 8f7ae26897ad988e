"""Pure rules of intake: drafts, words, text commands, letters, and what a reporter may do when."""
