"""The floor plan: every room's tables, one line each."""

import domain.accounts.authenticators
import domain.accounts.calendar_feeds
import domain.accounts.ceremonies
import domain.accounts.changes
import domain.accounts.credentials
import domain.accounts.devices
import domain.accounts.guarded
import domain.accounts.introductions
import domain.accounts.models
import domain.accounts.proofs
import domain.accounts.rights_requests
import domain.answers
import domain.communities.models
import domain.history
import domain.hours.models
import domain.hours.summing
import domain.letters
import domain.notifications.models
import domain.organizations.models
import domain.programmes.models
import domain.regulations.changes
import domain.regulations.models
import domain.sealing
import domain.training.models
import domain.volunteers.models
import domain.workers.models  # noqa: F401
