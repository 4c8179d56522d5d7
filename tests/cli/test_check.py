import json
import re


def test_gradients_agree(command):
    result = command("check", "xor.toml")
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()[2:6]] == ["W1", "b1", "W2", "b2"]
    assert re.search(r"The gradients agree with central differences to \S+, at the start values\.$", result.out.strip())


def test_json_as_documented(command):
    found = json.loads(command("check", "xor.toml", "--json").out)
    assert set(found["parameters"]) == {"W1", "b1", "W2", "b2"}
    assert found["worst"] == max(found["parameters"].values()) < 1e-6


def test_a_wrong_gradient_fails(command, monkeypatch):
    monkeypatch.setattr("tui_ann.engine.gradient_check.gradient_check", lambda *_: {"W1": 0.5, "b1": 0.0})
    result = command("check", "xor.toml")
    assert result.code == 1
    assert "The gradients are wrong: the worst relative error is 0.5, at the start values." in result.out


def test_what_cannot_be_compared_is_not_called_wrong(command, monkeypatch):
    monkeypatch.setattr("tui_ann.engine.gradient_check.gradient_check", lambda *_: {"W1": 0.5, "b1": float("nan")})
    result = command("check", "xor.toml")
    assert result.code == 1
    assert "cannot be compared" in result.out
    assert "wrong" not in result.out
    assert json.loads(command("check", "xor.toml", "--json").out)["worst"] is None


def test_dropout_and_normalisation_are_checked_too(command):
    layers = (
        'network.layers=[{type="dense",units=3,activation="prelu"},{type="batch_normalization"},'
        '{type="dropout",rate=0.3},{type="dense",units=1,activation="sigmoid"}]'
    )
    result = command("check", "xor.toml", "--json", "--set", layers)
    assert result.code == 0, result.err
    assert {"alpha1", "gamma1", "beta1"} <= set(json.loads(result.out)["parameters"])
