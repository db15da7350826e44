"""The embedded reader's understanding: from a question to a finding on the sheet, and from there to a sentence."""
