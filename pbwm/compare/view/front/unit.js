// What is known of the selected unit: its activity now and before, what it sees by sender, what can be done to its
// layer, and its equations.

import { button, element } from "./dom.js";

const SHOWN = 6; // strongest senders of a projection that are listed
const BEFORE = 12; // steps of its history

export class UnitPanel {
  constructor(visit) {
    this.visit = visit;
    this.root = element("section", { className: "unit", "aria-label": "selected unit" });
    this.shown = null; // what the panel was built for
    this.opened = new Set(); // what the reader has opened in it
  }

  get model() {
    return this.visit.schema.models.find(({ name }) => name === this.visit.selected?.model) ?? null;
  }

  draw() {
    const { selected, schema } = this.visit;
    const model = this.model;
    if (!selected || !model || selected.unit >= model.units) {
      if (this.shown === "nothing") return;
      this.shown = "nothing";
      const hint = "Click a unit of a circuit, or focus a circuit and press the arrow keys.";
      this.root.replaceChildren(element("p", { className: "hint" }, hint));
      return;
    }
    const layer = this.visit.layerOf(model, selected.unit);
    this.want();
    const key = [model.name, selected.unit, this.visit.at.step, this.visit.frames.size, this.visit.state.length].join();
    if (this.shown !== key || this.weights !== this.visit.weights) this.build(model, layer, selected, schema);
    this.shown = key;
    this.weights = this.visit.weights;
    this.now.textContent = this.value(model);
    this.when.textContent = ` at cycle ${this.visit.at.cycle} of step ${this.visit.at.step}`;
  }

  // Ask for the activity of the steps before, whose end is shown.
  want() {
    const { step } = this.visit.at;
    for (let before = Math.max(0, step - BEFORE + 1); before < step; before++) this.visit.want(before);
  }

  build(model, layer, selected, schema) {
    this.now = element("output", { className: "unit-value" });
    this.when = element("span");
    this.root.replaceChildren(
      element("h3", {}, `${model.title}: ${this.visit.unitName(model, selected.unit)}`),
      element("p", { className: "now" }, `${layer.quantity} `, this.now, this.when),
      element("p", { className: "cells" }, layer.cells),
      element("h4", {}, `activity at the end of the last ${BEFORE} steps`),
      this.history(model),
      ...this.actions(model, layer),
      element("h4", {}, "receives from"),
      ...this.field(model, layer),
      ...this.equations(layer, schema),
    );
  }

  value(model) {
    const activity = this.visit.frame(model);
    if (!activity) return "–";
    const value = activity[this.visit.selected.unit];
    return Number.isNaN(value) ? "not yet computed" : value.toFixed(4);
  }

  // Its activity at the end of the last steps whose activity is here, as bars.
  history(model) {
    const bars = [];
    const layer = this.visit.layerOf(model, this.visit.selected.unit);
    const first = Math.max(0, this.visit.at.step - BEFORE + 1);
    for (let step = first; step <= this.visit.at.step; step++) {
      const array = this.visit.frames.get(step)?.get(model.name);
      if (!array) continue;
      const value = array.values[(array.shape[0] - 1) * array.shape[1] + this.visit.selected.unit];
      const height = Math.round((28 * Math.min(1, Math.abs(value) / Math.max(-layer.low, layer.high))) || 0);
      bars.push(element("span", { className: "bar", title: `step ${step}: ${value.toFixed(3)}`, style: `height:${height + 1}px` }));
    }
    return element("div", { className: "history", "aria-label": "activity at the end of the last steps" }, bars);
  }

  // Lesions of the layer or of the stripe that the unit belongs to.
  actions(model, layer) {
    const lesion = model.forms.find(({ kind }) => kind === "Lesion");
    if (!lesion || !layer.lesions || !this.visit.schema.live) return [];
    const fraction = element("input", { type: "number", min: 0.05, max: 1, step: 0.05, value: 1, "aria-label": "fraction of the units" });
    const apply = (fields) =>
      this.visit.send({ do: "apply", model: model.name, kind: "Lesion", fields: { ...fields, fraction: Number(fraction.value) }, replace: null });
    const size = layer.units / layer.pools;
    const stripe = Math.floor((this.visit.selected.unit - layer.start) / size);
    return [
      element(
        "p", { className: "actions" },
        button("Lesion layer", `Silence ${layer.title}`, () => apply({ layer: layer.name }), { className: "lesion-layer" }),
        layer.firstSlot === null ? null : button(`Lesion stripe ${model.slots[layer.firstSlot + stripe]}`, `Silence this stripe of ${layer.title}`, () => apply({ layer: layer.name, stripe }), { className: "lesion-stripe" }),
        element("label", {}, "fraction ", fraction),
      ),
    ];
  }

  // The receptive field: for every projection that reaches the unit, its weights as a row of cells, the strongest named.
  field(model, layer) {
    const own = this.visit.selected.unit - layer.start;
    const found = [];
    for (const path of model.paths.filter(({ target }) => target === layer.name)) {
      const receiver = path.receivers.indexOf(own);
      if (receiver < 0) continue;
      const { senders, weights } = this.visit.contacts(model, path, receiver);
      const sender = model.layers.find(({ name }) => name === path.sender);
      found.push(this.projection(model, path, sender, senders, weights));
    }
    return found.length ? found : [element("p", { className: "hint" }, "no other unit: its activity is set from outside")];
  }

  projection(model, path, sender, senders, weights) {
    const effect = path.effect === "weighted" ? "" : ` (${path.effect})`;
    const head = element("summary", { title: path.note }, `${sender.title}${effect}`);
    if (!weights) return this.remembered(path.name, {}, head, element("p", {}, path.note));
    const pairs = Array.from(senders, (unit, i) => [weights[i], this.visit.unitName(model, sender.start + unit)]);
    const most = Math.max(...pairs.map(([weight]) => Math.abs(weight)), 1e-9);
    const cells = pairs.map(([weight, name]) => {
      const strength = Math.round((100 * Math.abs(weight)) / most);
      const kind = weight < 0 ? "negative" : "positive";
      return element("span", { className: `weight ${kind}`, title: `${name}: ${weight.toFixed(4)}`, style: `--strength:${strength}%` });
    });
    const top = [...pairs].sort(([a], [b]) => Math.abs(b) - Math.abs(a)).slice(0, SHOWN);
    const list = top.map(([weight, name]) => element("li", {}, `${name}: `, element("b", {}, weight.toFixed(4))));
    const learns = path.learns ? `learns by ${path.learns}` : "fixed";
    return this.remembered(path.name, {}, head, element("div", { className: "field" }, cells), element("ul", {}, list), element("p", { className: "cells" }, learns));
  }

  // Details that stay open, or closed, as the reader left them.
  remembered(name, properties, ...children) {
    const ontoggle = (event) => (event.target.open ? this.opened.add(name) : this.opened.delete(name));
    return element("details", { ...properties, open: this.opened.has(name), ontoggle }, ...children);
  }

  equations(layer, schema) {
    const document = schema.documents[layer.equations];
    if (!document) return [];
    const text = element("pre", {}, document.text);
    return [element("h4", {}, "equations"), this.remembered(`equations ${layer.equations}`, { className: "equations" }, element("summary", {}, `docs/${layer.equations.split("#")[0]}: ${document.title}`), text)];
  }
}
