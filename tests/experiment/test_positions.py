from tui_ann.experiment.positions import key_lines, line_of


def test_lines_of_tables_keys_and_arrays_of_tables():
    text = """\
a = 1
[data]
path = "x"   # comment
'quoted key' = 2
"with \\" quote" = 3
x.y.z = 4
[[network.layers]]
type = "dense"
[[network.layers]]
type = "dropout"
[network.layers.inner]
k = 1
"""
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["data",] == 2
    assert lines["data", "path"] == 3
    assert lines["data", "quoted key"] == 4
    assert lines["data", 'with " quote'] == 5
    assert lines["data", "x", "y", "z"] == 6
    assert lines["network", "layers"] == 7
    assert lines["network", "layers", "1", "type"] == 8
    assert lines["network", "layers", "2", "type"] == 10
    assert lines["network", "layers", "2", "inner", "k"] == 12


def test_text_inside_long_strings_is_not_read_as_keys():
    lines = key_lines('a = """\nb = 1\n[c]\n"""\nd = 2\n')
    assert lines == {("a",): 1, ("d",): 5}


def test_what_has_no_line_takes_that_of_the_table_around_it():
    lines = key_lines("\n[data]\n")
    assert line_of(lines, ("data", "target")) == 2
    assert line_of(lines, ("network",)) is None
    assert line_of(key_lines("layer = {units = 3}"), ("layer", "units")) == 1
