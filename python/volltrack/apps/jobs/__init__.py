"""What is done on files: steps that can be repeated, resumed and looked at.

The whole way is `run_movie` (and `demo`, on a synthetic movie); single steps are in `labels` (movie to labels),
`tracks` (cells to tracks, tracks to tracks) and `truth` (results against a truth). `inputs` says what a job reads and
opens it, `settings` are those of all steps, `results` keeps what it writes; `job` says what a job is.
"""
