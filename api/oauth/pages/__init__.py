"""The pages for people: signing in and up, one's account, signing out. None of them needs a script."""
