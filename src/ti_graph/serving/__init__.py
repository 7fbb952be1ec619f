"""Questions answered and changes made, in processes that can be killed."""
