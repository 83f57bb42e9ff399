"""Settings of the property tests.

Machines are shared, so no example fails for being slow. In CI hypothesis loads its own profile, which always tries the
same examples: a landing never hangs on chance.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("shared_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if not os.environ.get("CI"):
    settings.load_profile("shared_machine")
