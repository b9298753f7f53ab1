// The page of a challenge follows what happens: it is told that something did, and asks for itself again.
const main = document.getElementById('main');
const live = document.getElementById('live');
const source = new EventSource(`${location.pathname.replace(/\/$/, '')}/events`);

source.addEventListener('changed', () => void refresh());
source.addEventListener('open', () => (live.textContent = 'Live.'));
source.addEventListener('error', () => (live.textContent = 'Not live now: trying again.'));

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const fresh of page.querySelectorAll('[data-live]')) {
    const old = document.getElementById(fresh.id);
    // What somebody is writing in, or has opened, stays.
    if (!old || old.contains(document.activeElement) || old.querySelector('details[open]')) continue;
    old.replaceWith(document.adoptNode(fresh));
  }
  main.dataset.refreshed = String(Number(main.dataset.refreshed ?? 0) + 1);
}
