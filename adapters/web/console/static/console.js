/* What htmx leaves to do. Without this file every page still reads and every form still works. */
"use strict";
document.documentElement.classList.add("js");

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
