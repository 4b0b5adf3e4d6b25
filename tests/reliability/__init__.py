"""What holds when machines fail: kills, lost databases, dumps and restores."""
