// client.mjs METHOD URL [HEADER VALUE]... - fetch an address as Node.js does.
// Prints what came as JSON: the status, some headers, the body in base64.
const [method, url, ...pairs] = process.argv.slice(2);
const headers = {};
for (let i = 0; i < pairs.length; i += 2)
	headers[pairs[i]] = pairs[i + 1];
const answer = await fetch(url, { method, headers });
console.log(JSON.stringify({
	status: answer.status,
	redirected: answer.redirected,
	length: answer.headers.get("content-length"),
	type: answer.headers.get("content-type"),
	body: Buffer.from(await answer.arrayBuffer()).toString("base64"),
}));
