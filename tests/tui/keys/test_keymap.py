import pytest

from tui_ann.tui.keys.keymap import check_keymap, default_keys, is_key, read_keymap, split_keys


def checked(**tables):
    return check_keymap(tables, default_keys())


def test_a_missing_file_changes_nothing(tmp_path):
    assert read_keymap(tmp_path / "keymap.toml").keys == {}


def test_a_line_gives_an_action_another_key(tmp_path):
    path = tmp_path / "keymap.toml"
    path.write_text('[data]\ntarget = "Q"\n', encoding="utf-8")
    found = read_keymap(path)
    assert found.keys == {"data.target": "Q"}
    assert found.problems == ()


def test_several_keys_and_short_names_are_understood():
    assert checked(app={"help": "f4, ~"}).keys == {"app.help": "f4,tilde"}
    assert split_keys("?,ctrl+g") == ("question_mark", "ctrl+g")


def test_an_unknown_action_is_named_with_what_was_meant():
    found = checked(data={"tarjet": "y"})
    assert found.keys == {}
    assert "“data.tarjet”" in found.problems[0]
    assert "“data.target”" in found.problems[0]


def test_a_key_that_is_taken_is_refused():
    found = checked(build={"add": "u"})
    assert found.keys == {}
    assert found.problems == ("“build.add” cannot have the key u: “app.undo” has it already.",)


def test_two_actions_may_change_keys():
    assert checked(data={"target": "Y", "task": "t"}).problems == ()


def test_a_key_may_serve_two_screens():
    assert checked(data={"target": "e"}).keys == {"data.target": "e"}


def test_a_key_that_is_no_text_is_refused():
    found = checked(data={"target": 3, "task": ""})
    assert found.keys == {}
    assert len(found.problems) == 2


def test_a_line_without_a_table_is_told():
    assert "“target”" in checked(target="y").problems[0]


@pytest.mark.parametrize("text", ["[data\n", f"quit = {'[' * 5000}"])
def test_a_broken_file_is_told_in_a_sentence(tmp_path, text):
    path = tmp_path / "keymap.toml"
    path.write_text(text, encoding="utf-8")
    assert "not valid TOML" in read_keymap(path).problems[0]


def test_an_unreadable_file_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "keymap.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in read_keymap(path).problems[0]


def test_a_later_line_for_one_action_leaves_the_others_alone():
    found = checked(build={"add": "ctrl+a"}, nonsense={"x": "y"})
    assert found.keys == {"build.add": "ctrl+a"}
    assert len(found.problems) == 1


@pytest.mark.parametrize("key", ["ctrl+", "ctrl+hello", "f99", "hello", "strg+g", "ctrl+ctrl+g"])
def test_a_key_that_does_not_exist_is_told(key):
    found = checked(data={"target": key})
    assert found.keys == {}
    assert found.problems == (f"“data.target” cannot have the key “{key}”: there is no such key.",)


@pytest.mark.parametrize(
    "key", ["ctrl+g", "f12", "shift+f3", "ctrl+shift+left", "alt+x", "full_stop", "ö", "?", "space"]
)
def test_a_key_that_exists_is_taken(key):
    assert all(map(is_key, split_keys(key)))


def test_every_default_key_exists():
    assert [key for keys in default_keys().values() for key in split_keys(keys) if not is_key(key)] == []
