"""What looks improbable in a filing, how much it weighs, and whom to ask. It never blocks a figure.

`judging` and what it uses are pure: figures in, findings out. `refreshing` and `sibling_spreads`
are what stores them.
"""
