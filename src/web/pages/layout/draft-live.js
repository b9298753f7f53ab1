// The preview follows what is typed: the form is sent as its button would send it, and the answer's parts are taken over.
const form = document.getElementById('draft');
const live = document.getElementById('live');
const waitMs = 600;
let timer;
let edits = 0;
let sent;

form.addEventListener('input', () => {
  edits += 1;
  clearTimeout(timer);
  timer = setTimeout(send, waitMs);
});

async function send() {
  const seen = edits;
  sent?.abort();
  sent = new AbortController();
  live.textContent = 'Reading …';
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set('do', 'preview');
    const answer = await fetch(form.action, { method: 'POST', body, signal: sent.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // Typed on meanwhile: the next answer is the right one.
    if (seen !== edits) return;
    if (!page.getElementById('draft')) throw new Error(page.querySelector('h1')?.textContent ?? String(answer.status));
    take(page);
    live.textContent = 'Up to date.';
  } catch (error) {
    if (error.name !== 'AbortError') live.textContent = `No preview: ${error.message}`;
  }
}

function take(page) {
  const place = (id) => {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  };
  place('preview');
  for (const id of ['columns', 'files']) place(id);
  const active = document.activeElement;
  for (const fresh of page.querySelectorAll('#draft input, #draft textarea')) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    // What somebody is writing in stays as it is written.
    if (old !== active) old.value = fresh.value;
    for (const name of ['aria-invalid', 'aria-describedby']) {
      if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
      else old.removeAttribute(name);
    }
    const [wrong, said] = [document.getElementById(`${fresh.id}-wrong`), page.getElementById(`${fresh.id}-wrong`)];
    if (wrong) wrong.textContent = said?.textContent ?? '';
  }
  takeGroups(page, active);
}

/** Lists that have become longer or shorter, unless somebody is writing in them. */
function takeGroups(page, active) {
  for (const fresh of page.querySelectorAll('#draft details[id]')) {
    const old = document.getElementById(fresh.id);
    const rows = (group) => group.querySelectorAll('fieldset').length;
    if (!old || rows(old) === rows(fresh)) continue;
    if (!old.contains(active)) {
      fresh.open = old.open || fresh.open;
      old.replaceWith(document.adoptNode(fresh));
    } else if (rows(fresh) > rows(old)) {
      // The row that is being filled stays where it is; the empty one comes below it.
      old.append(document.adoptNode(fresh.lastElementChild));
      old.querySelector('summary').textContent = fresh.querySelector('summary').textContent;
    }
  }
}
