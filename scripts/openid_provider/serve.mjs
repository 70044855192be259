// An OpenID provider we did not write (npm oidc-provider, certified), for the broker's tests.
// `node serve.mjs BACK_URL` serves on a free port of this machine and prints its issuer.
// Whoever logs in as LOGIN is the professional with that number; its own development pages ask.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [backUrl] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "chevet", client_secret: "a secret: of / the tests", redirect_uris: [backUrl] },
    ],
    claims: { openid: ["sub", "SubjectNameID", "given_name", "family_name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["for the tests alone"] },
    pkce: { required: () => true },
    findAccount: (_context, login) => ({
      accountId: login,
      claims: () => ({
        sub: login,
        SubjectNameID: login,
        given_name: "Hélène",
        family_name: "MARTIN",
      }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
