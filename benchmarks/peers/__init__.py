"""The peers: services that answer the same questions over the same tables, each as its own documentation teaches."""
