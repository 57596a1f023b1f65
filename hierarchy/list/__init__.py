"""The parent's list: its columns and rows, its page, confirming several rows at once."""
