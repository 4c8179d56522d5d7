"""`tui-ann exam`: questions on paper, and answers line by line."""

import io
import json


def test_the_paper_has_ten_questions_and_their_answers_and_records_nothing(program, tmp_path):
    result = program("exam", "--seed", "3", "--paper")
    assert (result.code, result.err) == (0, "")
    assert "10. " in result.out.partition("Answers")[0]
    assert "10. " in result.out.partition("Answers")[2]
    assert not (tmp_path / "home" / "exams.json").exists()


def test_answers_are_read_line_by_line_and_the_score_is_kept(command, monkeypatch):
    paper = json.loads(command("exam", "--seed", "3", "--paper", "--json").out)
    lines = []
    for question in paper["questions"]:
        expected = question["expected"]
        lines.append(expected if isinstance(expected, str) else "; ".join(" ".join(map(str, row)) for row in expected))
    lines[0] = ""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    result = command("exam", "--seed", "3")
    assert result.code == 0
    assert "9 of 10 right." in result.out
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    taken = json.loads(command("exam", "--json").out)
    assert (taken["seed"], taken["right"], taken["asked"]) == (2, 0, 10)
    assert taken["weak"]
