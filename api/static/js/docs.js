// Shows the API's document, and lets it be tried out, with what the installation itself serves.
const place = document.getElementById("docs");
SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Nothing is sent to a validator on the web.
  validatorUrl: null,
});
