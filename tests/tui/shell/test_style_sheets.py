"""The style sheets are read quickly, and mean what they mean to Textual."""

from textual.css import parse, stylesheet
from textual.css.stylesheet import Stylesheet

from tests.tui.pilots import press, running


async def test_every_node_and_each_of_its_parts_looks_as_by_all_rules():
    async with running("sample:xor", "5", "tab", "tab", "3", "right", "4", "z") as (app, pilot):
        app.theme = "dawn"
        await pilot.pause()
        plain = Stylesheet(variables=app.get_css_variables())
        plain.source = app.stylesheet.source.copy()
        plain.reparse()
        for key in ("3", "4", "5"):
            await press(pilot, key)
            nodes = list(app.screen.walk_children(with_self=True))
            before = [(node.styles.base.get_rules(), dict(node._component_styles)) for node in nodes]
            assert any(parts for _, parts in before)
            plain.update(app.screen)
            for node, (rules, parts) in zip(nodes, before, strict=True):
                assert node.styles.base.get_rules() == rules, node
                assert node._component_styles == parts, node


async def test_sheets_are_parsed_once_for_all_applications_and_for_each_theme(monkeypatch):
    async with running("sample:xor", "5"):
        pass
    parsed = []
    whole = parse.parse
    monkeypatch.setattr(stylesheet, "parse", lambda *given, **more: parsed.append(given) or whole(*given, **more))
    async with running("sample:xor", "5") as (app, pilot):
        assert not parsed
        usual, app.theme = app.theme, "dawn"
        await pilot.pause()
        dawn = app.screen.styles.background
        parsed.clear()
        app.theme = usual
        await pilot.pause()
        app.theme = "dawn"
        await pilot.pause()
        assert not parsed
        assert app.screen.styles.background == dawn
