// Choose a demo shopper of the shop, then show what we suggest to them.
"use strict";
(() => {
  const choice = document.getElementById("shoppers");
  const grid = document.getElementById("grid");
  const title = document.getElementById("for-you-title");
  const note = document.getElementById("for-you-note");

  const KINDS = { heavy: "buys often", light: "buys now and then", newcomer: "new here" };

  const say = (text) => { note.textContent = text; note.hidden = !text; };

  async function choose(shopper, button) {
    for (const other of choice.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    grid.setAttribute("aria-busy", "true");
    const country = shopper.country ? `?country=${encodeURIComponent(shopper.country)}` : "";
    try {
      const answer = await fetch(`/for-you/items${country}`, { headers: { Authorization: `Bearer ${shopper.token}` } });
      if (!answer.ok) throw new Error(answer.status === 401 ? "The shop's token was refused." : "The suggestions are away for a moment.");
      const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ul");
      try { sessionStorage.setItem("shopper", JSON.stringify(shopper)); } catch { /* the events stay anonymous, then */ }
      document.body.dataset.release = list.dataset.release;
      const trending = list.dataset.source === "trending";
      title.textContent = trending ? `Trending now: nothing more personal for ${shopper.name} yet` : `For ${shopper.name}`;
      say("");
      grid.replaceChildren(...list.children);
      window.Dealhouse?.watch(grid);
    } catch (error) { window.Dealhouse?.forget(); say(error.message); } finally { grid.removeAttribute("aria-busy"); }
  }

  function show(shoppers) {
    choice.replaceChildren(...shoppers.map((shopper) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      const name = document.createElement("strong");
      name.textContent = shopper.name;
      const place = document.createElement("span");
      place.className = "quiet";
      place.textContent = [KINDS[shopper.kind], shopper.country].filter(Boolean).join(" · ");
      button.append(name, place);
      button.addEventListener("click", () => choose(shopper, button));
      return button;
    }));
    const before = window.Dealhouse?.shopper?.name;
    const index = shoppers.findIndex((shopper) => shopper.name === before);
    if (index >= 0) choose(shoppers[index], choice.children[index]);
  }

  fetch(`${document.body.dataset.shopUrl}/demo-shoppers`)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then(show)
    .catch(() => { document.getElementById("shoppers-wait").textContent = "The shop does not answer: here is what is trending."; });
})();
