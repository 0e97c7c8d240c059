"""Pure: whether reports may be taken out of a matter again that they were joined to by mistake.

Not once one of them was answered there: the answer was given on that matter and cannot be moved. Not while its owners vote:
they were told how many homes ask for it. In every other step the way goes on for the reports that stay.
"""

from __future__ import annotations

from yishiting.council.matters.lifecycle.leaving import VOTE
from yishiting.council.matters.lifecycle.state import MatterState, Status, going
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import Sentence, gettext_noop


def take_out(state: MatterState, *, no: int, leaving: int, answered: int) -> None:
    """Raise :class:`WrongState` where ``leaving`` reports that count may not leave matter ``no``, ``answered`` of them (条)
    with an answer that was given there.
    """
    if answered:
        text = gettext_noop("第 {no} 件里已经答复过 {answered} 条，不能再分开。没办好的，请反映人申请重新办理。")
        raise WrongState(Sentence(text, no=no, answered=answered), code="answered")
    if state.status is not Status.OPEN:
        text = gettext_noop("第 {no} 件已经不在办理，不能再分开。没办好的，请反映人申请重新办理。")
        raise WrongState(Sentence(text, no=no), code="not_open")
    step = state.step
    if step is not None and step.kind == VOTE and going(state):
        text = gettext_noop("第 {no} 件正在由业主表决，不能分开。请等计票结果出来再分。")
        raise WrongState(Sentence(text, no=no), code="vote_running")
    if not leaving:
        text = gettext_noop("要分出来的反映都已经撤回了，没有可以分的。请就在第 {no} 件里办。")
        raise WrongState(Sentence(text, no=no), code="nothing_leaves")
    if len(state.reports) <= leaving:
        text = gettext_noop("第 {no} 件只剩要分出去的反映了，分出去就空了。请就在第 {no} 件里办。")
        raise WrongState(Sentence(text, no=no), code="nothing_left")
