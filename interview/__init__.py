"""Interview practice: a bank of questions on regularization and a check of free-text answers."""
