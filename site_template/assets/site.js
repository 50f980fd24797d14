// Conveniences only: every page is complete without this file.
(function () {
  "use strict";

  var form = document.querySelector(".cg-filter:not(.cg-gaps)");
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

  var gaps = document.querySelector(".cg-gaps");
  var matrix = document.querySelector(".cg-x");
  if (gaps && matrix) {
    var lines = Array.prototype.slice.call(matrix.tBodies[0].rows, 1);
    var says = lines.map(function (line) { return line.cells[0].textContent.toLowerCase(); });
    var found = gaps.querySelector("output");
    var narrow = function () {
      var kinds = gaps.elements.kind.value.split(" ").filter(Boolean);
      var column = Number(gaps.elements.model.value);
      var words = gaps.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      var left = 0;
      lines.forEach(function (line, index) {
        var cells = Array.prototype.slice.call(line.cells, column || 1, column ? column + 1 : undefined);
        var open = !kinds.length || cells.some(function (cell) { return kinds.indexOf(cell.className) >= 0; });
        var fits = open && words.every(function (word) { return says[index].indexOf(word) >= 0; });
        line.hidden = !fits;
        left += fits;
      });
      found.textContent = left === lines.length ? "" : left + " of " + lines.length;
    };
    gaps.hidden = false;
    gaps.addEventListener("submit", function (event) { event.preventDefault(); });
    gaps.addEventListener("input", narrow);
    narrow();
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
    // A row of a table that is folded is of no use to whoever was sent to it.
    var folded = place && place.closest("details.cg-more");
    if (folded && !folded.open) { folded.open = true; place.scrollIntoView(); }
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
