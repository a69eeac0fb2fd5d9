// What a person would look at and listen to: does the picture move, does the bar, is there a tone?
const PATIENCE = 5000; // ms
const LOUD = 0.01; // of full scale, root mean square; a quiet room is below it, a voice above
const SHOWN = 6; // a bar is full at a sixth of full scale, which is a loud voice

let sound: AudioContext | undefined;
const speakers = (): AudioContext => (sound ??= new AudioContext());

/** The picture goes on: a first one alone may be a frozen camera. */
export async function hasPicture(video: HTMLVideoElement): Promise<boolean> {
  await video.play();
  const began = video.currentTime, until = performance.now() + PATIENCE;
  while (performance.now() < until) {
    if (video.videoWidth && video.currentTime > began) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Tells how loud it is, until the page goes; resolves when it hears something. */
export function level(stream: MediaStream, tell: (loud: number) => void): Promise<boolean> {
  const ear = speakers().createAnalyser(), wave = new Float32Array(ear.fftSize);
  speakers().createMediaStreamSource(stream).connect(ear);
  void speakers().resume();
  return new Promise((resolve) => {
    setInterval(() => {
      ear.getFloatTimeDomainData(wave);
      const loud = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
      tell(Math.min(1, loud * SHOWN));
      if (loud > LOUD) resolve(true);
    }, 100);
  });
}

/** A second of A. */
export function tone(): void {
  const from = speakers(), pitch = from.createOscillator(), loud = from.createGain();
  void from.resume();
  loud.gain.value = 0.3;
  pitch.connect(loud).connect(from.destination);
  pitch.start();
  pitch.stop(from.currentTime + 1);
}
