// The page: puts the parts in their places and redraws those that a message concerns.

import { button, element } from "./dom.js";
import { Palette } from "./color.js";
import { Circuit } from "./circuit.js";
import { Controls } from "./controls.js";
import { Experiments } from "./experiments.js";
import { Keep, save } from "./keep.js";
import { Learning } from "./learning.js";
import { Timeline } from "./timeline.js";
import { UnitPanel } from "./unit.js";
import { Visit } from "./visit.js";
import { Within } from "./within.js";
import { ReplayHost, SocketHost, WidgetHost, recorded } from "./hosts.js";

const TABS = ["Unit", "Experiments", "Training", "Keep"];

class Page {
  constructor(root, host) {
    this.root = root;
    root.classList.add("pbwm-view");
    root.tabIndex = -1;
    this.visit = new Visit(host);
    this.timeline = new Timeline(this.visit);
    this.within = new Within(this.visit);
    this.unit = new UnitPanel(this.visit);
    this.controls = new Controls(this.visit, root === document.body ? document : root);
    this.experiments = new Experiments(this.visit);
    this.learning = new Learning(this.visit);
    const parts = () => ({ circuits: this.circuits, timeline: this.timeline, within: this.within });
    this.keep = new Keep(this.visit, parts, () => this.palette());
    this.circuits = [];
    this.dirty = new Set();
    this.frame();
    this.listen();
    root.pbwmView = this;
  }

  frame() {
    this.title = element("h1", {}, "pbwm");
    this.status = element("p", { className: "status", role: "status" });
    this.problem = element("p", { className: "problem", role: "alert" });
    this.stage = element("div", { className: "stage" });
    const zoom = element("p", { className: "zoom" },
      button("−", "Narrower steps", () => this.timeline.zoomBy(-1), { className: "zoom-out" }),
      button("+", "Wider steps", () => this.timeline.zoomBy(1), { className: "zoom-in" }),
      (this.scroller = element("input", { type: "range", min: 0, max: 0, value: 0, "aria-label": "first step shown", className: "scroller", oninput: (e) => this.timeline.scroll(Number(e.target.value)) })));
    this.legend = element("p", { className: "legend" });
    this.marks = element("p", { className: "legend" }, "ideal gate: ▼ store, line hold, ▲ read, ╲ clear; tick over a gate: the ideal gate opens (over the forget gate: it shuts)");
    this.held = element("p", { className: "legend" }, "memory: the symbol that a stripe holds, with its name where it changes and a line while it stays");
    this.time = element("div", { className: "time" }, zoom, this.timeline.canvas, this.marks, this.held);
    this.values = element("details", { className: "values", ontoggle: () => this.drawValues() }, element("summary", {}, "values of this step"));
    const panels = [[this.within.canvas, this.unit.root], [this.experiments.root], [this.learning.root], [this.keep.root]];
    this.panels = panels.map((children, i) => element("div", { className: "panel", role: "tabpanel", id: `pbwm-panel-${i}`, "aria-labelledby": `pbwm-tab-${i}`, hidden: i > 0 }, children));
    this.tabs = TABS.map((name, i) => element("button", { type: "button", role: "tab", id: `pbwm-tab-${i}`, "aria-controls": `pbwm-panel-${i}`, "aria-selected": String(i === 0), tabIndex: i ? -1 : 0, onclick: () => this.show(i) }, name));
    this.side = element("aside", {}, element("div", { className: "tabs", role: "tablist", onkeydown: (event) => this.turnTab(event) }, this.tabs), this.panels);
    const theme = button("◐", "Light or dark", () => this.turn(), { className: "theme" });
    this.root.replaceChildren(
      element("header", {}, this.title, this.controls.root, theme), this.status, this.problem,
      element("main", {}, this.stage, element("div", { className: "below" }, this.legend, this.time, this.values), this.side),
    );
  }

  show(tab) {
    this.panels.forEach((panel, i) => (panel.hidden = i !== tab));
    this.tabs.forEach((own, i) => {
      own.setAttribute("aria-selected", String(i === tab));
      own.tabIndex = i === tab ? 0 : -1;
    });
    this.layOut();
  }

  // Arrow keys go from tab to tab.
  turnTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const tabs = this.tabs.filter(({ hidden }) => !hidden);
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  turn() {
    const dark = getComputedStyle(this.root).getPropertyValue("--dark").trim() === "1";
    this.root.dataset.theme = dark ? "light" : "dark";
    this.shades = null;
    this.mark("all");
  }

  palette() {
    this.shades ??= new Palette(getComputedStyle(this.root), this.visit.schema);
    return this.shades;
  }

