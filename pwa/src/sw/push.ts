// What arrives from a push service while no page is open.
declare const self: ServiceWorkerGlobalScope;

export function listenForPushes(): void {
  // Nothing is sent yet.
  void self;
}
