"""Lists as files: what a GraphQL query shows, page by page, as CSV or XLSX."""
