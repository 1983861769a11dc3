// On a narrow screen the open tab and the open page of the navigation are in the picture; browsers that know `scroll-initial-target` need no script for it.
(() => {
  const show = () => document.querySelectorAll('.tabs, header nav ul').forEach(row => {
    const open = row.querySelector('[aria-current]');
    if (open && row.scrollWidth > row.clientWidth) row.scrollLeft += open.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - open.offsetWidth) / 2;
  });
  show();
  document.addEventListener('htmx:afterSettle', show);
})();
