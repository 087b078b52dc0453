"""environment.yml gives conda users what pyproject.toml gives everybody else."""

import tomllib
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
CONDA = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
[PIP] = [block["pip"] for block in ENVIRONMENT["dependencies"] if block not in CONDA]
CONDA_NAMES = {"torch": "pytorch", "huggingface-hub": "huggingface_hub"}  # where it is not PyPI's
PYTHON = {"python", "pip"}  # what pyproject.toml does not list


def of_pyproject() -> dict[str, SpecifierSet]:
    lines = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["grading"]
    requirements = [Requirement(line) for line in lines]
    assert all(not r.extras and r.marker is None and r.url is None for r in requirements)
    return {canonicalize_name(r.name): r.specifier for r in requirements}


def of_environment() -> dict[str, SpecifierSet]:
    pypi_names = {conda: pypi for pypi, conda in CONDA_NAMES.items()}
    found = {}
    for line in CONDA:
        name, _, constraint = line.partition(" ")
        if name not in PYTHON:
            found[pypi_names.get(name, name)] = SpecifierSet(constraint)
    for line in PIP:
        if not line.startswith("-e"):
            requirement = Requirement(line)
            found[canonicalize_name(requirement.name)] = requirement.specifier
    return found


def test_the_two_files_list_the_same_packages() -> None:
    assert of_environment() == of_pyproject()
    listed = len(CONDA) + len(PIP) - len(PYTHON) - 1  # without the line `-e .`
    assert len(of_environment()) == listed, "a package is listed twice"


def test_python_is_the_same() -> None:
    [line] = [line for line in CONDA if line.startswith("python ")]
    constraint = SpecifierSet(line.partition(" ")[2])
    assert constraint == SpecifierSet(PROJECT["requires-python"])


@pytest.mark.parametrize("line", CONDA)
def test_conda_reads_every_line_as_it_is_meant(line: str) -> None:
    name, _, constraint = line.partition(" ")
    spec = rattler.MatchSpec(line, strict=True)
    assert spec.name.normalized == name
    written = "" if spec.version is None else str(spec.version)
    assert SpecifierSet(written) == SpecifierSet(constraint)
    assert (spec.build, spec.channel) == (None, None)


def test_utils_and_autograde_come_from_this_clone() -> None:
    assert PIP.count("-e .") == 1
    assert "pip" in CONDA, "conda wants it listed before a pip section"
    # PyPI's torch over conda's would be several gigabytes, twice.
    names = {Requirement(line).name for line in PIP if not line.startswith("-e")}
    assert names == {"gguf", "llguidance", "presidio-analyzer"}


def test_only_conda_forge() -> None:
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
