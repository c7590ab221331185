// The theme's search has no name for people who hear the page, and its sidebars cannot be scrolled by keys.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
document.querySelectorAll(".md-sidebar__scrollwrap").forEach(side => side.setAttribute("tabindex", "0"));
