// Runs before Streamlit: what it does to the page's address, in the way a person expects.
{
  // On a page beside the lab it would first look for its server under that page's own address.
  window.__streamlit = { BACKEND_BASE_URL: new URL("$base", location).href };
  // It knows embed=true alone, and hides any other from the page.
  const query = new URLSearchParams(location.search);
  if (query.has("embed") && !["true", "false", "0", "no"].includes(query.get("embed").toLowerCase())) {
    query.set("embed", "true");
    history.replaceState(null, "", `?${query}`);
  }
  // A turned knob is no page of its own: Back leads to where one came from, not through the knobs.
  const push = history.pushState;
  history.pushState = function (state, unused, url) {
    const there = new URL(url ?? "", location.href);
    (there.pathname === location.pathname ? history.replaceState : push).call(history, state, unused, url);
  };
}
