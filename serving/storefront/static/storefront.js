// Makes the pages quicker and tells what was seen. Without it every page still works.
"use strict";

const kept = (storage, name) => {
  try {
    let value = storage.getItem(name);
    if (!value) storage.setItem(name, value = uuid());
    return value;
  } catch { return uuid(); }
};

// crypto.randomUUID exists only on secure origins; the demo may be opened over plain HTTP
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// what brought the visit here: the campaign's medium where the link names one, another site, or nobody; nothing when it goes on
function arrival() {
  const medium = new URLSearchParams(location.search).get("utm_medium")?.trim();
  if (medium) return medium.toLowerCase().slice(0, 40);
  if (!document.referrer) return "direct";
  return new URL(document.referrer).host === location.host ? undefined : "referral";
}

const Dealhouse = window.Dealhouse = {
  queue: [],
  anonymous: kept(localStorage, "visitor"),
  session: kept(sessionStorage, "session"),

  get shopper() {
    try { return JSON.parse(sessionStorage.getItem("shopper")); } catch { return null; }
  },

  forget() {
    try { sessionStorage.removeItem("shopper"); } catch { /* nothing was kept */ }
  },

  tell(kind, about = {}) {
    const page = document.body.dataset;
    const event = {
      event_id: uuid(), kind, event_at: new Date().toISOString(), session_id: this.session, anonymous_id: this.anonymous,
      device: matchMedia("(max-width: 700px)").matches ? "mobile" : "desktop", release_id: page.release, ...about,
    };
    this.queue.push(Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined && value !== "")));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.queue.length >= 50 ? 0 : 1500);
  },

  flush() {
    const events = this.queue.splice(0, 500);
    if (!events.length) return;
    const body = new Blob([JSON.stringify({ events })], { type: "application/json" });
    const token = this.shopper?.token;
    // a beacon carries no Authorization header: what a shopper does goes by fetch, which outlives the page as well
    if (!token && navigator.sendBeacon && navigator.sendBeacon("/v1/events", body)) return;
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    fetch("/v1/events", { method: "POST", body, headers, keepalive: true })
      .then((answer) => {
        if (answer.status !== 401) return;
        this.forget(); // the token has run out: what was seen is still told, by nobody in particular
        this.queue.push(...events);
        this.flush();
      })
      .catch(() => {});
  },

  about(element) {
    const holder = element.closest("[data-product-id], [data-deal-id]");
    const card = element.closest(".card");
    const place = card ? [...card.parentElement.children].indexOf(card) + 1 : undefined;
    return {
      product_id: holder?.dataset.productId, deal_id: holder?.dataset.dealId, position: place,
      list: card ? document.body.dataset.list : undefined,
    };
  },

  watch(root = document) {
    for (const card of root.querySelectorAll("[data-seen]")) this.eyes.observe(card);
    for (const image of root.querySelectorAll(".picture img")) {
      const drop = () => image.remove();
      if (image.complete && !image.naturalWidth) drop(); else image.addEventListener("error", drop, { once: true });
    }
  },
};

Dealhouse.eyes = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    Dealhouse.eyes.unobserve(target);
    Dealhouse.tell("impression", Dealhouse.about(target));
  }
}, { threshold: 0.5 });

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") Dealhouse.flush(); });

document.addEventListener("click", (click) => {
  const link = click.target.closest("[data-click]");
  if (link) { Dealhouse.tell("deal_click", Dealhouse.about(link)); Dealhouse.flush(); }
  const copy = click.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = "Copied"; });
  if (click.target.closest(".theme")) {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", document.documentElement.dataset.theme); } catch { /* not kept, then */ }
  }
});

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("input, select")) if (field.type !== "checkbox" && !field.value) field.disabled = true;
    for (const radio of form.querySelectorAll("input[type=radio]")) if (!radio.value) radio.disabled = true;
  });
}

document.getElementById("more")?.addEventListener("click", async (click) => {
  const more = click.currentTarget;
  click.preventDefault();
  more.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(more.dataset.more);
    if (!answer.ok) throw new Error(answer.statusText);
    const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ul");
    const cards = [...list.children];
    const grid = document.getElementById("grid");
    grid.append(...cards);
    Dealhouse.watch(grid);
    document.getElementById("told").textContent = `${cards.length} more deals`;
    cards[0]?.querySelector("a")?.focus({ preventScroll: true });
    if (list.dataset.more) { more.href = list.dataset.href; more.dataset.more = list.dataset.more; } else more.parentElement.remove();
  } catch { location.assign(more.href); } finally { more.removeAttribute("aria-busy"); }
});

// on a wide screen the filters are a column that is always there
const fold = document.querySelector(".fold");
if (fold && matchMedia("(min-width: 900px)").matches) fold.open = true;

const page = document.body.dataset;
if (page.kind) Dealhouse.tell(page.kind, { query: page.query, product_id: page.productId, channel: arrival() });
Dealhouse.watch();
