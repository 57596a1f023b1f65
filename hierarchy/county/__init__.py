"""What an administrator does for a county at once: units that came late, time for many."""
