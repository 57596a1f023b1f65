"""What a total is made of: its factor sets, its categories, its gases, and one edition for all."""
