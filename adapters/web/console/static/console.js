/* What htmx leaves to do. Without this file every page still reads and every form still works. */
"use strict";
document.documentElement.classList.add("js");

/* In a narrow window the menu is one row to be pushed sideways; the page that one is on is in sight. */
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

/* Dialogs: a link with data-dialog opens its page's form in the one <dialog>; without a script the link is simply followed. */
const dialog = document.getElementById("dialog");
document.addEventListener("htmx:after:swap", () => {
  if (dialog && dialog.childElementCount && !dialog.open) dialog.showModal();
});
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-close]") && dialog?.open) { event.preventDefault(); dialog.close(); }
  if (target === dialog) dialog.close();
});
dialog?.addEventListener("close", () => dialog.replaceChildren());

/* One tick for all rows of a table. */
document.addEventListener("change", (event) => {
  const all = event.target instanceof Element ? event.target.closest("[data-tick-all]") : null;
  if (all) for (const one of document.querySelectorAll(all.dataset.tickAll)) one.checked = all.checked;
});

/* "/" leads to the search, from wherever one is not typing. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog")) return;
  event.preventDefault();
  document.getElementById("find")?.focus();
});

/* Toasts go by themselves, unless somebody reads them. */
for (const toast of document.querySelectorAll(".toast:not(.bad)")) setTimeout(() => { if (!toast.matches(":hover")) toast.remove(); }, 8000);

/* Where the server fails or is away, the page stays as it is; that is said once, until something is answered again. */
const complain = () => {
  const toasts = document.querySelector(".toasts"), told = document.getElementById("unanswered");
  if (toasts && told && !toasts.querySelector(".unanswered")) toasts.append(told.content.cloneNode(true));
};
document.addEventListener("htmx:error", complain);
document.addEventListener("htmx:response:error", (event) => { if (event.detail.ctx.response.status >= 500) complain(); });
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx?.response?.status < 500) document.querySelector(".unanswered")?.remove(); });

/* Live pages: the line names topics that changed; whatever waits for one of them asks for its page again. */
const topics = () => [...new Set([...document.querySelectorAll("[hx-trigger*='kervan:']")]
  .flatMap((element) => [...element.getAttribute("hx-trigger").matchAll(/kervan:([\w-]+)/g)].map((found) => found[1])))];
let line = null, missed = false;
const tell = (names) => { for (const name of names) document.body.dispatchEvent(new CustomEvent(`kervan:${name}`)); };
const listen = () => {
  const wanted = topics();
  if (line || document.hidden || !wanted.length) return;
  line = new EventSource(`/live?${wanted.map((name) => `topic=${encodeURIComponent(name)}`).join("&")}`);
  line.onopen = () => { document.body.dataset.live = "on"; if (missed) tell(topics()); missed = false; };
  line.onmessage = (event) => tell(JSON.parse(event.data));
  line.onerror = () => { document.body.dataset.live = "off"; missed = true; };
};
const hangUp = () => { line?.close(); line = null; missed = true; };
document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : listen()));
addEventListener("pagehide", hangUp);
addEventListener("pageshow", listen);
document.addEventListener("htmx:after:settle", () => { draw(); });

/* The chart of the first page; drawn anew where its data or the colours changed. */
const drawn = new WeakMap();
function draw() {
  const place = document.getElementById("flow");
  if (!place || typeof uPlot === "undefined" || drawn.get(place)?.data === place.dataset.chart) return;
  drawn.get(place)?.plot.destroy();
  const { at, rate, lag } = JSON.parse(place.dataset.chart);
  const style = getComputedStyle(document.documentElement);
  const probe = place.appendChild(document.createElement("span"));
  const colour = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
  const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
  const locale = { en: "en-GB" }[document.documentElement.lang] ?? document.documentElement.lang;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Istanbul" };
  const time = new Intl.DateTimeFormat(locale, place.dataset.days ? { day: "numeric", month: "short", ...clock } : clock);
  const tick = new Intl.DateTimeFormat(locale, place.dataset.days && at.at(-1) - at[0] > 172800 ? { day: "numeric", month: "short", timeZone: "Europe/Istanbul" } : clock);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const plot = new uPlot({
    width: place.clientWidth, height: 160, cursor: { y: false }, legend: { live: true },
    scales: { x: { range: (_, first, last) => [Math.min(first ?? 0, (last ?? 0) - 600), last ?? 600] }, y: { range: (_, least, most) => [0, Math.max(10, most * 1.1)] } },
    axes: [{ ...axis, values: (_, moments) => moments.map((moment) => tick.format(moment * 1000)) }, { ...axis, values: (_, values) => values.map((value) => number.format(value)) }],
    series: [{ label: place.dataset.time, value: (_, moment) => (moment == null ? "" : time.format(moment * 1000)) },
      { label: place.dataset.rate, stroke: colour("accent"), width: 1.5, fill: colour("accent-soft"), points: { show: false } },
      { label: place.dataset.lag, stroke: colour("warn"), width: 1.5, points: { show: false } }],
  }, [at, rate, lag], place);
  probe.remove();
  drawn.set(place, { plot, data: place.dataset.chart });
}
addEventListener("load", draw);
addEventListener("resize", () => { const place = document.getElementById("flow"); if (place) drawn.get(place)?.plot.setSize({ width: place.clientWidth, height: 160 }); });
