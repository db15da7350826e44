"""From a page's picture and text layer to words; runs in child processes."""
