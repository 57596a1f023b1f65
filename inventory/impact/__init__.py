"""What a factor set would move, and moving it."""
