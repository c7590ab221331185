// The theme's search has no name for people who hear the page, and its sidebars and wide tables cannot be scrolled by keys.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
const reachable = () => document.querySelectorAll(".md-sidebar__scrollwrap, .md-typeset__scrollwrap")
  .forEach(part => part.setAttribute("tabindex", "0"));
reachable();
addEventListener("load", reachable);   // the theme wraps tables as it starts
