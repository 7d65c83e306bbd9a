// What can be kept: pictures as PNG or SVG, their values as CSV, and the session as a page of its own.

import { button, element } from "./dom.js";
import { CanvasPen, SvgPen } from "./pen.js";

export function save(name, content, type) {
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Several sheets on one picture: a pen whose origin moves from one to the next.
class MovedPen {
  constructor(pen) {
    Object.assign(this, { pen, dx: 0, dy: 0 });
  }

  rect(x, y, ...rest) {
    this.pen.rect(x + this.dx, y + this.dy, ...rest);
  }

  line(points, how) {
    this.pen.line(points.map(([x, y]) => [x + this.dx, y + this.dy]), how);
  }

  text(x, y, ...rest) {
    this.pen.text(x + this.dx, y + this.dy, ...rest);
  }
}

// Circuits side by side, the time course under them, and the inside of the step: where each stands, and how large.
function arrangement({ circuits, timeline, within }) {
  const placed = [];
  let x = 0;
  for (const part of circuits) {
    placed.push([part, x, 22]);
    x += part.sheet.width + 12;
  }
  const below = 34 + Math.max(0, ...circuits.map(({ sheet }) => sheet.height));
  placed.push([timeline, 0, below]);
  placed.push([within, timeline.sheet.width + 12, below]);
  const width = Math.max(x, timeline.sheet.width + 12 + within.sheet.width) + 8;
  return { placed, width, height: below + Math.max(timeline.sheet.height, within.sheet.height) + 8 };
}

function paintAll(pen, palette, parts, visit, { placed }) {
  const moved = new MovedPen(pen);
  for (const [part, x, y] of placed) {
    Object.assign(moved, { dx: x, dy: y });
    if (part.model) moved.text(8, -10, part.model.title, { fill: palette.clear(part.model.color), size: 13, weight: "bold" });
    part.paint(moved, palette);
  }
  Object.assign(moved, { dx: 0, dy: 0 });
  const { step, cycle } = visit.at;
  moved.text(placed[placed.length - 1][1] - 8, 10, `${visit.schema.task.title}, step ${step}, cycle ${cycle}`, { fill: palette.soft, size: 11, align: "right" });
}

export function svg(parts, palette, visit) {
  const arranged = arrangement(parts);
  const pen = new SvgPen(arranged.width, arranged.height, palette.paper);
  paintAll(pen, palette, parts, visit, arranged);
  return pen.toString();
}

export function png(parts, palette, visit) {
  const arranged = arrangement(parts);
  const canvas = element("canvas", { width: 2 * arranged.width, height: 2 * arranged.height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  const pen = new CanvasPen(context);
  pen.rect(0, 0, arranged.width, arranged.height, { fill: palette.paper });
  paintAll(pen, palette, parts, visit, arranged);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

const quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));

// One line per step and model: all that the time course plots.
export function stepsTable(visit) {
  const { task, models, actions } = visit.schema;
  const lines = [];
  for (const step of visit.steps.filter(Boolean)) {
    for (const { name } of models) {
      const own = step.models[name];
      const row = { step: step.step, model: name };
      task.channels.forEach((channel, i) => (row[channel.name] = step.symbols[i] < 0 ? "" : channel.symbols[step.symbols[i]]));
      task.analog.forEach((channel, i) => (row[channel] = step.values[i]));
      task.items.forEach((item, i) => (row[`ideal ${item}`] = actions[step.ideal[i]]));
      Object.assign(row, { target: step.target < 0 ? "" : task.responses[step.target], response: task.responses[own.response] ?? "", counts: step.counts, correct: own.correct });
      for (const [gate, values] of Object.entries(own.gates)) values.forEach((value, slot) => (row[`${gate} ${own.slots[slot]}`] = value));
      own.memory.forEach((units, slot) => units.forEach((value, unit) => (row[`memory ${own.slots[slot]} unit ${unit + 1}`] = value)));
      for (const [signal, value] of Object.entries(own.signals)) [value].flat().forEach((one, i, all) => (row[all.length > 1 ? `${signal} ${i + 1}` : signal] = one));
      lines.push(row);
    }
  }
  return table(lines);
}

// One line per cycle: the activity of all units of the models in the step under the cursor.
export function cyclesTable(visit) {
  const lines = [];
  for (const model of visit.schema.models) {
    const array = visit.frames.get(visit.at.step)?.get(model.name);
    if (!array) continue;
    const [frames, units] = array.shape;
    for (let frame = 0; frame < frames; frame++) {
      for (let unit = 0; unit < units; unit++) {
        const value = array.values[frame * units + unit];
        lines.push({ step: visit.at.step, model: model.name, frame, unit: visit.unitName(model, unit), activity: Number.isNaN(value) ? "" : value });
      }
    }
  }
  return table(lines);
}

function table(lines) {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  return [columns, ...lines.map((line) => columns.map((column) => line[column]))].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
}

export class Keep {
  constructor(visit, parts, palette) {
    Object.assign(this, { visit, parts, palette });
    this.root = element("section", { className: "keep", "aria-label": "keep" });
  }

  build() {
    const name = () => `${this.visit.schema.task.name}-step-${this.visit.at.step}`;
    const row = (text, title, onclick, className) => element("p", {}, button(text, title, onclick, { className }), ` ${title}`);
    this.root.replaceChildren(
      row("PNG", "circuits and time courses as an image", async () => save(`${name()}.png`, await png(this.parts(), this.palette(), this.visit), "image/png"), "png"),
      row("SVG", "the same as an editable drawing", () => save(`${name()}.svg`, svg(this.parts(), this.palette(), this.visit), "image/svg+xml"), "svg"),
      row("CSV of steps", "all values on the time axis, for every step", () => save(`${this.visit.schema.task.name}-steps.csv`, stepsTable(this.visit), "text/csv"), "csv-steps"),
      row("CSV of cycles", "the activity of every unit in this step", () => save(`${name()}.csv`, cyclesTable(this.visit), "text/csv"), "csv-cycles"),
      this.visit.schema.live ? row("Recording", "the session as one file that opens in any browser", () => this.visit.send({ do: "replay" }), "replay") : null,
    );
  }
}
