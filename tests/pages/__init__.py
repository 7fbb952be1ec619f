"""Pages that announce the lists of 2022 and 2023 in every form, with what a reader must find in them."""
