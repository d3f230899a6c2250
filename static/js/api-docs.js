// Draws the description of the programs' door. No validator of somebody else's is asked, and no token is kept.
"use strict";

const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  validatorUrl: null,
  persistAuthorization: false,
  deepLinking: false,
  presets: [window.SwaggerUIBundle.presets.apis],
});
