"""Who may do what on the broker: a courier's own user publishes its own news, and hears what is asked of it, nothing else.

What a user is not allowed is refused by NATS itself, before any code of ours sees it. A reply inbox of its own keeps each
user from hearing the answers that others get: everybody's default inbox is one subject tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from events import topology

COURIER = "courier"


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """A courier's user: its name, the bcrypt hash of its password, and the code of the courier it speaks for."""

    name: str
    password: str
    courier: str

    @property
    def inbox(self) -> str:
        """The prefix that its client must use for replies (NATS: ``inbox_prefix``)."""
        return inbox(self.name)

    @property
    def publishes(self) -> str:
        """The one subject it may publish on."""
        return topology.subject_of(f"{COURIER}/{self.courier}")

    @property
    def hears(self) -> tuple[str, ...]:
        """The subjects it may subscribe to."""
        return topology.task(COURIER, self.courier), f"{self.inbox}.>"


def inbox(name: str) -> str:
    """The prefix of a user's replies."""
    return f"_INBOX_{name}"


def authorization(users: Sequence[BrokerUser], service: str, password: str) -> str:
    """NATS's ``authorization`` block: ``service`` is Kervan's own user, with all rights; ``password`` as the file writes it.

    Names and codes are letters, digits, ``-`` and ``_`` (``kervan key add`` takes no others), so nothing needs escaping.
    """
    lines = ["authorization {", "  users = [", f'    {{user: "{service}", password: {password}}}']
    for user in users:
        hears = ", ".join(f'"{subject}"' for subject in user.hears)
        lines += [
            f'    {{user: "{user.name}", password: "{user.password}", permissions: {{',
            f'      publish: {{allow: ["{user.publishes}"]}}',
            f"      subscribe: {{allow: [{hears}]}}",
            "    }}",
        ]
    return "\n".join([*lines, "  ]", "}", ""])
