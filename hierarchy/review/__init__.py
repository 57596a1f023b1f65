"""檢視: one filing before the agency above, the decisions on it, and its history."""
