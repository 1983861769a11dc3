// Makes forms pleasanter; without it they work as they are.
(() => {
  // A file is dropped or chosen, sent with a progress bar, and the answer takes the page's place; the file stays at hand to be read again with other columns.
  let kept = null;
  const upgrade = form => {
    const input = form.querySelector('input[type=file]'), drop = form.querySelector('.drop'), bar = form.querySelector('progress'), said = form.querySelector('[data-said]');
    if (kept) {
      const again = new DataTransfer();
      again.items.add(kept);
      input.files = again.files;
    }
    for (const kind of ['dragover', 'dragleave', 'drop']) {
      drop.addEventListener(kind, event => {
        event.preventDefault();
        drop.classList.toggle('over', kind === 'dragover');
        if (kind === 'drop' && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
      });
    }
    form.addEventListener('submit', event => {
      event.preventDefault();
      kept = input.files[0];
      const fields = new FormData();
      for (const [name, value] of new FormData(form)) if (name !== 'file') fields.append(name, value);
      fields.append('file', kept);   // last: what is said about it is read first
      const sent = new XMLHttpRequest();
      sent.open('POST', form.action);
      sent.responseType = 'document';
      sent.upload.addEventListener('progress', now => {
        bar.value = 100 * now.loaded / now.total;
        said.textContent = now.loaded < now.total ? said.dataset.sending : said.dataset.reading;
      });
      sent.addEventListener('error', () => { bar.hidden = true; said.textContent = said.dataset.away; });
      sent.addEventListener('load', () => {
        if (!sent.response?.querySelector('main')) { bar.hidden = true; said.textContent = said.dataset.away; return; }
        document.querySelector('main').replaceWith(document.adoptNode(sent.response.querySelector('main')));
        document.title = sent.response.title;
        if (!sent.responseURL.endsWith('/file')) history.replaceState(null, '', sent.responseURL);
        start();
        const next = document.querySelector('[role=alert], #report h2');
        next?.setAttribute('tabindex', '-1');
        next?.focus();
      });
      bar.hidden = false;
      sent.send(fields);
    });
  };
  const start = () => document.querySelectorAll('form[data-upload]').forEach(upgrade);
  start();
})();
