"""What calendars read: a person's shifts as iCalendar, by a secret link."""
