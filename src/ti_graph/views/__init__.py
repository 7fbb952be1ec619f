"""What people and programs look at: things with their sources, lists compared, contours, names found."""
