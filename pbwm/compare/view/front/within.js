// Inside one step: the time course of what is chosen, frame by frame, with the phases of the model.

import { Sheet } from "./dom.js";
import { CanvasPen } from "./pen.js";

const OF_MODEL = 104; // of one model
const AXIS = 26;
const CROWD = 64; // more lines than this are drawn thin

export class Within {
  constructor(visit) {
    this.visit = visit;
    this.sheet = new Sheet("time course within the step");
    this.canvas = this.sheet.canvas;
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.point(event));
  }

  layOut(width) {
    this.sheet.size(width, OF_MODEL * this.visit.schema.models.length);
  }

  draw(palette) {
    const { at, selected, frames, changed } = this.visit;
    const key = [at.step, selected?.model, selected?.unit, frames.has(at.step), changed, palette.number].join();
    const pen = (context) => new CanvasPen(context);
    this.sheet.layers(key, (below) => this.paintStep(pen(below), palette), (above) => this.paintCursor(pen(above), palette));
  }

  paint(pen, palette) {
    this.paintStep(pen, palette);
    this.paintCursor(pen, palette);
  }

  paintStep(pen, palette) {
    this.visit.schema.models.forEach((model, i) => this.paintModel(pen, palette, model, i * OF_MODEL));
  }

  paintCursor(pen, palette) {
    const { at, schema } = this.visit;
    if (!this.visit.frames.has(at.step)) return;
    const place = AXIS + ((this.sheet.width - 6 - AXIS) * (at.cycle + 1)) / schema.cycles;
    schema.models.forEach((_, i) => {
      const top = i * OF_MODEL;
      pen.line([[place, top + 22], [place, top + OF_MODEL - 20]], { stroke: palette.ink, width: 1.2 });
    });
  }

  // The lines of a model: the selected unit, in front of its layer; or what the model wants to be watched.
  lines(model) {
    const selected = this.visit.selected;
    if (selected && selected.model === model.name) {
      const own = this.visit.layerOf(model, selected.unit);
      const others = Array.from({ length: own.units }, (_, i) => own.start + i).filter((unit) => unit !== selected.unit);
      const faint = others.map((unit) => ({ layer: own, units: [unit], strong: false }));
      return [...faint, { layer: own, units: [selected.unit], strong: true }];
    }
    return model.layers.filter((layer) => layer.watched).flatMap((layer) => {
      const size = layer.units / layer.pools;
      return Array.from({ length: layer.pools }, (_, pool) => ({
        layer, strong: true, units: Array.from({ length: size }, (_, i) => layer.start + pool * size + i),
      }));
    });
  }

  title(model) {
    const selected = this.visit.selected;
    if (selected && selected.model === model.name) return this.visit.unitName(model, selected.unit);
    return model.layers.filter((layer) => layer.watched).map((layer) => layer.title).join(", ");
  }

  paintModel(pen, palette, model, top) {
    const [left, right] = [AXIS, this.sheet.width - 6];
    const [high, low] = [top + 22, top + OF_MODEL - 20];
    const lines = this.lines(model);
    const least = Math.min(0, ...lines.map(({ layer }) => layer.low));
    const x = (frame) => left + ((right - left) * frame) / model.frames;
    const y = (value) => low - ((low - high) * (Math.max(least, Math.min(1, value)) - least)) / (1 - least);
    pen.text(left, top + 9, `${model.title}: ${this.title(model)}`, { fill: palette.clear(model.color), size: 10, weight: "bold" });
    let frame = 0;
    for (const phase of model.phases) {
      pen.line([[x(frame), high], [x(frame), low]], { stroke: palette.line });
      pen.text(x(frame) + 3, low + 8, phase.name, { fill: palette.soft, size: 9 });
      frame += phase.frames;
    }
    for (const value of [least, 0, 1]) {
      pen.line([[left, y(value)], [right, y(value)]], { stroke: palette.line });
      pen.text(left - 4, y(value), String(value), { fill: palette.soft, size: 9, align: "right" });
    }
    const array = this.visit.frames.get(this.visit.at.step)?.get(model.name);
    if (!array) return;
    const crowded = lines.length > CROWD;
    for (const line of lines) this.paintLine(pen, palette, array, { ...line, crowded }, x, y);
  }

  paintLine(pen, palette, { shape, values }, { layer, units, strong, crowded }, x, y) {
    const [frames, all] = shape;
    const points = [];
    for (let frame = 0; frame < frames; frame++) {
      const mean = units.reduce((sum, unit) => sum + values[frame * all + unit], 0) / units.length;
      if (!Number.isNaN(mean)) points.push([x(frame), y(mean)], [x(frame + 1), y(mean)]);
    }
    const stroke = strong ? palette.clear(layer.color) : palette.soft;
    if (points.length) pen.line(points, { stroke, width: strong && !crowded ? 1.6 : 0.7, alpha: strong && !crowded ? 0.9 : 0.35 });
  }

  point(event) {
    const { step, cycle } = this.visit.at;
    if (step < 0) return;
    const { cycles } = this.visit.schema;
    const share = (this.sheet.place(event)[0] - AXIS) / (this.sheet.width - 6 - AXIS);
    const wanted = Math.max(0, Math.min(cycles - 1, Math.floor(share * cycles)));
    if (wanted !== cycle) this.visit.send({ do: "look", step, cycle: wanted });
  }
}