  listen() {
    const { visit } = this;
    visit.on("schema", () => this.begin());
    visit.on("state", () => this.mark("all"));
    visit.on("at", () => this.mark("cursor"));
    visit.on("frames steps weights selected view", () => this.mark("cursor"));
    visit.on("curves", () => this.mark("curves"));
    visit.on("status problem", () => this.mark("status"));
    visit.on("file", () => save(visit.file.name, visit.file.text, "text/plain"));
    new ResizeObserver(() => this.layOut()).observe(this.root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.shades = null;
      this.mark("all");
    });
  }

  // A new schema: everything is built again.
  begin() {
    const { schema } = this.visit;
    this.shades = null;
    this.begun = false;
    this.title.textContent = `pbwm: ${schema.task.title}`;
    this.title.title = schema.task.source;
    this.circuits = schema.models.map((model) => new Circuit(this.visit, model));
    this.stage.replaceChildren(...this.circuits.map(({ model, canvas }) =>
      element("figure", {}, element("figcaption", {}, element("b", { style: `color:${model.color}` }, model.title), " ", element("span", { className: "caption" })), canvas)));
    const key = (effect, sign) => element("span", { className: "key" }, element("b", effect === "content" ? { className: "content" } : { style: `color:${schema.colors.effects[effect]}` }, sign), ` ${effect} `);
    const [negative, positive] = schema.colors.diverging;
    const signed = element("span", { className: "key" }, element("b", { style: `color:${negative}` }, "■"), " negative ", element("b", { style: `color:${positive}` }, "■"), " positive");
    this.legend.replaceChildren(
      key("excitation", "→"), key("inhibition", "⊣"), key("modulation", "┄◆"), key("content", "→"),
      element("span", { className: "key" }, "thicker: more of the synaptic weight has active senders"),
      element("span", { className: "key" }, "unit: empty at 0, full color at 1"),
      ...(schema.models.some(({ layers }) => layers.some(({ low }) => low < 0)) ? [signed] : []),
    );
    this.marks.hidden = !schema.task.items.length;
    this.held.hidden = !schema.models.some(({ contents }) => contents.length);
    const weights = schema.models.map(({ units }) => Math.sqrt(units));
    const least = Math.max(...weights) / 1.35;
    this.stage.style.gridTemplateColumns = weights.map((weight) => `minmax(0, ${Math.max(weight, least).toFixed(2)}fr)`).join(" ");
    this.tabs[1].hidden = this.tabs[2].hidden = !schema.live;
  }

  layOut() {
    if (!this.begun) return;
    const widths = this.circuits.map(({ canvas }) => Math.floor(canvas.parentElement.clientWidth));
    this.circuits.forEach((circuit, i) => circuit.layOut(widths[i]));
    const tallest = Math.max(...this.circuits.map(({ places }) => places.height));
    this.circuits.forEach((circuit, i) => circuit.layOut(widths[i], tallest));
    this.timeline.layOut(Math.floor(this.time.clientWidth));
    const side = Math.floor(this.panels.find((panel) => !panel.hidden).clientWidth) - 4;
    this.within.layOut(side);
    this.learning.layOut(side);
    this.mark("all");
  }

  // Draw what is marked, once before the next picture of the screen.
  mark(what) {
    if (!this.dirty.size) requestAnimationFrame(() => this.draw());
    this.dirty.add(what);
  }

  draw() {
    const dirty = new Set(this.dirty);
    this.dirty.clear();
    const { visit } = this;
    this.status.textContent = visit.connected ? "" : "The server cannot be reached; trying again every second.";
    this.problem.textContent = visit.problem;
    this.controls.draw();
    if (!visit.schema || !visit.state) return;
    if (!this.begun) {
      this.begun = true;
      this.controls.build();
      if (visit.schema.live) {
        this.experiments.build();
        this.learning.build();
      }
      this.keep.build();
      this.layOut();
      return;
    }
    const palette = this.palette();
    if (dirty.has("all")) this.experiments.draw();
    if (dirty.has("all") || dirty.has("curves")) this.learning.draw(palette);
    if (dirty.has("all") || dirty.has("cursor")) this.drawCursor(palette);
  }

  drawCursor(palette) {
    const { visit } = this;
    for (const circuit of this.circuits) {
      circuit.draw(palette);
      const caption = circuit.canvas.parentElement.querySelector(".caption");
      const text = this.caption(circuit.model);
      if (caption.textContent !== text) caption.textContent = text;
    }
    this.timeline.follow();
    this.timeline.draw(palette);
    this.scroller.max = Math.max(0, visit.steps.length - this.timeline.room);
    this.scroller.value = this.timeline.first;
    if (!this.panels[0].hidden) {
      this.within.draw(palette);
      this.unit.draw();
    }
    this.drawValues();
    this.drawn = (this.drawn ?? 0) + 1;
  }

  // What the model does at the cursor, in words.
  caption(model) {
    const { step, schema, at, state } = this.visit;
    const network = `network ${state.network}`;
    if (!step) return network;
    const frame = Math.floor((at.cycle * model.frames) / schema.cycles);
    let phase = 0;
    for (let end = model.phases[0].frames; frame >= end; end += model.phases[phase].frames) phase += 1;
    const { response, correct } = step.models[model.name];
    const judged = step.counts ? (correct ? ", correct" : ", wrong") : "";
    return `${network}, ${model.phases[phase].name}; response ${schema.task.responses[response] ?? "none"}${judged}`;
  }

  // Gates, responses and memory of the step as numbers, for those who read and do not see.
  drawValues() {
    const { step, schema } = this.visit;
    if (!this.values.open || !step || this.valued === step) return;
    this.valued = step;
    const number = (value) => (typeof value === "number" ? value.toFixed(4) : "–");
    const tables = schema.models.map(({ name, title }) => {
      const own = step.models[name];
      const gates = Object.entries(own.gates);
      const head = element("tr", {}, [element("th", {}, title), ...gates.map(([gate]) => element("th", {}, gate.replace("_", " "))), element("th", {}, "memory")]);
      const rows = own.slots.map((slot, i) => element("tr", {}, [element("th", {}, slot), ...gates.map(([, values]) => element("td", {}, number(values[i]))), element("td", {}, own.memory[i].map(number).join(" "))]));
      return element("table", { className: `values-${name}` }, head, rows);
    });
    this.values.replaceChildren(this.values.firstChild, ...tables);
  }
}

export function start(root, host) {
  const page = new Page(root, host);
  host.open();
  return page;
}

export function startFromServer() {
  const { host, search } = window.location;
  return start(document.body, new SocketHost(`ws://${host}/socket${search}`));
}

export async function startFromRecording() {
  const data = document.getElementById("recording").textContent.trim();
  return start(document.body, new ReplayHost(await recorded(data)));
}

export function render({ model, el }) {
  start(el, new WidgetHost(model));
}
