"""How parameters, optimizers and runs are called in the setup: mathematics where there is a letter for it."""

from __future__ import annotations

import re

from engine.scenario import RunConfig

from ..i18n import tr
from ..numbers import show

_LETTERS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "eps": "ε",
    "eta": "η",
    "kappa": "κ",
    "lr": "η",
    "rho": "ρ",
    "sigma": "σ",
}
_LOWERED = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def symbol(name: str) -> str:
    """A parameter's name as it stands before its field: beta1 is β₁, T_max is Tₘₐₓ, weight_decay is weight decay."""
    own = {"steps": tr("steps"), "seed": tr("seed"), "decoupled_weight_decay": tr("decoupled decay")}
    if name in own:
        return own[name]
    match = re.fullmatch(r"([^\W\d_]+)(?:_?(\d+)|_([^\W\d_]+))?", name)
    if not match:
        return name.replace("_", " ")
    head, number, word = match.groups(default="")
    head = _LETTERS.get(head, head)
    lowered = (number or word).translate(_LOWERED)
    if not word or (len(head) == 1 and not re.search("[A-Za-z]", lowered)):
        return head + lowered
    return name if len(head) == 1 else name.replace("_", " ")


def optimizer_title(name: str) -> str:
    """An optimizer's name for reading: Adagrad_lecture is Adagrad (lecture)."""
    head, _, tail = name.partition("_")
    kinds = {"": "", "lecture": tr("lecture"), "per_parameter": tr("per parameter")}
    kind = kinds.get(tail, tail.replace("_", " "))
    return tr("{optimizer} ({kind})", optimizer=head, kind=kind) if kind else head


def group_title(group: str) -> str:
    """What a part of a menu is called."""
    return {
        "torch": "PyTorch",
        "hugging_face": "Hugging Face",
        "literature": tr("Literature"),
        "classical": tr("Classical"),
        "lecture": tr("Lecture"),
        "own": tr("Your own"),
    }[group]


def run_name(run: RunConfig) -> str:
    """The label a person gave to a run, otherwise its optimizer and rate."""
    title = optimizer_title(run.optimizer)
    return tr(run.label) if run.label else tr("{optimizer}, η = {rate}", optimizer=title, rate=show(run.lr))


def run_summary(run: RunConfig) -> str:
    """One line about a run: its rate, its schedule, and whether it has a start of its own."""
    schedule = " → ".join(phase.name for phase in run.schedule) or tr("constant")
    own = [tr("own start")] if run.start else []
    return " · ".join([f"η {show(run.lr)}", schedule, *own])
