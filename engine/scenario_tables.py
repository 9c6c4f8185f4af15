"""Parsed TOML tables to a Scenario, with defaults where something cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .declaration import Field, at, check_name, listed, number, parameters, table, text
from .errors import ConfigError, unknown
from .optimizers import FILE as OPTIMIZER_FILE
from .optimizers import make_optimizer, optimizers
from .rates import Phase
from .scenario import (
    LR,
    MAX_EVENTS,
    MAX_POINTS,
    MAX_RUNS,
    MAX_STEPS,
    PANELS,
    Data,
    Declared,
    Event,
    Gradient,
    MonteCarlo,
    RunConfig,
    Scenario,
    SurfaceConfig,
)
from .scenario_reader import Reader
from .schedules import FILE as SCHEDULE_FILE
from .schedules import make_schedule, schedules

T = TypeVar("T")
MAX_PHASES = 50
MAX_OWN = 50
POINTS = listed(listed(text, 3))
DECLARED = table(
    {},
    {
        **dict.fromkeys(("name", "title", "doc", "reference"), text),
        **{"window": listed(number, 4), "start": listed(number, 2), "domain": listed(number, 4)},
        **{"parameters": parameters, "minima": POINTS, "saddles": POINTS},
    },
)


def scenario_of(table: Mapping[str, Any], reader: Reader) -> Scenario:
    known = (
        "format title steps seed start surface runs window monte_carlo optimizers schedules text id order slide panel"
    )
    reader.known(table, known, "")
    for needed in ("start", "surface", "runs"):
        if needed not in table:
            reader.note("{name} is missing", "", name=needed)
    runs = table.get("runs", [])
    if not isinstance(runs, list) or ("runs" in table and not 1 <= len(runs) <= MAX_RUNS):
        reader.note("there must be 1 to {limit} tables [[runs]]", "runs", limit=MAX_RUNS)
        runs = []
    window = reader.numbers(table["window"], "window", 4, reader.number) if "window" in table else None
    if window and not all(1e-100 < high - low < 1e100 for low, high in (window[:2], window[2:])):
        reader.note("must be [left, right, bottom, top] with left < right and bottom < top", "window")
    slide = table.get("slide")
    panel = reader.text(table.get("panel", ""), "panel")
    if panel and panel not in PANELS:
        reader.faults.append(unknown("panel", panel, PANELS, "panel"))
    return Scenario(
        surface=_surface(reader.table(table.get("surface", {}), "surface"), reader),
        start=reader.numbers(table.get("start", [0.0, 0.0]), "start", 2, reader.number),
        runs=tuple(_run(reader.table(run, f"runs[{k}]"), f"runs[{k}]", reader) for k, run in enumerate(runs)),
        steps=reader.whole(table.get("steps", 1000), "steps", 1, MAX_STEPS),
        seed=reader.whole(table.get("seed", 0), "seed", 0, 2**62),
        title=reader.texts(table.get("title", {}), "title"),
        window=window,
        monte_carlo=_monte_carlo(table["monte_carlo"], reader) if "monte_carlo" in table else None,
        optimizers=_own(table, "optimizers", OPTIMIZER_FILE, make_optimizer, optimizers(), reader),
        schedules=_own(table, "schedules", SCHEDULE_FILE, make_schedule, schedules(), reader),
        text=reader.texts(table.get("text", {}), "text"),
        id=reader.text(table.get("id", ""), "id"),
        order=reader.whole(table.get("order", 0), "order", 0, 10**6),
        slide=None if slide is None else reader.whole(slide, "slide", 1, 10**6),
        panel=panel,
    )


def _own(
    table: Mapping[str, Any],
    kind: str,
    fields: Field,
    make: Callable[[dict[str, Any]], T],
    taken: Mapping[str, object],
    reader: Reader,
) -> tuple[T, ...]:
    """The optimizers or schedules that the scenario brings itself: tables as their files have them."""
    tables = table.get(kind, [])
    if not isinstance(tables, list) or len(tables) > MAX_OWN:
        reader.note("must be at most {limit} tables [[{name}]]", kind, limit=MAX_OWN, name=kind)
        return ()
    found: dict[str, T] = {}
    for k, entry in enumerate(tables):
        try:
            values = fields(entry, f"{kind}[{k}]")
            with at(f"{kind}[{k}]"):
                check_name(name := values["name"], {*found, *taken})
                found[name] = make(values | {"group": "own"})
        except ConfigError as fault:
            reader.faults.append(fault)
    return tuple(found.values())


def _surface(table: Mapping[str, Any], reader: Reader) -> SurfaceConfig:
    reader.known(table, "name formula axes parameters options data declared", "surface")
    if "name" in table and "formula" in table:
        reader.note("has both a name and a formula; keep one of them", "surface")
    elif not ("name" in table or "formula" in table):
        reader.note("needs either a name or a formula", "surface")
    elif table.get("formula") == "":
        reader.note("the formula is empty", "surface.formula")
    if "declared" in table and "formula" not in table:
        reader.note("only a formula of one's own declares something", "surface.declared")
    axes = reader.numbers(table.get("axes", ["x", "y"]), "surface.axes", 2, reader.text)
    return SurfaceConfig(
        name=reader.text(table.get("name", ""), "surface.name"),
        formula=reader.text(table["formula"], "surface.formula") or " " if "formula" in table else "",
        axes=axes,
        parameters=reader.values(table.get("parameters", {}), "surface.parameters"),
        options=reader.texts(table.get("options", {}), "surface.options"),
        data=_data(reader.table(table["data"], "surface.data"), reader) if "data" in table else None,
        declared=_declared(table.get("declared", {}), reader),
    )


def _declared(value: object, reader: Reader) -> Declared:
    try:
        return Declared(**DECLARED(value, "surface.declared"))
    except ConfigError as fault:
        reader.faults.append(fault)
        return Declared()


def _data(table: Mapping[str, Any], reader: Reader) -> Data | None:
    reader.known(table, "names columns label", "surface.data")
    for needed in ("names", "columns"):
        if needed not in table:
            reader.note("{name} is missing", "surface.data", name=needed)
            return None
    names = reader.numbers(table["names"], "surface.data.names", None, reader.text)

    def column(value: object, where: str) -> tuple[float, ...]:
        if isinstance(value, list) and len(value) > MAX_POINTS:
            reader.note("there can be at most {limit} values", where, limit=MAX_POINTS)
            return ()
        return reader.numbers(value, where, None, reader.number)

    columns = reader.numbers(table["columns"], "surface.data.columns", len(names), column)
    if len({len(values) for values in columns if isinstance(values, tuple)}) != 1:
        reader.note("the columns must be equally long", "surface.data.columns")
        return None
    return Data(names, columns, reader.text(table.get("label", ""), "surface.data.label"))


def _run(table: Mapping[str, Any], where: str, reader: Reader) -> RunConfig:
    reader.known(table, "label optimizer lr hyperparameters schedule start steps sample_order gradient events", where)
    for needed in ("optimizer", "lr"):
        if needed not in table:
            reader.note("{name} is missing", where, name=needed)
    start, events = table.get("start"), table.get("events", [])
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        reader.note("must be at most {limit} tables [[runs.events]]", f"{where}.events", limit=MAX_EVENTS)
        events = []
    return RunConfig(
        optimizer=reader.text(table.get("optimizer", ""), f"{where}.optimizer"),
        lr=reader.number(table.get("lr", LR.default), f"{where}.lr", 0.0),
        label=reader.text(table.get("label", ""), f"{where}.label"),
        hyperparameters=reader.values(table.get("hyperparameters", {}), f"{where}.hyperparameters"),
        schedule=_phases(table.get("schedule", []), f"{where}.schedule", reader),
        start=None if start is None else reader.numbers(start, f"{where}.start", 2, reader.number),
        steps=reader.whole(table["steps"], f"{where}.steps", 1, MAX_STEPS) if "steps" in table else None,
        sample_order=reader.numbers(
            table.get("sample_order", []), f"{where}.sample_order", None, lambda v, w: reader.whole(v, w, 0, 10**6)
        ),
        gradient=_gradient(reader.table(table.get("gradient", {}), f"{where}.gradient"), f"{where}.gradient", reader),
        events=tuple(_event(event, f"{where}.events[{k}]", reader) for k, event in enumerate(events)),
    )


def _gradient(table: Mapping[str, Any], where: str, reader: Reader) -> Gradient:
    reader.known(table, " ".join(Gradient.__dataclass_fields__), where)
    values: dict[str, Any] = {}
    for key, item in table.items():
        if key == "maximize":
            values[key] = reader.flag(item, f"{where}.{key}")
        elif key == "batch_size":
            values[key] = reader.whole(item, f"{where}.{key}", 0, 10**6)
        elif key in Gradient.__dataclass_fields__:
            values[key] = reader.number(item, f"{where}.{key}", 0.0)
    return Gradient(**values)


def _event(value: object, where: str, reader: Reader) -> Event:
    table = reader.table(value, where)
    reader.known(table, "step lr hyperparameters schedule nudge", where)
    if "step" not in table:
        reader.note("{name} is missing", where, name="step")
    return Event(
        step=reader.whole(table.get("step", 1), f"{where}.step", 1, MAX_STEPS),
        lr=reader.number(table["lr"], f"{where}.lr", 0.0) if "lr" in table else None,
        hyperparameters=reader.values(table.get("hyperparameters", {}), f"{where}.hyperparameters"),
        schedule=_phases(table["schedule"], f"{where}.schedule", reader) if "schedule" in table else None,
        nudge=reader.numbers(table["nudge"], f"{where}.nudge", 2, reader.number) if "nudge" in table else None,
    )


def _phases(value: object, where: str, reader: Reader, chained: bool = False) -> tuple[Phase, ...]:
    if not isinstance(value, list):
        reader.note('must be a list of phases, as in [{{ name = "StepLR" }}]', where)
        return ()
    if len(value) > MAX_PHASES:
        reader.note("there can be at most {limit} values", where, limit=MAX_PHASES)
        return ()
    last = len(value) - 1
    return tuple(_phase(phase, f"{where}[{k}]", k < last, reader, chained) for k, phase in enumerate(value))


def _phase(value: object, where: str, followed: bool, reader: Reader, chained: bool) -> Phase:
    table = reader.table(value, where)
    if "name" not in table:
        reader.note("{name} is missing", where, name="name")
    if chained:
        for name in {"steps", "chained"} & set(table):
            reader.note("a chained schedule has no {name} of its own", f"{where}.{name}", name=name)
    elif followed and "steps" not in table:
        reader.note("needs steps, as another phase follows", where)
    steps = reader.whole(table["steps"], f"{where}.steps", 1, MAX_STEPS) if "steps" in table else None
    numbers = {key: item for key, item in table.items() if key not in ("name", "steps", "formula", "chained")}
    return Phase(
        reader.text(table.get("name", ""), f"{where}.name"),
        reader.values(numbers, where),
        None if chained else steps,
        reader.text(table.get("formula", ""), f"{where}.formula"),
        () if chained else _phases(table.get("chained", []), f"{where}.chained", reader, chained=True),
    )


def _monte_carlo(value: object, reader: Reader) -> MonteCarlo:
    table = reader.table(value, "monte_carlo")
    reader.known(table, "starts noise outcome outcome_text", "monte_carlo")
    return MonteCarlo(
        starts=reader.whole(table.get("starts", 1000), "monte_carlo.starts", 1, 20_000),
        noise=reader.number(table.get("noise", 0.0), "monte_carlo.noise", 0.0),
        outcome=reader.text(table.get("outcome", ""), "monte_carlo.outcome"),
        outcome_text=reader.texts(table.get("outcome_text", {}), "monte_carlo.outcome_text"),
    )
