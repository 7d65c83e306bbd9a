// Step by step, on one axis for all models: what was shown, responses, gates against the ideal gate, memory, signals.

import { Sheet } from "./dom.js";
import { inkOn } from "./color.js";
import { CanvasPen } from "./pen.js";

const ROW = 11; // height of a slot whose content has a name
const LABELS = 118; // pixels at the left
const WIDTHS = [8, 14, 26, 44]; // of a step, by zoom
const OPENS = { input_gate: ["store"], forget_gate: ["store", "clear"], output_gate: ["read"] };
// What a perfect memory does with an item where the gate opens, or where the forget gate shuts.

export class Timeline {
  constructor(visit) {
    this.visit = visit;
    this.sheet = new Sheet("time axis");
    this.canvas = this.sheet.canvas;
    this.zoom = 2;
    this.first = 0;
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.point(event));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  get pace() {
    return WIDTHS[this.zoom];
  }

  get room() {
    return Math.max(1, Math.floor((this.sheet.width - LABELS - 6) / this.pace));
  }

  layOut(width) {
    this.sheet.size(width, this.height(width));
  }

  height() {
    return this.bands().reduce((sum, band) => sum + band.height + band.gap, 14);
  }

  // Bring the cursor into view after it has moved, or after the room has changed; show as many steps as there is room for.
  follow() {
    const { step } = this.visit.at;
    const { room } = this;
    const moved = step !== this.followed?.step || room !== this.followed.room;
    if (moved && step < this.first) this.first = step;
    if (moved && step >= this.first + room) this.first = step - room + 1;
    this.followed = { step, room };
    this.first = Math.max(0, Math.min(this.first, this.visit.steps.length - room));
  }

  // All bands from top to bottom: a label, a height, and how one step of it is painted.
  bands() {
    const { task, models, actions } = this.visit.schema;
    const bands = task.channels.map((channel, i) => ({
      label: channel.name, height: 15, gap: 1, paint: (...at) => this.symbol(...at, channel.symbols, i),
    }));
    task.analog.forEach((name, i) => bands.push({ label: name, height: 18, gap: 2, paint: (...at) => this.value(...at, i) }));
    task.items.forEach((name, i) => bands.push({ label: `ideal: ${name}`, height: 11, gap: 1, paint: (...at) => this.ideal(...at, i, actions) }));
    bands.push({ label: "target", height: 15, gap: 6, paint: (...at) => this.target(...at) });
    for (const model of models) bands.push(...this.bandsOf(model));
    return bands;
  }

  bandsOf(model) {
    const { gates, colors } = this.visit.schema;
    const example = this.visit.steps.find((step) => step)?.models[model.name];
    const slots = example?.slots.length ?? Math.max(1, model.slots.length);
    const units = example?.memory[0]?.length ?? 1;
    const gateHeight = Math.max(14, Math.min(5 * slots, 44));
    const bands = [{ label: model.title, strong: model.color, height: 15, gap: 2, paint: (...at) => this.response(...at, model) }];
    for (const gate of Object.keys(gates)) {
      bands.push({ label: gate.replace("_", " "), height: gateHeight, gap: 3, paint: (...at) => this.gate(...at, model, gate) });
    }
    if (this.pace >= 14 && model.contents.length === units) {
      const rows = example?.slots ?? model.slots;
      bands.push({ label: "memory", height: ROW * rows.length, gap: 3, rows, paint: (...at) => this.contents(...at, model) });
    } else {
      const memory = Math.max(14, Math.min(slots * units * 4, 72));
      bands.push({ label: "memory", height: memory, gap: 3, paint: (...at) => this.memory(...at, model) });
    }
    for (const signal of Object.keys(colors.signals)) {
      if (example && !(signal in example.signals)) continue;
      if (!example && !model.layers.some((layer) => layer.name === signal)) continue;
      bands.push({ label: signal.replace("_", " "), height: 22, gap: 3, paint: (...at) => this.signal(...at, model, signal) });
    }
    bands[bands.length - 1].gap = 9;
    return bands;
  }

  draw(palette) {
    this.layOut(this.sheet.width);
    const { changed, steps } = this.visit;
    const key = [this.first, this.zoom, changed, steps.length, palette.number].join();
    const pen = (context) => new CanvasPen(context);
    this.sheet.layers(key, (below) => this.paintSteps(pen(below), palette), (above) => this.paintCursor(pen(above), palette));
  }

  paint(pen, palette) {
    this.paintSteps(pen, palette);
    this.paintCursor(pen, palette);
  }

  get last() {
    return Math.min(this.visit.steps.length, this.first + this.room);
  }

  x(step) {
    return LABELS + (step - this.first) * this.pace;
  }

