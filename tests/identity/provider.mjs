// A real OpenID provider (npm: oidc-provider) on loopback, with people who exist nowhere.
// node provider.mjs PORT REDIRECT_URI PEOPLE: PEOPLE is JSON, login → claims. Prints “ready” when it listens.
const { default: Provider } = await import(new URL("../../pwa/node_modules/oidc-provider/lib/index.js", import.meta.url));
const [port, redirect, people] = process.argv.slice(2);
const known = JSON.parse(people);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "qiban", client_secret: "a secret + of tests", redirect_uris: [redirect] }],
  cookies: { keys: ["of no use elsewhere"] },
  pkce: { required: () => true },
  claims: {
    openid: ["sub"], profile: ["name"], phone: ["phone_number", "phone_number_verified"],
    id_card: ["id_card_number", "id_card_verified"],
  },
  scopes: ["openid", "profile", "phone", "id_card"],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...known[id] }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
