"""The floor plan: every room's tables, one line each."""

import domain.accounts.credentials
import domain.accounts.models
import domain.communities.models
import domain.history
import domain.organizations.models
import domain.rules  # noqa: F401
