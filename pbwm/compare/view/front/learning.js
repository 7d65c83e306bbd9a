// Training in the background, and the learning curve: every network thin, the one on stage thick, the criterion marked.

import { Sheet, button, element } from "./dom.js";
import { CanvasPen } from "./pen.js";

const CURVES = 190;
const [BEGIN, TOP, BOTTOM] = [30, 20, 24];

export class Learning {
  constructor(visit) {
    this.visit = visit;
    this.sheet = new Sheet("learning curves");
    this.root = element("section", { className: "learning", "aria-label": "training" });
    this.table = element("table", { className: "reached" });
  }

  build() {
    this.epochs = element("input", { type: "number", min: 1, max: 100000, value: 20, "aria-label": "epochs", className: "epochs" });
    this.start = button("Train", "Train all networks in the background", () => this.visit.send({ do: "train", epochs: Number(this.epochs.value) }), { className: "train" });
    this.end = button("Stop", "Stop the training", () => this.visit.send({ do: "stop" }), { className: "stop-training" });
    const { task } = this.visit.schema;
    this.root.replaceChildren(
      element("p", { className: "actions" }, element("label", {}, this.epochs, " epochs "), this.start, this.end),
      this.sheet.canvas, this.table,
      element("p", { className: "hint" }, `Each line is a network; the thick line is the network in view. A triangle marks the epoch at which a network reached the criterion: ${task.criterion}. From then on, it is frozen. Manipulations in force also apply during training. After training, the view shows the trained networks.`),
    );
    this.draw();
  }

  layOut(width) {
    this.sheet.size(Math.max(100, width), CURVES);
  }

  draw(palette) {
    const { state, schema, curves } = this.visit;
    if (!state || !this.start) return;
    this.start.disabled = state.training;
    this.end.disabled = !state.training;
    const rows = schema.models.map(({ name, title, color }) => {
      const curve = curves.get(name);
      const reached = curve?.reached.filter((at) => at !== null) ?? [];
      return element("tr", {}, element("th", { className: "model", style: `color:${color}` }, title), element("td", {}, `${curve?.error.length ?? 0} epochs`), element("td", {}, `${reached.length} of ${curve?.reached.length ?? 0} at criterion`));
    });
    this.table.replaceChildren(...rows);
    if (palette && this.sheet.width) this.paint(new CanvasPen(this.sheet.context()), palette);
  }

  paint(pen, palette) {
    const { schema, curves, state } = this.visit;
    const right = this.sheet.width - 8;
    const epochs = Math.max(10, ...[...curves.values()].map(({ error }) => error.length));
    const x = (epoch) => BEGIN + ((right - BEGIN) * epoch) / epochs;
    const largest = Math.max(0, ...[...curves.values()].flatMap(({ error }) => error.flat()));
    const most = Math.max(0.2, Math.ceil(largest * 10) / 10);
    const y = (error) => CURVES - BOTTOM - ((CURVES - BOTTOM - TOP) * error) / most;
    pen.text(4, 7, "proportion wrong", { fill: palette.soft, size: 9 });
    for (const error of [0, most / 2, most]) {
      pen.line([[BEGIN, y(error)], [right, y(error)]], { stroke: palette.line });
      pen.text(BEGIN - 4, y(error), String(Number(error.toFixed(2))), { fill: palette.soft, size: 9, align: "right" });
    }
    pen.text(BEGIN, CURVES - 8, "0", { fill: palette.soft, size: 9 });
    pen.text(right, CURVES - 8, `${epochs} epochs`, { fill: palette.soft, size: 9, align: "right" });
    for (const model of schema.models) {
      const curve = curves.get(model.name);
      if (!curve) continue;
      const stroke = palette.clear(model.color);
      for (let network = 0; network < curve.reached.length; network++) {
        const points = curve.error.map((errors, epoch) => [epoch + 1, errors[network]]).filter(([, error]) => error !== null);
        const own = network === state.network;
        if (points.length) pen.line([[x(0), y(points[0][1])], ...points.map(([epoch, error]) => [x(epoch), y(error)])], { stroke, width: own ? 2.2 : 0.7, alpha: own ? 1 : 0.35 });
        const at = curve.reached[network];
        if (at !== null) pen.line([[x(at), y(0) + 2], [x(at) - 3, y(0) + 8], [x(at) + 3, y(0) + 8]], { fill: stroke, close: true, alpha: own ? 1 : 0.5 });
      }
    }
  }
}
