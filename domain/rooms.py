"""The floor plan: every room's tables, one line each."""

import domain.communities.models
import domain.history
import domain.rules  # noqa: F401
