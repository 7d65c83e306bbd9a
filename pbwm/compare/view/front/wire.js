// Binary messages: a JSON header and the arrays that it lists (pbwm/compare/view/protocol.py).

export function unpack(data) {
  const view = data instanceof DataView ? data : new DataView(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
  const length = view.getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + 4, length));
  const header = JSON.parse(text);
  const start = view.byteOffset + 4 + length;
  const arrays = new Map();
  for (const { name, type, shape, offset } of header.arrays) {
    const count = shape.reduce((a, b) => a * b, 1);
    const size = type === "float32" ? 4 : 1;
    const bytes = view.buffer.slice(start + offset, start + offset + count * size);
    arrays.set(name, { shape, values: type === "float32" ? new Float32Array(bytes) : new Uint8Array(bytes) });
  }
  return { ...header, arrays };
}

// Quantized activity as numbers: 0 to 254 between the bounds kept of each layer; 255 is no value.
export function unquantize(quantized, model) {
  const { shape, values } = quantized;
  const units = shape[1];
  const low = new Float32Array(units);
  const step = new Float32Array(units);
  for (const layer of model.layers) {
    low.fill(layer.kept[0], layer.start, layer.start + layer.units);
    step.fill((layer.kept[1] - layer.kept[0]) / 254, layer.start, layer.start + layer.units);
  }
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const unit = i % units;
    numbers[i] = values[i] === 255 ? NaN : low[unit] + step[unit] * values[i];
  }
  return { shape, values: numbers };
}
