"""What stands on the pages about one ticket, each part in words of its own."""
