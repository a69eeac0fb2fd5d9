// Two ends in one page that may meet only at the relay, by one way: what one says, the other must hear.
const PATIENCE = 12_000; // ms
const SCHEME = { udp: /^turn:.*transport=udp$|^turn:[^?]*$/, tcp: /^turn:.*transport=tcp$/, tls: /^turns:/ };

/** Candidates as they come, each to the other end. */
function introduce(one: RTCPeerConnection, other: RTCPeerConnection): void {
  one.addEventListener("icecandidate", ({ candidate }) => void other.addIceCandidate(candidate ?? undefined).catch(() => undefined));
}

async function call(one: RTCPeerConnection, other: RTCPeerConnection): Promise<void> {
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription as RTCSessionDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription as RTCSessionDescription);
}

/** A word there and back. */
function echoed(one: RTCPeerConnection, other: RTCPeerConnection): Promise<boolean> {
  const line = one.createDataChannel("check");
  other.addEventListener("datachannel", ({ channel }) => channel.addEventListener("message", () => channel.send("here")));
  line.addEventListener("open", () => line.send("there?"));
  return new Promise((resolve) => line.addEventListener("message", () => resolve(true)));
}

/** `ok` where the relay carries it by this way, `unset` where it has none, else `failed`. */
export async function carries(server: RTCIceServer | undefined, way: keyof typeof SCHEME): Promise<string> {
  const urls = [server?.urls ?? []].flat().filter((url) => SCHEME[way].test(url));
  if (!server || !urls.length) return "unset";
  const only: RTCConfiguration = { iceServers: [{ ...server, urls }], iceTransportPolicy: "relay" };
  const one = new RTCPeerConnection(only), other = new RTCPeerConnection(only);
  introduce(one, other);
  introduce(other, one);
  const heard = echoed(one, other), late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE));
  try {
    await call(one, other);
    return (await Promise.race([heard, late])) ? "ok" : "failed";
  } finally {
    one.close();
    other.close();
  }
}
