"""A course of one's own: what a page may say, and where a mistake is."""

from pathlib import Path

import pytest

from tui_ann.errors import ExperimentError, SessionError
from tui_ann.session.course.own import is_course_file, read_course
from tui_ann.session.course.workbook import experiment_of, work_out

EXAMPLE = Path(__file__).parents[3] / "docs" / "course-example.toml"
PAGE = '[[page]]\nid = "one"\ntitle = "One"\n{more}\nchecks = [\n  {{ what = "{what}", expected = "{expected}" }},\n]\n'


def course(folder: Path, more: str = 'open = "worked-example"', what: str = "trace a2", expected: str = "1.4") -> Path:
    path = folder / "mine.toml"
    path.write_text(PAGE.format(more=more, what=what, expected=expected), encoding="utf-8")
    return path


def test_the_worked_sample_of_the_documentation_holds():
    book = read_course(EXAMPLE)
    assert len(book) == 2
    assert all(line.holds for page in book for line in work_out(page))


def test_a_page_may_open_an_experiment_next_to_it(tmp_path):
    (tmp_path / "data.csv").write_text("a,b,y\n1,2,1\n", encoding="utf-8")
    experiment = (
        'name = "mine"\n[data]\npath = "data.csv"\ntarget = "y"\nscaling = "none"\nvalidation_split = 0.0\n'
        'task = "regression"\nfeatures = ["a", "b"]\n[[network.layers]]\ntype = "dense"\nunits = 1\n[training]\nloss = "mean_squared_error"\n'
    )
    (tmp_path / "mine-experiment.toml").write_text(experiment, encoding="utf-8")
    (page,) = read_course(course(tmp_path, 'open = "mine-experiment.toml"', "count features", "2"))
    assert experiment_of(page).name == "mine"
    assert work_out(page)[0].holds


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ({"more": 'opn = "worked-example"'}, 4, "Did you mean open?"),
        ({"more": 'open = "worked-exampel"'}, 4, "Did you mean worked-example?"),
        ({"more": ""}, 1, "either open or exercise"),
        ({"more": 'open = "xor"\nupdate = 0'}, 5, "update"),
        ({"more": 'open = "xor"\nconcepts = ["X1"]'}, 5, "C3 to C21"),
        ({"more": 'exercise = { sizes = "2-3-1", W1 = "1 2" }'}, 4, "3 × 2"),
        ({"what": "tracee a2"}, 6, "Did you mean trace?"),
        ({"what": "trace"}, 6, "Name it, as in trace z1."),
        ({"what": "*/"}, 6, "A query begins with"),
        ({"expected": "1.4 +"}, 6, "expected"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, change, line, words):
    with pytest.raises(ExperimentError) as error:
        read_course(course(tmp_path, **change))
    (problem,) = error.value.problems
    assert problem.where == f"mine.toml, line {line}"
    assert words in str(problem)


def test_what_cannot_be_answered_names_its_line_too(tmp_path):
    (page,) = read_course(course(tmp_path, what="trace z9"))
    with pytest.raises(SessionError, match=r"mine\.toml, line 6"):
        work_out(page)


def test_all_mistakes_are_reported_at_once_and_broken_toml_too(tmp_path):
    path = course(tmp_path)
    path.write_text('colour = "red"\n' + path.read_text("utf-8") * 2, encoding="utf-8")
    with pytest.raises(ExperimentError) as error:
        read_course(path)
    assert len(error.value.problems) == 2  # the id is there twice, and a page has no colour
    path.write_text("# a course\n[[page]\n", encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"has a mistake:\n.*, line 2, column 7: this is not TOML"):
        read_course(path)


def test_a_course_is_told_from_an_experiment(tmp_path):
    assert is_course_file(course(tmp_path))
    (tmp_path / "e.toml").write_text('name = "[[page]]"\n', encoding="utf-8")
    assert not is_course_file(tmp_path / "e.toml")
    assert not is_course_file(tmp_path)
