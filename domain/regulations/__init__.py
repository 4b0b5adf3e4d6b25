"""Regulations: the numbers of law and practice that everything here is decided by, each with its source. 规则

A rule holds in a place from a day on; the nearest place wins, then the newest version. What is decided is decided by
the rule in force at its place on its day, and remembers which version that was. Nobody edits a rule: an operator's
correction is a new version, which decides from then on. Law is shown also where this house cannot see to it itself.
规则注明施行地域、日期与出处；就近适用，同地以新版本为准。每项决定记录所依据的版本。更正即新增版本，从不改动原文，也不溯及既往。
"""
