// sdk.mjs - ask for one credential through Cloudflare's own client library.
//
// Standard input: JSON of {baseURL, apiToken, params}; `params` goes to
// client.r2.temporaryCredentials.create as it is. Standard output: one line of
// JSON, {result} or {error: {name, status, message, errors}}.

import { text } from 'node:stream/consumers';
import Cloudflare from 'cloudflare';

const { baseURL, apiToken, params } = JSON.parse(await text(process.stdin));
const client = new Cloudflare({ baseURL, apiToken });

let outcome;
try {
	const result = await client.r2.temporaryCredentials.create(params);
	outcome = { result };
} catch (error) {
	if (!(error instanceof Cloudflare.APIError))
		throw error;
	const { name } = error.constructor;
	const { status, message, errors } = error;
	outcome = { error: { name, status, message, errors } };
}
console.log(JSON.stringify(outcome));
