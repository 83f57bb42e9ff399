"""The folder of a fit: page, figures, tables, draws; whole or not at all."""

from __future__ import annotations

import csv
import io
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.mechanism.fit.checks import Checked
    from costim.mechanism.fit.prior_predictive import PriorPredictive
    from costim.mechanism.observed.observed import Observed
    from costim.registry.fit_record import FitRecord
    from costim.study.study import Study

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of all is."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What the user asked for."""

    forms: tuple[str, ...]
    chains: int
    draws: int
    tune: int
    cores: int
    seed: int
    checked_draws: int
    inner: int
    unknown_status: Literal["lower_bound", "observed"]
    accept_priors: bool
    refit_doubtful: bool


def fit_study(path: Path, out: Path | None, options: FitOptions, progress: Progress) -> tuple[Path, str]:
    """Fit a study and write the folder.

    Returns:
        The folder, and what may be said, as text.

    Raises:
        StudyError: the study has errors; all of them are in it.
        CostimError: the extra `[fit]` is not installed, the study has nothing to fit, the priors are not about such
            patients, or the folder cannot be written.
    """
    from costim.mechanism.fit.extra import need
    from costim.mechanism.observed.from_measurements import observed
    from costim.pipeline import measure_study
    from costim.report.write import check_target, write_outputs
    from costim.study.check import read_study

    progress("Checking the study", 0.0)
    for name in ("nutpie", "arviz"):
        need(name)
    study = read_study(path)
    folder = out if out is not None else Path(f"{study.plan.study.id}-fit")
    check_target(folder)
    progress("Measuring", 0.01)
    seen = observed(study.plan, measure_study(study), unknown_status=options.unknown_status)
    priors = _priors(seen, options, progress)
    checked = {name: _fit(name, seen, options, progress) for name in options.forms}
    progress("Drawing and writing", 0.97)
    outputs, spoken = _files(study, seen, checked, priors, options)
    write_outputs(folder, outputs)
    return folder, spoken


def _priors(seen: Observed, options: FitOptions, progress: Progress) -> dict[str, PriorPredictive]:
    """What the priors of every form expect; they are looked at before anything is fitted."""
    from costim.mechanism.fit.prior_predictive import predict_from_priors
    from costim.mechanism.fit.priors import default_priors
    from costim.mechanism.model.catalogue import load_model

    progress("What the priors expect", 0.02)
    found = {}
    for name in options.forms:
        model = load_model(name)
        found[name] = predict_from_priors(model, seen.data, default_priors(model), seed=options.seed)
    reasons = [f"{name}: {reason}" for name, expected in found.items() for reason in expected.reasons]
    if reasons and not options.accept_priors:
        raise CostimError(
            "The priors do not expect patients like these, so that a fit would fight them:\n"
            + "\n".join(reasons)
            + "\nLook at doses and days of the study first. To go on all the same: --accept-priors"
        )
    return found


def _fit(name: str, seen: Observed, options: FitOptions, progress: Progress) -> Checked:
    from costim.mechanism.fit.checks import check_fit
    from costim.mechanism.fit.refit import refit_doubtful
    from costim.mechanism.fit.sample import fit
    from costim.mechanism.model.catalogue import load_model

    each = 0.93 / len(options.forms)
    start = 0.04 + each * options.forms.index(name)
    end_of_checks = 0.5 if options.refit_doubtful else 1.0

    def part(words: str, low: float, high: float) -> Callable[[int, int], None]:
        progress(words, start + each * low)
        return lambda done, total: progress(words, start + each * (low + (high - low) * done / total))

    again = partial(
        fit,
        load_model(name),
        chains=options.chains,
        draws=options.draws,
        tune=options.tune,
        seed=options.seed,
        cores=options.cores,
    )
    found = again(seen.data, progress=part(f"Fitting {name}", 0.0, 0.7 * end_of_checks))
    checked = check_fit(
        found,
        seed=options.seed,
        draws=options.checked_draws,
        inner=options.inner,
        progress=part(f"Checking {name}", 0.7 * end_of_checks, end_of_checks),
    )
    if not options.refit_doubtful:
        return checked
    left_out = refit_doubtful(
        found,
        checked.left_out,
        again,
        draws=options.checked_draws,
        inner=options.inner,
        seed=options.seed,
        progress=part(f"Fitting {name} without single patients", end_of_checks, 1.0),
    )
    return replace(checked, left_out=left_out)


def _files(
    study: Study,
    seen: Observed,
    checked: Mapping[str, Checked],
    priors: Mapping[str, PriorPredictive],
    options: FitOptions,
) -> tuple[dict[str, bytes | Path], str]:
    from costim.cli.fit_figures import draw_fit
    from costim.mechanism.fit.cooperativity import compare_cooperativity
    from costim.mechanism.fit.record import record_fits
    from costim.report.fit_page import fit_json, render_fit_page, verdicts

    drawn = {name: draw_fit(one) for name, one in checked.items()}
    pictures = {file: content for files, _ in drawn.values() for file, content in files.items()}
    record = record_fits(
        study.plan.study.title,
        seen,
        checked,
        priors=priors,
        cooperativity=compare_cooperativity(seen.data, seed=options.seed),
        figures={name: captions for name, (_, captions) in drawn.items()},
    )
    svgs = {file.removesuffix(".svg"): content for file, content in pictures.items() if file.endswith(".svg")}
    spoken = verdicts(record)
    files: dict[str, bytes | Path] = {
        "fit.html": render_fit_page(record, svgs),
        "fit.json": fit_json(record),
        "verdicts.txt": spoken,
        "posterior.csv": _posterior(record),
        "draws.parquet": _draws(checked),
    }
    files |= {f"figures/{name}": content for name, content in pictures.items()}
    files["provenance.json"] = _provenance(study, options, files)
    return files, spoken.decode().rstrip()


def _posterior(record: FitRecord) -> bytes:
    """One row for each parameter of each form."""
    from costim.registry.fit_record import FitParameter

    names = [field.name for field in fields(FitParameter)]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["form", "trusted", *names])
    for form in record.forms:
        for parameter in form.parameters:
            row = asdict(parameter)
            writer.writerow([form.name, "no" if form.untrusted else "yes", *(row[name] for name in names)])
    return lines.getvalue().encode()


def _draws(checked: Mapping[str, Checked]) -> bytes:
    """Every draw of every form, long: form, chain, draw, parameter, value."""
    import numpy as np
    import polars as pl

    from costim.report.plainfiles import write_parquet

    frames = []
    for form, one in checked.items():
        for name, values in one.fit.draws.items():
            chain, draw = np.indices(values.shape)
            columns: dict[str, Any] = {"chain": chain.ravel(), "draw": draw.ravel(), "value": values.ravel()}
            frames.append(
                pl.DataFrame(columns).select(pl.lit(form).alias("form"), pl.lit(name).alias("parameter"), "*")
            )
    return write_parquet(pl.concat(frames))


def _provenance(study: Study, options: FitOptions, outputs: Mapping[str, bytes | Path]) -> bytes:
    from costim.report.simulation_page import simulation_provenance

    libraries = ("costim", "numpy", "scipy", "numba", "nutpie", "arviz")
    made_with = {
        "study": study.plan.study.id,
        "inputs": [{"name": f.name, "sha256": f.sha256} for f in sorted(study.inputs, key=lambda f: f.name)],
        "options": asdict(options) | {"forms": list(options.forms)},
        "versions": {name: version(name) for name in libraries} | {"python": platform.python_version()},
    }
    return simulation_provenance(made_with, {n: c for n, c in outputs.items() if isinstance(c, bytes)})
