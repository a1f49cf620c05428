// Kept tiny on purpose: this script travels inside every message of the sync component.
export default function (component) {
  const qt = (globalThis.__qt ??= { panels: new Map(), waiting: new Map() });
  if (!component.data) return;
  if (qt.sync) qt.sync(component);
  else qt.waiting.set(component.data.channel, component);
}
