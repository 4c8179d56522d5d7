import pytest

from tests.export.runs.cases import Runs


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Trained runs, each trained once."""
    return Runs(tmp_path_factory.mktemp("runs"))
