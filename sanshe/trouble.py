"""Trouble: what a command says, in both languages, when it cannot do its work."""


class Trouble(Exception):
    """Something is wrong that the person at the keyboard can mend; printed without a traceback."""

    def __init__(self, english: str, chinese: str, *, exit_code: int = 1) -> None:
        super().__init__(english)
        self.english = english
        self.chinese = chinese
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.english}\n{self.chinese}"
