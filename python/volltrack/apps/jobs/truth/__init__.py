"""Results against files of a truth: scores of lineages and labels (`score_files`), curves (`evaluate_files`)."""
