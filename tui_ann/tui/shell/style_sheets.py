"""The style sheets of the application, parsed only once.

Textual parses all of them three times before it shows the first screen, which takes longer than painting it.
"""

from textual.css.stylesheet import Stylesheet


class StyleSheets(Stylesheet):
    """Keeps the parsed sheets until a colour changes."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the colours; if they are unchanged, nothing is parsed again.

        Args:
            variables: Values by name.
        """
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse the new sheets; all of them if the colours have changed.

        Raises:
            StylesheetError: A sheet cannot be parsed.
        """
        self.parse()
