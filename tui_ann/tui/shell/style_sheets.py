"""The style sheets of the application, read once.

Textual reads all of them again, three times over, before it first shows a screen.  That takes longer than painting it.
"""

from textual.css.stylesheet import Stylesheet


class StyleSheets(Stylesheet):
    """Keeps what has been read until a colour changes."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other colours; the same ones are no reason to read anything again.

        Args:
            variables: Values by name.
        """
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Read what is new; all of it, if the colours are.

        Raises:
            StylesheetError: A sheet cannot be read.
        """
        self.parse()
