"""What was answered, and what it comes to: answers, their entries, findings, the statement."""
