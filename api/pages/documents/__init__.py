"""What one takes home from a page: tables for spreadsheets, and reports as PDF."""
