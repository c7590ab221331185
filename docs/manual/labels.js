// The theme's search has no name for people who hear the page.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
