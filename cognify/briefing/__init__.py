"""The delta brief: what changed since the last approved version, and what a review of it has to cover."""

from cognify.briefing.brief import Asked, Brief, Carried, approved_before, brief, gravest

__all__ = ["Asked", "Brief", "Carried", "approved_before", "brief", "gravest"]
