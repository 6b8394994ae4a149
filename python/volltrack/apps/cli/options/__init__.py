"""Options that several subcommands share, and what is chosen by them."""
