// Colors of activity: from the background to the color of a layer, and for negative values to one of their own.

function parse(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mix(from, to, share) {
  const parts = from.map((a, i) => Math.round(a + (to[i] - a) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

export class Palette {
  // `style` is the computed style of the page, which knows whether it is light or dark.
  constructor(style, schema) {
    const read = (name) => style.getPropertyValue(name).trim();
    for (const name of ["ink", "soft", "line", "paper", "panel", "empty"]) this[name] = read(`--${name}`);
    this.dark = read("--dark") === "1";
    this.schema = schema;
    this.number = Palette.made = (Palette.made ?? 0) + 1;
    this.shades = new Map();
  }

  // A color that stands out from the background.
  clear(hex) {
    const [r, g, b] = parse(hex);
    const light = 0.3 * r + 0.59 * g + 0.11 * b;
    return this.dark && light < 140 ? mix([r, g, b], [255, 255, 255], 0.45 * (1 - light / 255)) : hex;
  }

  // The color of a value between bounds; 64 steps, so that each is computed once.
  shade(hex, value, low, high) {
    if (Number.isNaN(value)) return this.panel;
    const most = value < 0 ? -low : high;
    const share = Math.min(1, Math.max(0, Math.abs(value) / (most || 1)));
    const key = `${hex}${value < 0}${low < 0}${Math.round(share * 63)}`;
    let found = this.shades.get(key);
    if (!found) {
      const [negative, positive] = this.schema.colors.diverging;
      const to = low < 0 ? (value < 0 ? negative : positive) : hex;
      found = mix(parse(this.empty), parse(this.clear(to)), Math.round(share * 63) / 63);
      this.shades.set(key, found);
    }
    return found;
  }
}

// Black or white, whichever can be read on a color.
export function inkOn(hex) {
  const [r, g, b] = parse(hex);
  return 0.3 * r + 0.59 * g + 0.11 * b > 140 ? "#222222" : "#ffffff";
}
