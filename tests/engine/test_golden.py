"""The engine goes the way of other libraries' optimizers; see `tests.golden`. `make test-parity` asks them anew."""

from __future__ import annotations

import pytest

from engine.declaration import check_values
from engine.errors import ConfigError
from engine.optimizers import optimizers

from ..golden.compare import compare
from ..golden.record import FOLDER, Record, read

RECORDS = {
    f"{path.stem}-{record.subject.optimizer}": record
    for path in sorted(FOLDER.glob("*.npz"))
    for record in read(path)[1]
}
RECORDED = sorted({record.subject.optimizer for record in RECORDS.values()})


def of(optimizer: str) -> list[Record]:
    return [record for record in RECORDS.values() if record.subject.optimizer == optimizer]


@pytest.mark.parametrize("name", RECORDS)
def test_paths_and_single_steps_agree(name: str) -> None:
    """200 steps to within 1e-11 of θ, one step to within 4 ulp of the size of its terms."""
    offs = compare(RECORDS[name])
    assert offs.allowed, str(offs)


@pytest.mark.parametrize("name", RECORDED)
def test_ten_settings_use_every_hyperparameter(name: str) -> None:
    settings = [setting for record in of(name) for setting in record.subject.settings]
    assert len(settings) >= 10
    for parameter in optimizers()[name].hyperparameters:
        values = {setting.hyperparameters.get(parameter.name, parameter.default) for setting in settings}
        assert len(values) > 1, parameter.name


@pytest.mark.parametrize("name", RECORDED)
def test_what_the_library_refuses_is_refused(name: str) -> None:
    for given in (given for record in of(name) for given in record.subject.refused):
        with pytest.raises(ConfigError, match="|".join(given)):
            check_values(optimizers()[name].hyperparameters, given, "hyperparameters")


def test_all_that_a_library_has_is_recorded_with_its_version() -> None:
    group = {name for name, optimizer in optimizers().items() if optimizer.group in ("torch", "literature")}
    assert group <= set(RECORDED)
    assert all(versions and all(versions.values()) for versions in (read(path)[0] for path in FOLDER.glob("*.npz")))


def test_every_treatment_of_the_gradient_is_recorded() -> None:
    used = {name for record in RECORDS.values() for setting in record.subject.settings for name in setting.gradient}
    assert used == {"clip_value", "clip_norm", "maximize", "weight_decay", "decoupled_weight_decay"}
