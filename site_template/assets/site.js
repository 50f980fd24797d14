// Conveniences only: every page is complete without this file.
(function () {
  "use strict";

  var form = document.querySelector(".cg-filter");
  var table = document.querySelector(".cg-versions");
  if (form && table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var input = form.elements.text;
    var told = form.querySelector("output");
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var filter = function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, index) {
        var fits = words.every(function (word) { return texts[index].indexOf(word) >= 0; });
        row.hidden = !fits;
        shown += fits;
      });
      told.textContent = words.length ? shown + " of " + rows.length : "";
    };
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    input.addEventListener("input", filter);
    filter();
  }

  var sources = document.querySelectorAll("details.cg-src");
  document.querySelectorAll(".cg-tools").forEach(function (tools) {
    tools.hidden = false;
    tools.addEventListener("click", function (event) {
      var wish = event.target.getAttribute("data-cg-open");
      if (wish) sources.forEach(function (source) { source.open = wish === "open"; });
    });
  });

  // A link to a value opens where it comes from.
  var reveal = function () {
    var place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var source = place && place.querySelector(":scope > dd > details.cg-src");
    if (source) source.open = true;
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
