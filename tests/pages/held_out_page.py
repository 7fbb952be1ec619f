"""A held-out page while it is written: what it says of a territory is noted as what a reader must find."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pages.held_out_words import FORMS, Member, Territory, Voice, groups, others, regions, wording

OFFICIALS = (
    "Hélène Marchandeau",
    "Yves Le Bihannic",
    "Sandrine Coutelard",
    "Mehdi Lazreg",
    "Odile Ferrachat",
)
FIRMS = ("Fonderies Marchal", "Plastiform", "Aciéries du Canal", "Laiterie Boisseau", "Mécanique Vautrin")


@dataclass(frozen=True)
class Expected:
    """A territory that a page announces: its members as (mention, kind, SIREN or INSEE code)."""

    territory: str
    members: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Said:
    """A member as a page writes it: what leads to the mention, the mention, and where it lies."""

    lead: str
    mention: str
    code: str
    department: str
    hint: str
    follows: bool = False  # whether it shares the form of the member before it

    @property
    def text(self) -> str:
        """The mention, with its département where its name needs it."""
        return self.mention + self.hint

    @property
    def told(self) -> str:
        """The member within a sentence."""
        return self.lead + self.text


@dataclass
class Page:
    """A page being written."""

    year: str
    place: str
    territories: Sequence[Territory]
    rng: random.Random
    voice: Voice
    expected: list[Expected] = field(default_factory=list)

    def say(self, territory: Territory, *forms: str) -> tuple[str, list[Said]]:
        """The label and the members of a territory, each in one of the forms."""
        said = []
        for member in territory.members:
            lead, mention = wording(member, self.rng.choice(forms), self.rng)
            mention = mention if "full" in forms else mention[0].upper() + mention[1:]
            said.append(self._said(member, lead, mention))
        return self._note(territory, said, territory.members)

    def share(self, territory: Territory) -> tuple[str, list[Said]]:
        """The same, members of one form sharing it in the plural."""
        said, order = [], []
        for group in groups(territory.members):
            for i, member in enumerate(group):
                if len(group) == 1:
                    lead, mention = wording(member, "full", self.rng)
                else:
                    lead = f"{FORMS[member.nature][2]} {member.article}" if i == 0 else member.article
                    mention = member.core
                said.append(replace(self._said(member, lead, mention), follows=i > 0))
                order.append(member)
        return self._note(territory, said, order)

    def _said(self, member: Member, lead: str, mention: str) -> Said:
        code, department = member.department
        hint = f" ({self.voice.prose(department)})" if member.homonym else ""
        return Said(
            self.voice.prose(lead), self.voice.name(mention), code, self.voice.prose(department), hint
        )

    def _note(
        self, territory: Territory, said: list[Said], order: Sequence[Member]
    ) -> tuple[str, list[Said]]:
        label = self.voice.name(territory.label, member=False)
        members = ((" ".join(s.mention.split()), m.kind, m.code) for s, m in zip(said, order, strict=True))
        self.expected.append(Expected(" ".join(label.split()), tuple(members)))
        return label, said

    def prose(self, text: str) -> str:
        """Running text in the letters of the page."""
        return self.voice.prose(text)

    @property
    def official(self) -> str:
        """Somebody."""
        return self.rng.choice(OFFICIALS)

    @property
    def stranger(self) -> str:
        """A community that is in no territory; nearby, where there is one."""
        every = others(self.year)
        near = [m for m in every if regions().get(m.department[0]) == self.place] or every
        lead, mention = wording(self.rng.choice(near), "full", self.rng)
        return self.prose(lead + mention)

    @property
    def count(self) -> int:
        """How many territories the page announces."""
        return len(self.territories)

    @property
    def date(self) -> str:
        """The day of the announcement in words."""
        return "31 décembre 2022" if self.year == "2022" else "9 novembre 2023"
