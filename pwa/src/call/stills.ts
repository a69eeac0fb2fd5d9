// A still every two seconds over HTTPS, where no moving picture gets through.
const EACH = 2000; // ms
const WIDTH = 960; // pixels
const QUALITY = 0.7; // of JPEG

function drawn(video: HTMLVideoElement): Promise<Blob | null> {
  const scale = Math.min(1, WIDTH / (video.videoWidth || WIDTH));
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth * scale, height: video.videoHeight * scale });
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

async function send(path: string, own: HTMLVideoElement | undefined): Promise<void> {
  const picture = own?.videoWidth ? await drawn(own) : null;
  if (picture) await fetch(path, { method: "POST", body: picture, headers: { "content-type": "image/jpeg" } });
}

/** Replaces one address of a picture in memory by the next. */
async function fetchInto(path: string, image: HTMLImageElement): Promise<void> {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) return;
  const reader = new FileReader();
  reader.onload = () => { image.src = String(reader.result); image.hidden = false; };
  reader.readAsDataURL(await answer.blob());
}

/** Sends what `own` shows and shows what the other end sent; returns how to stop. */
export function exchange(path: string, other: string, own: () => HTMLVideoElement | undefined, image: HTMLImageElement): () => void {
  const timer = setInterval(() => {
    void Promise.allSettled([send(path, own()), fetchInto(`${path}/${other}`, image)]);
  }, EACH);
  return () => { clearInterval(timer); image.hidden = true; };
}
