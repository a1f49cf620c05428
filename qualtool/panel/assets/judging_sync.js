// Kept tiny on purpose: this script travels inside every message of the sync component.
export default function (component) {
  const queues = (globalThis.__qtaudit ??= { queues: new Map(), waiting: new Map() });
  if (!component.data) return;
  if (queues.sync) queues.sync(component);
  else queues.waiting.set(component.data.channel, component);
}
