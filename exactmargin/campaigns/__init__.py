"""Campaigns: conjectures checked on as many instances as time allows, on as many processors.

Instance `number` of a seed is the same everywhere, so a campaign is split, stopped, resumed and
joined as one likes; the result is that of one process that never stopped. See docs/fuzzing.md.
"""

from exactmargin.campaigns.block import Block, run_block
from exactmargin.campaigns.finding import Finding, canonical
from exactmargin.campaigns.journal import Journal
from exactmargin.campaigns.report import Entry, Report
from exactmargin.campaigns.running import campaign

__all__ = [
    "Block",
    "Entry",
    "Finding",
    "Journal",
    "Report",
    "campaign",
    "canonical",
    "run_block",
]
