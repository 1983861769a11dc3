// Draws the charts of a page from the data that stands beside them, once somebody comes near them. Without it the tables say the same.
(() => {
  const draw = {
    sankey: (data, ink, narrow) => ({
      series: [{
        type: 'sankey', left: 4, right: narrow ? 150 : 230, top: 8, bottom: 8, nodeGap: 14, nodeWidth: 14, draggable: false,
        data: data.nodes.map((name, at) => ({ name, label: at === 0 ? { position: 'insideLeft', offset: [16, 0] } : {} })),
        links: data.links.map(link => ({ source: data.nodes[link.from], target: data.nodes[link.to], value: link.value })),
        lineStyle: { color: 'target', opacity: 0.35 }, label: { color: ink, fontSize: 13, width: narrow ? 140 : 220, overflow: 'break' }, emphasis: { disabled: true },
      }],
    }),
  };

  let library;
  const loaded = address => library ??= new Promise((done, away) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', done);
    script.addEventListener('error', away);
    document.head.append(script);
  });

  const begin = async box => {
    await loaded(box.dataset.library);
    const data = JSON.parse(document.getElementById(box.dataset.from).textContent);
    box.classList.add('drawn');
    const chart = echarts.init(box, null, { renderer: 'canvas' });
    const show = () => chart.setOption({ animation: false, ...draw[box.dataset.chart](data, getComputedStyle(box).color, box.clientWidth < 560) }, true);
    show();
    new ResizeObserver(() => { chart.resize(); show(); }).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);

    const save = document.querySelector(`[data-save="${box.dataset.from}"]`);
    save.hidden = false;
    save.addEventListener('click', () => {
      const link = document.createElement('a');
      link.download = 'chart.png';
      link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: getComputedStyle(document.body).backgroundColor });
      link.click();
    });
  };

  const near = new IntersectionObserver(found => {
    for (const { target } of found.filter(one => one.isIntersecting)) {
      near.unobserve(target);
      begin(target);
    }
  }, { rootMargin: '200px' });
  document.querySelectorAll('[data-chart]').forEach(box => near.observe(box));
})();
