// A cache answers nobody while it waits for the rest of what is being put into it: on a line that stalls, a page that lies
// there would not open. So what is kept is fetched to its last byte first.
export async function whole(request: RequestInfo, how?: RequestInit): Promise<Response> {
  const answer = await fetch(request, how), { status, statusText, headers } = answer;
  return new Response(await answer.arrayBuffer(), { status, statusText, headers });
}
