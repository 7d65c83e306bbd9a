// Two pens with the same strokes: one draws on a canvas, the other writes SVG. What is drawn does not know which it has.

const FONT = "system-ui, sans-serif";

export class CanvasPen {
  constructor(context) {
    this.c = context;
  }

  rect(x, y, w, h, { fill, stroke, width = 1, dash = [] } = {}) {
    const c = this.c;
    if (fill) {
      c.fillStyle = fill;
      c.fillRect(x, y, w, h);
    }
    if (stroke) {
      c.strokeStyle = stroke;
      c.lineWidth = width;
      c.setLineDash(dash);
      c.strokeRect(x, y, w, h);
    }
  }

  line(points, { stroke, width = 1, alpha = 1, dash = [], close = false, fill = null } = {}) {
    const c = this.c;
    c.beginPath();
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    if (close) c.closePath();
    c.globalAlpha = alpha;
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (stroke) {
      c.strokeStyle = stroke;
      c.lineWidth = width;
      c.setLineDash(dash);
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  text(x, y, text, { fill, size = 11, align = "left", weight = "normal" } = {}) {
    const c = this.c;
    c.font = `${weight} ${size}px ${FONT}`;
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillStyle = fill;
    c.fillText(text, x, y);
  }
}

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export class SvgPen {
  constructor(width, height, paper) {
    this.parts = [`<rect width="${width}" height="${height}" fill="${paper}"/>`];
    this.size = [width, height];
  }

  rect(x, y, w, h, { fill, stroke, width = 1, dash = [] } = {}) {
    const dashed = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    const line = stroke ? ` stroke="${stroke}" stroke-width="${width}"${dashed}` : "";
    this.parts.push(`<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill ?? "none"}"${line}/>`);
  }

  line(points, { stroke, width = 1, alpha = 1, dash = [], close = false, fill = null } = {}) {
    const tag = close ? "polygon" : "polyline";
    const at = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const dashed = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    const line = stroke ? ` stroke="${stroke}" stroke-width="${width}"${dashed}` : "";
    this.parts.push(`<${tag} points="${at}" fill="${fill ?? "none"}" opacity="${alpha}"${line}/>`);
  }

  text(x, y, text, { fill, size = 11, align = "left", weight = "normal" } = {}) {
    const anchor = { left: "start", center: "middle", right: "end" }[align];
    const look = `font-family="${FONT}" font-size="${size}" font-weight="${weight}" fill="${fill}"`;
    this.parts.push(
      `<text x="${x}" y="${y}" text-anchor="${anchor}" dominant-baseline="central" ${look}>${escaped(text)}</text>`,
    );
  }

  toString() {
    const [width, height] = this.size;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
    return `${head}${this.parts.join("")}</svg>`;
  }
}
