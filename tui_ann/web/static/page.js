// The terminal measures its letters when it starts, so the font must be there first.
"use strict";
window.addEventListener("load", () => {
  document.fonts.load('16px "Roboto Mono"').finally(() => {
    const script = document.createElement("script");
    script.src = "/static/textual.js";
    script.onload = () => window.onload(new Event("load"));
    document.head.append(script);
  });
});
