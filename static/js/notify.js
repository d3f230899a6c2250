// Tells somebody who is away from the desk, in the browser, how much has come: never a name, a word or a reference.

import { word } from "./words.js";

const app = document.querySelector(".app[data-notify]");
const AWAY_MS = 10_000;
const LOOKED = "desk:looked-at";
let offered = 0;

// Any page of the desk that is in sight tells the others of this browser: whoever looks at one needs no notification.
export function looked() {
  try {
    localStorage.setItem(LOOKED, String(Date.now()));
  } catch {
    // Without a store each page judges for itself.
  }
}

function isAway() {
  try {
    return document.hidden && Date.now() - Number(localStorage.getItem(LOOKED)) > AWAY_MS;
  } catch {
    return document.hidden;
  }
}

function shown(name) {
  return Number(document.querySelector(`[data-count="${CSS.escape(name)}"]`)?.textContent ?? 0);
}

// How many more there are of what concerns this person: the menu still shows the numbers of before.
function moreForMe(counts) {
  const names = app.dataset.mine.split(" ");
  return names.reduce((sum, name) => sum + Math.max(0, (counts[name] ?? 0) - shown(name)), 0);
}

// How many have come since the last answer. A list that offers new ones is told all that it would gain.
function moreInList(count, keepsOffer) {
  const more = Math.max(0, count - offered);
  offered = keepsOffer ? count : 0;
  return more;
}

export function notify(news, { keepsOffer }) {
  const mine = moreForMe(news.counts);
  const all = moreInList(news.new, keepsOffer);
  if (!(mine || all) || app.dataset.notify !== "on" || window.Notification?.permission !== "granted" || !isAway()) return;
  try {
    const made = new Notification(mine ? word("notifyMine", String(mine)) : word("notify", String(all)), { tag: "citizenservice" });
    made.onclick = () => {
      window.focus();
      made.close();
    };
  } catch {
    // Some phones let only installed pages notify: the counters tell.
  }
}
