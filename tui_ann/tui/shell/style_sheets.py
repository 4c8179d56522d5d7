"""The style sheets of the application, read once.

Textual reads all of them three times before it shows the first screen, which takes longer than painting it.
"""

from textual.css.stylesheet import Stylesheet


class StyleSheets(Stylesheet):
    """Keeps the parsed sheets until a colour changes."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use other colours; if they are the same, nothing is read again.

        Args:
            variables: Values by name.
        """
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Read the new sheets; all of them if the colours are new.

        Raises:
            StylesheetError: A sheet cannot be read.
        """
        self.parse()
