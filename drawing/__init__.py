"""From an uploaded file to sheets, and from sheets to words."""
