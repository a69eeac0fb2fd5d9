// A still every two seconds over HTTPS, where no moving picture gets through; where not even those do, it is said.
const EACH = 2000; // ms
const SLOW = 8000; // ms in which one goes and one comes
const MISSED = 3; // that did not, in a row
const WIDTH = 960; // pixels
const QUALITY = 0.7; // of JPEG

function drawn(video: HTMLVideoElement): Promise<Blob | null> {
  const scale = Math.min(1, WIDTH / (video.videoWidth || WIDTH));
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth * scale, height: video.videoHeight * scale });
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** A picture of its own, which no page shows: of one that is scrolled out of sight a browser draws the same still for ever. */
function filmed(film: HTMLVideoElement, own: MediaStream | undefined): boolean {
  if (film.srcObject !== (own ?? null)) { film.srcObject = own ?? null; if (own) void film.play().catch(() => undefined); }
  return !!film.videoWidth && !!own?.getVideoTracks().some((one) => one.readyState === "live");
}

async function send(path: string, film: HTMLVideoElement, own: MediaStream | undefined): Promise<void> {
  const picture = filmed(film, own) ? await drawn(film) : null;
  if (!picture) return;
  const answer = await fetch(path, { method: "POST", body: picture, headers: { "content-type": "image/jpeg" }, signal: AbortSignal.timeout?.(SLOW) ?? null });
  if (answer.status >= 500) throw new Error(`a still was answered with ${answer.status}`);
}

/** Replaces one address of a picture in memory by the next. */
async function fetchInto(path: string, image: HTMLImageElement, wanted: () => boolean): Promise<void> {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout?.(SLOW) ?? null });
  if (answer.status >= 500) throw new Error(`a still was answered with ${answer.status}`);
  if (answer.status !== 200) { if (wanted()) image.hidden = true; return; } // 204: none was sent yet, or not for a while
  const reader = new FileReader();
  reader.onload = () => { if (!wanted()) return; image.src = String(reader.result); image.hidden = false; };
  reader.readAsDataURL(await answer.blob());
}

/** Sends what `own` films and shows what the other end sent; `lost`: not even that gets through. Returns how to stop. An
 * image that says itself where its picture is (`data-still`) stands on a page that only looks, beside the desk's camera:
 * the applicant's phone, which decides nothing. */
export function exchange(path: string, other: string, own: () => MediaStream | undefined, image: HTMLImageElement, lost: () => void): () => void {
  const there = image.dataset["still"];
  const film = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  let under = false, missed = 0, over = false;
  const wanted = (): boolean => !over; // an answer may be on its way yet
  const timer = setInterval(async () => {
    if (under) return;
    under = true;
    const done = await Promise.allSettled(there ? [fetchInto(there, image, wanted)] : [send(path, film, own()), fetchInto(`${path}/${other}`, image, wanted)]);
    under = false;
    missed = done.some((one) => one.status === "rejected") ? missed + 1 : 0;
    if (missed === MISSED && !there) lost();
  }, EACH);
  return () => { clearInterval(timer); film.srcObject = null; [over, image.hidden] = [true, true]; lost = () => undefined; };
}
