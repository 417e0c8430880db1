"""What an OpenID provider must refuse, and what it must do, seen from outside over HTTP.

Knows a provider by its address, three registered parties and two people who sign in by a plain form; nothing
else. docs/dev/conformance.md says how to let it look at any provider.
"""

import pytest

pytest.register_assert_rewrite(f"{__name__}.groups", f"{__name__}.protocol", f"{__name__}.suite")
