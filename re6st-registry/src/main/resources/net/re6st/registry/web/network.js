// Draws the network: nodes and the tunnels between them, zoom, search, and the best paths of the node that is picked.
"use strict";

(() => {
  const figure = document.getElementById("picture");
  const details = document.getElementById("details");
  const find = document.getElementById("find");
  if (!figure || !details) return;

  const NEAR_MILLIS = 30;
  const FAR_MILLIS = 100;
  const DENSE = 400;

  fetch("network.json", { credentials: "same-origin" })
    .then(answer => {
      if (!answer.ok || answer.redirected) throw new Error("status " + answer.status);
      return answer.json();
    })
    .then(draw)
    .catch(error => say("The network could not be loaded (" + error.message + "). Reload the page; you may have to log in."));

  function say(text) {
    details.replaceChildren(element("p", {}, text));
  }

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function count(number, noun) {
    return number + " " + noun + (number === 1 ? "" : "s");
  }

  function draw({ nodes, tunnels }) {
    const links = tunnels.map(t => ({ ...t, source: t.from, target: t.to }));
    nodes.forEach((node, i) => { node.index = i; node.neighbours = []; });
    for (const link of links) {
      nodes[link.from].neighbours.push(link.to);
      nodes[link.to].neighbours.push(link.from);
    }
    const lengths = new Set(nodes.map(node => node.cn.split("/")[1]));
    const label = node => lengths.size === 1 ? node.cn.split("/")[0] : node.cn;

    const frame = figure.getBoundingClientRect();
    layOut(nodes, links, frame.width / frame.height);
    let moved = false;

    const svg = d3.select(figure).append("svg")
      .attr("role", "img")
      .attr("aria-label", count(nodes.length, "node") + ", " + count(links.length, "tunnel"))
      .attr("tabindex", 0);
    const scene = svg.append("g").classed("dense", links.length > DENSE);
    const lines = scene.append("g").selectAll("line").data(links).join("line")
      .attr("class", link => "tunnel" + (link.confirmed ? "" : " half") + delayClass(link))
      .attr("data-ends", link => link.source.cn + " " + link.target.cn)
      .attr("x1", link => link.source.x).attr("y1", link => link.source.y)
      .attr("x2", link => link.target.x).attr("y2", link => link.target.y);
    lines.append("title").text(link => link.source.cn + " – " + link.target.cn
      + (link.delay === undefined ? ", delay not known" : ", " + link.delay + " ms"));
    const delays = scene.append("g");
    const dots = scene.append("g").selectAll("g").data(nodes).join("g")
      .attr("class", node => "node " + node.reach + (node.registry ? " registry" : ""))
      .attr("data-cn", node => node.cn)
      .attr("transform", node => "translate(" + node.x + "," + node.y + ")")
      .on("click", (event, node) => { event.stopPropagation(); pick(node); });
    dots.append("circle").attr("r", node => node.registry ? 9 : 7);
    dots.append("text").attr("y", 18).text(label);
    dots.append("title").text(node => node.cn + (node.email ? " " + node.email : ""));

    const zoom = d3.zoom().scaleExtent([0.1, 8]).on("zoom", event => {
      scene.attr("transform", event.transform).classed("small-scale", event.transform.k < 0.55);
      moved = moved || event.sourceEvent !== null;
    });
    svg.call(zoom).on("dblclick.zoom", null).on("click", () => pick(null));
    svg.on("keydown", event => steer(event, svg, zoom, showAll));
    fit(svg, zoom, nodes);
    window.addEventListener("resize", () => { if (!moved) fit(svg, zoom, nodes); });

    function pick(node) {
      const ways = node ? waysFrom(nodes, node) : null;
      scene.classed("chosen", node !== null);
      dots.classed("picked", other => other === node)
        .classed("near-by", other => node !== null && node.neighbours.includes(other.index));
      lines.classed("own", link => node !== null && (link.source === node || link.target === node))
        .classed("way", link => ways !== null
          && (ways.before[link.target.index] === link.source.index || ways.before[link.source.index] === link.target.index));
      dots.filter(other => other === node).raise();
      delays.selectAll("text")
        .data(links.filter(link => link.delay !== undefined && (link.source === node || link.target === node)))
        .join("text").attr("class", "delay").text(link => link.delay + " ms")
        .attr("x", link => (link.source.x + link.target.x) / 2).attr("y", link => (link.source.y + link.target.y) / 2 + 3);
      describe(node, nodes, links, ways, { pick, showAll });
    }

    const show = node => {
      moved = true;
      pick(node);
      centre(svg, zoom, node);
    };
    function showAll() {
      moved = false;
      pick(null);
      fit(svg, zoom, nodes);
    }

    find.addEventListener("submit", event => {
      event.preventDefault();
      const word = new FormData(find).get("q").trim().toLowerCase();
      const found = word === "" ? [] : nodes.filter(node => node.cn.startsWith(word)
        || node.email.toLowerCase().includes(word) || node.subnet.includes(word));
      if (found.length === 1) {
        show(found[0]);
      } else {
        choose(found, show);
      }
    });

    const asked = new URLSearchParams(location.search).get("node");
    const wanted = nodes.find(node => node.cn === asked) || null;
    if (wanted) show(wanted);
    else pick(null);
    figure.dataset.ready = "true";
  }

  function delayClass(link) {
    if (link.delay === undefined) return "";
    return link.delay < NEAR_MILLIS ? " near" : link.delay <= FAR_MILLIS ? " middle" : " far";
  }

  // All at once and always the same: a picture that moves can't be read.
  function layOut(nodes, links, shape) {
    const spread = 26 * Math.sqrt(nodes.length) + 60;
    nodes.forEach((node, i) => {
      const angle = i * 2.399963;
      const radius = spread * Math.sqrt((i + 0.5) / nodes.length);
      node.x = radius * Math.cos(angle);
      node.y = radius * Math.sin(angle);
      // In the middle, because it is what one looks for first.
      if (node.registry) { node.fx = 0; node.fy = 0; }
    });
    d3.forceSimulation(nodes)
      .force("link", d3.forceLink(links).distance(70).strength(link => 0.5 / Math.max(2, Math.min(
        link.source.neighbours.length, link.target.neighbours.length))))
      .force("charge", d3.forceManyBody().strength(-90).distanceMax(400))
      .force("collide", d3.forceCollide(24).iterations(3))
      .force("x", d3.forceX().strength(0.04))
      .force("y", d3.forceY().strength(0.04))
      .stop()
      .tick(nodes.length > 150 ? 140 : 260);
    // What comes out is about as wide as high: use the room that the frame has beside it.
    const wider = Math.min(1.8, Math.max(1, shape)), higher = Math.min(1.8, Math.max(1, 1 / shape));
    nodes.forEach(node => { node.x *= wider; node.y *= higher; });
  }

  function fit(svg, zoom, nodes) {
    const box = svg.node().getBoundingClientRect();
    const xs = nodes.map(node => node.x), ys = nodes.map(node => node.y);
    const left = Math.min(...xs) - 30, right = Math.max(...xs) + 30;
    const top = Math.min(...ys) - 20, bottom = Math.max(...ys) + 34;
    const scale = Math.min(2, box.width / (right - left), box.height / (bottom - top));
    svg.call(zoom.transform, d3.zoomIdentity
      .translate(box.width / 2, box.height / 2).scale(scale).translate(-(left + right) / 2, -(top + bottom) / 2));
  }

  function centre(svg, zoom, node) {
    const box = svg.node().getBoundingClientRect();
    const scale = Math.max(1.2, d3.zoomTransform(svg.node()).k);
    svg.call(zoom.transform, d3.zoomIdentity
      .translate(box.width / 2, box.height / 2).scale(scale).translate(-node.x, -node.y));
  }

  function steer(event, svg, zoom, whole) {
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key === "+" || event.key === "=") svg.call(zoom.scaleBy, 1.4);
    else if (event.key === "-") svg.call(zoom.scaleBy, 1 / 1.4);
    else if (event.key === "0") whole();
    else if (moves[event.key]) svg.call(zoom.translateBy, ...moves[event.key]);
    else return;
    event.preventDefault();
  }

  // Fewest tunnels: by node the one before it on the way, and how far it is.
  function waysFrom(nodes, start) {
    const before = new Array(nodes.length).fill(-1);
    const hops = new Array(nodes.length).fill(-1);
    hops[start.index] = 0;
    const queue = [start.index];
    for (let i = 0; i < queue.length; i++) {
      for (const next of nodes[queue[i]].neighbours) {
        if (hops[next] < 0) {
          hops[next] = hops[queue[i]] + 1;
          before[next] = queue[i];
          queue.push(next);
        }
      }
    }
    return { before, hops };
  }

  function describe(node, nodes, links, ways, { pick, showAll }) {
    if (node === null) {
      const reachable = nodes.filter(other => other.reach === "reachable").length;
      details.replaceChildren(
        element("h2", {}, "The whole network"),
        element("p", {}, count(nodes.length, "node") + ", " + reachable + " reachable, " + count(links.length, "tunnel") + "."),
        element("p", { class: "fine" }, "Pick a node to see its tunnels and its best paths. In the picture, + and - zoom, the arrow keys move, 0 shows all."));
      return;
    }
    const fact = (name, value) => [element("dt", {}, name), element("dd", {}, value || "–")];
    const far = [];
    ways.hops.forEach(hops => { if (hops > 0) far[hops] = (far[hops] || 0) + 1; });
    const lost = nodes.length - 1 - far.reduce((sum, n) => sum + n, 0);
    const title = element("h2", {});
    title.append(element("a", { href: "node?cn=" + encodeURIComponent(node.cn) }, node.cn));
    const paths = element("ul", {});
    far.forEach((n, hops) => paths.append(element("li", {}, count(n, "node") + " over " + count(hops, "tunnel"))));
    if (lost > 0) paths.append(element("li", {}, count(lost, "node") + " over no known path"));
    const near = element("ul", { class: "chips" });
    node.neighbours.map(i => nodes[i]).forEach(other => {
      const link = links.find(l => (l.source === node && l.target === other) || (l.source === other && l.target === node));
      const button = element("button", { type: "button" }, other.cn + (link.delay === undefined ? "" : ", " + link.delay + " ms"));
      button.addEventListener("click", () => pick(other));
      near.append(element("li", {}, button));
    });
    const all = element("button", { type: "button", class: "small" }, "Show all");
    all.addEventListener("click", showAll);
    details.replaceChildren(title,
      element("dl", { class: "facts" }, ...fact("E-mail", node.email), ...fact("Subnet", node.subnet), ...fact("State", node.reach)),
      element("h3", {}, "Best paths"), paths,
      element("h3", {}, count(node.neighbours.length, "tunnel")), near, element("p", {}), all);
  }

  function choose(found, pick) {
    const list = element("ul", { class: "chips" });
    found.slice(0, 50).forEach(node => {
      const button = element("button", { type: "button" }, node.cn + (node.email ? " " + node.email : ""));
      button.addEventListener("click", () => pick(node));
      list.append(element("li", {}, button));
    });
    details.replaceChildren(
      element("h2", {}, found.length === 0 ? "Nothing found" : count(found.length, "node")),
      element("p", { class: "fine" }, found.length === 0
        ? "Search for a part of an e-mail address, the beginning of a prefix, or a part of a subnet." : "Pick one:"),
      list);
  }
})();
