"""What a person or a program sees of a command: bars, results, events, and how it ends when a signal comes."""
