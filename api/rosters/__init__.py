"""Who serves in a shift, as a page that prints well, as CSV and as XLSX."""
