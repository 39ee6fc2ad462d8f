"""Runs a whole notebook in the box, for what it prints and draws; no score comes of it."""