  paintSteps(pen, palette) {
    const { steps } = this.visit;
    const x = (step) => this.x(step);
    const { last } = this;
    let y = 12;
    for (const band of this.bands()) {
      const fill = band.strong ? palette.clear(band.strong) : palette.soft;
      pen.text(4, y + Math.min(band.height, 16) / 2, band.label, { fill, size: band.strong ? 11 : 10, weight: band.strong ? "bold" : "normal" });
      (band.rows ?? []).forEach((name, row) => pen.text(LABELS - 4, y + (row + 0.5) * ROW, name, { fill: palette.soft, size: 8, align: "right" }));
      for (let step = this.first; step < last; step++) {
        if (steps[step]) band.paint(pen, palette, steps[step], x(step), y, band.height, step);
      }
      y += band.height + band.gap;
    }
    const every = this.pace >= 26 ? 5 : this.pace >= 14 ? 10 : 20;
    for (let step = this.first; step < last; step++) {
      if (step % every === 0) pen.text(x(step) + this.pace / 2, 6, String(step), { fill: palette.soft, size: 9, align: "center" });
      if (steps[step]?.starts && step > 0) pen.line([[x(step), 0], [x(step), this.sheet.height]], { stroke: palette.soft, width: 1, alpha: 0.6 });
    }
  }

  paintCursor(pen, palette) {
    const { at, schema } = this.visit;
    if (at.step < this.first || at.step >= this.last) return;
    const { height } = this.sheet;
    const [left, right] = [this.x(at.step), this.x(at.step + 1)];
    pen.line([[left, 0], [right, 0], [right, height], [left, height]], { fill: palette.soft, alpha: 0.16, close: true });
    const place = left + (this.pace * (at.cycle + 1)) / schema.cycles;
    pen.line([[place, 0], [place, height]], { stroke: palette.ink, width: 1.2 });
  }

  cell(pen, palette, x, y, height, name, fill) {
    if (fill) pen.rect(x + 0.5, y, this.pace - 1, height - 1, { fill });
    if (this.pace < 14 || name.length > this.pace / 6) return;
    pen.text(x + this.pace / 2, y + height / 2, name, { fill: fill ? inkOn(fill) : palette.ink, size: 11, align: "center" });
  }

  symbol(pen, palette, step, x, y, height, _number, symbols, channel) {
    const shown = step.symbols[channel];
    if (shown < 0) return;
    this.cell(pen, palette, x, y, height, symbols[shown], step.by_hand ? palette.line : null);
  }

  value(pen, palette, step, x, y, height, _number, channel) {
    const value = Math.max(-1, Math.min(1, step.values[channel] ?? 0));
    const middle = y + height / 2;
    pen.rect(x + 1, Math.min(middle, middle - (value * height) / 2), this.pace - 2, Math.abs((value * height) / 2), { fill: palette.soft });
  }

  ideal(pen, palette, step, x, y, height, _number, item, actions) {
    const action = actions[step.ideal[item]];
    const fill = palette.clear(this.visit.schema.colors.items[item]);
    const [middle, center] = [x + this.pace / 2, y + height / 2];
    const r = Math.min(4, this.pace / 2 - 1);
    if (action === "hold") pen.rect(x, center - 0.75, this.pace, 1.5, { fill });
    if (action === "store") pen.line([[middle - r, center - r], [middle + r, center - r], [middle, center + r]], { fill, close: true });
    if (action === "read") pen.line([[middle - r, center + r], [middle + r, center + r], [middle, center - r]], { fill, close: true });
    if (action === "clear") pen.line([[middle - r, center - r], [middle + r, center + r]], { stroke: fill, width: 1.5 });
  }

  target(pen, palette, step, x, y, height) {
    if (step.target >= 0) this.cell(pen, palette, x, y, height, this.visit.schema.task.responses[step.target], null);
  }

  response(pen, palette, step, x, y, height, _number, model) {
    const { response, correct } = step.models[model.name];
    if (response < 0 || (this.visit.schema.task.responses.length === 1 && !step.counts)) return;
    const wrong = step.counts && !correct;
    this.cell(pen, palette, x, y, height, this.visit.schema.task.responses[response], wrong ? this.visit.schema.colors.wrong : null);
    if (wrong && this.pace < 14) pen.rect(x + 0.5, y, this.pace - 1, height - 1, { fill: this.visit.schema.colors.wrong });
  }

