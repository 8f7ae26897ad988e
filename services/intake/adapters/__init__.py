"""Where intake meets libraries that read what people send: telephone numbers, mails, personal data in a text."""
