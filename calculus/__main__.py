"""`python -m calculus` is the command `calculus`."""

from calculus.interfaces.command import main

raise SystemExit(main())
