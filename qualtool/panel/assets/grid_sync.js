// Kept tiny on purpose: this script travels inside every message of the sync component.
export default function (component) {
  const grids = (globalThis.__qtgrid ??= { grids: new Map(), waiting: new Map() });
  if (!component.data) return;
  if (grids.sync) grids.sync(component);
  else grids.waiting.set(component.data.channel, component);
}
