"""Results against files of a truth: scores of lineages and labels, and curves over overlaps."""
