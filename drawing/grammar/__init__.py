"""The grammar of callouts: from lines of lettering to values."""
