"""How parameters, optimizers and runs are called in the setup: mathematics where there is a letter for it."""

from __future__ import annotations

import re

from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig

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
    "lambd": "λ",
    "lr": "η",
    "nu": "ν",
    "rho": "ρ",
    "sigma": "σ",
}
_LOWERED = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def symbol(name: str) -> str:
    """A parameter's name as it stands before its field: beta1 is β₁, T_max is Tₘₐₓ, weight_decay is weight decay."""
    if name in (own := {"steps": tr("steps"), "seed": tr("seed")}):
        return own[name]
    match = re.fullmatch(r"([^\W\d_]+)(?:_?(\d+)|_([^\W\d_]+))?", name)
    if not match:
        words = name.split("_")
        if len(words) == 1 or any(len(word) < 2 for word in words):
            return name
        return " ".join(symbol(word) if word[-1].isdigit() else word for word in words)
    first, number, word = match.groups(default="")
    head = _LETTERS.get(first, first)
    lowered = (number or word).translate(_LOWERED)
    if not word or (len(head) == 1 and not re.search("[A-Za-z]", lowered)):
        return head + lowered
    return name if len(first) == 1 else name.replace("_", " ")


def optimizer_title(name: str) -> str:
    """An optimizer's name for reading: Adagrad_lecture is Adagrad (lecture). A name of a person's own stays."""
    if name not in optimizers():
        return name
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
    """One line about a run: its rate, its schedule, its gradient, and whether it has a start of its own."""
    phases = (" × ".join(part.name for part in (phase, *phase.chained)) for phase in run.schedule)
    own = [tr("own start")] if run.start else []
    gradient = list(filter(None, [gradient_summary(run.gradient)]))
    return " · ".join([f"η {show(run.lr)}", " → ".join(phases) or tr("constant"), *gradient, *own])


def gradient_summary(gradient: Gradient) -> str:
    """What is done to a gradient, in short; empty for nothing."""
    said = {
        "batch_size": tr("batch {value}", value=gradient.batch_size),
        "noise": tr("noise {value}", value=show(gradient.noise)),
        "clip_value": tr("clip by value {value}", value=show(gradient.clip_value)),
        "clip_norm": tr("clip {value}", value=show(gradient.clip_norm)),
        "maximize": tr("climbs"),
        "weight_decay": tr("decay {value}", value=show(gradient.weight_decay)),
        "decoupled_weight_decay": tr("decoupled decay {value}", value=show(gradient.decoupled_weight_decay)),
    }
    nothing = Gradient()
    return ", ".join(words for name, words in said.items() if getattr(gradient, name) != getattr(nothing, name))
