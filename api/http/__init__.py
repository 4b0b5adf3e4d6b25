"""GraphQL over HTTP, WebSocket and SSE: the door, its limits, its log."""