  gate(pen, palette, step, x, y, height, _number, model, gate) {
    const values = step.models[model.name].gates[gate];
    if (!values) return;
    const { actions, colors } = this.visit.schema;
    const each = (height - 3) / values.length;
    values.forEach((value, slot) => {
      const fill = palette.shade(colors.gates[gate], value ?? NaN, 0, 1);
      pen.rect(x + 0.5, y + 3 + slot * each, this.pace - 1, Math.max(0.8, each - 0.5), { fill });
    });
    const opens = step.ideal.map((action, item) => (OPENS[gate].includes(actions[action]) ? item : -1)).filter((item) => item >= 0);
    opens.forEach((item, k) => {
      const width = (this.pace - 2) / opens.length;
      pen.rect(x + 1 + k * width, y, width, 2.2, { fill: palette.clear(colors.items[item]) });
    });
  }

  memory(pen, palette, step, x, y, height, _number, model) {
    const memory = step.models[model.name].memory;
    const all = memory.flat();
    const [low, high] = model.memory;
    const each = height / all.length;
    all.forEach((value, i) => {
      const fill = palette.shade(this.visit.schema.colors.gates.memory, value ?? NaN, low, high);
      pen.rect(x + 0.5, y + i * each, this.pace - 1, Math.max(0.8, each - 0.4), { fill });
    });
    const units = memory[0]?.length ?? 1;
    for (let slot = 1; slot < memory.length && units > 1; slot++) {
      pen.rect(x, y + slot * units * each - 0.4, this.pace, 0.8, { fill: palette.soft });
    }
  }

  // What the slots of a model hold after a step: names of the units above half of the range.
  held(step, model) {
    const half = model.memory[1] / 2;
    return this.visit.steps[step]?.models[model.name].memory.map((units) => model.contents.filter((_, unit) => units[unit] > half).join(""));
  }

  // The symbol that each slot holds: its name where it changes, and a line while it stays.
  contents(pen, palette, step, x, y, _height, number, model) {
    const before = number > this.first ? this.held(number - 1, model) : null;
    this.held(number, model).forEach((name, slot) => {
      const most = Math.max(...step.models[model.name].memory[slot]);
      const fill = palette.shade(this.visit.schema.colors.gates.memory, most * 0.25, ...model.memory);
      pen.rect(x, y + slot * ROW, this.pace, ROW - 1, { fill });
      const middle = y + (slot + 0.5) * ROW;
      if (name && name === before?.[slot]) pen.line([[x, middle], [x + this.pace, middle]], { stroke: palette.soft, width: 0.6 });
    });
    this.held(number, model).forEach((name, slot) => {
      if (name === before?.[slot]) return;
      pen.rect(x, y + slot * ROW, 1, ROW - 1, { fill: palette.paper });
      pen.text(x + this.pace / 2, y + (slot + 0.5) * ROW, this.shortened(name), { fill: palette.ink, size: 10, align: "center" });
    });
  }

  // A name that fits into a step.
  shortened(name) {
    const letters = Math.floor((this.pace - 4) / 6);
    return name.length > letters ? `${name.slice(0, Math.max(1, letters - 1))}…` : name;
  }

  signal(pen, palette, step, x, y, height, number, model, signal) {
    const value = step.models[model.name].signals[signal];
    if (value === null || value === undefined) return;
    const stroke = palette.clear(this.visit.schema.colors.signals[signal]);
    const at = (v) => y + height / 2 - (Math.max(-1, Math.min(1, v)) * height) / 2.2;
    pen.rect(x, y + height / 2, this.pace, 0.5, { fill: palette.line });
    pen.line([[x, at(value)], [x + this.pace, at(value)]], { stroke, width: 1.8 });
    const before = number > this.first ? this.visit.steps[number - 1]?.models[model.name].signals[signal] : null;
    if (before !== null && before !== undefined) pen.line([[x, at(before)], [x, at(value)]], { stroke, width: 0.8, alpha: 0.6 });
  }

  point(event) {
    const [x] = this.sheet.place(event);
    const step = this.first + Math.floor((x - LABELS) / this.pace);
    if (x < LABELS || step < 0 || step >= this.visit.steps.length) return;
    const { step: now, cycle } = this.visit.at;
    const last = this.visit.schema.cycles - 1;
    if (step !== now || cycle !== last) this.visit.send({ do: "look", step, cycle: last });
  }

  wheel(event) {
    if (!event.shiftKey && Math.abs(event.deltaX) < Math.abs(event.deltaY)) return;
    event.preventDefault();
    this.scroll(this.first + Math.sign(event.deltaX || event.deltaY) * 3);
  }

  scroll(first) {
    this.first = Math.max(0, Math.min(first, Math.max(0, this.visit.steps.length - this.room)));
    this.visit.tell("view");
  }

  zoomBy(more) {
    this.zoom = Math.max(0, Math.min(WIDTHS.length - 1, this.zoom + more));
    this.follow();
    this.visit.tell("view");
  }
}
