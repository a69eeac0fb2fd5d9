// A photograph becomes a smaller JPEG that was drawn anew: where and with what it was taken is not in it any more.
const LONGEST = 2000, QUALITY = 0.8; // pixels of the longer side

export async function redrawn(file: Blob): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!made) throw new TypeError("no picture");
  return made.arrayBuffer();
}
