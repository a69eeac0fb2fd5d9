// Two tones, made by the browser itself: no file to fetch. A browser lets a page sound only after somebody touched it.
const TONES = [[880, 0], [660, 0.35]] as const; // Hz, seconds from now
const LENGTH = 0.9;

let context: AudioContext | undefined;

export function audio(): AudioContext | undefined {
  if (!("AudioContext" in window)) return undefined;
  return context ??= new AudioContext();
}

function tone(on: AudioContext, hertz: number, after: number): void {
  const source = on.createOscillator(), volume = on.createGain(), at = on.currentTime + after;
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.5, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH - 0.3);
  source.connect(volume).connect(on.destination);
  source.start(at);
  source.stop(at + LENGTH - 0.3);
}

/** Sounds once, and returns when it is over; at once where there is no sound. */
export async function chime(): Promise<void> {
  const on = audio();
  if (on?.state !== "running") return;
  for (const [hertz, after] of TONES) tone(on, hertz, after);
  await new Promise((resolve) => setTimeout(resolve, LENGTH * 1000));
}
