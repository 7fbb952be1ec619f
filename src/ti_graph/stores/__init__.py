"""Where a dataset is: a store on disk with its snapshots, or a store elsewhere, asked over HTTP."""
