// Which browser this is, where nothing that could be asked for tells.
const agent = navigator.userAgent;

export const wechat = (): boolean => /MicroMessenger/.test(agent);

/** An iPhone or an iPad; an iPad calls itself a Mac, but no Mac can be touched. */
export const apple = (): boolean =>
  /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);

/** Opened from the home screen. */
export const installed = (): boolean =>
  matchMedia("(display-mode: standalone)").matches || !!(navigator as { standalone?: boolean }).standalone;
