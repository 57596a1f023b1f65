"""A made-up country: units, accounts and three years of filings, right to the last digit.

What costs time is copied (docs of `making`); what has to be right is the platform's own: rows
come from its verbs, kilograms from its calculator, versions and histories from its triggers.
"""
