"""What is measured: a made-up country, its pages and verbs, and a crowd of people who file."""
