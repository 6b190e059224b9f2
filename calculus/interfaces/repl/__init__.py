"""The REPL: a session that keeps stacks and definitions, with a terminal and a plain line reader in
front.

`session` holds what a session is and runs inputs, `commands` the inputs that begin with a colon,
`plain` reads lines from a pipe, `terminal` talks to a person (the only module that loads
prompt_toolkit).
"""
