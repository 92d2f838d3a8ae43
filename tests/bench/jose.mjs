// Credentials by the helper that Cloudflare documents for JavaScript: jose
// signs, WebCrypto hashes. What it prints is what peer.py says.
import { readFileSync } from 'node:fs';
import { createHash, webcrypto } from 'node:crypto';
import { SignJWT } from 'jose';

globalThis.crypto ??= webcrypto; // Node.js 18

const job = process.env;
const secret = new TextEncoder().encode(job.BENCH_SECRET);
const issued = Number(job.BENCH_TIME);

async function credential(key) {
	const claims = {
		bucket: job.BENCH_BUCKET,
		scope: job.BENCH_SCOPE,
		sub: job.BENCH_ACCOUNT,
		iss: job.BENCH_PARENT,
		aud: job.BENCH_HOST,
		iat: issued,
		exp: issued + Number(job.BENCH_TTL),
		paths: { prefixPaths: [], objectPaths: [key] },
	};
	const jwt = await new SignJWT(claims)
		.setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
		.sign(secret);
	const digest = await crypto.subtle.digest('SHA-256',
		new TextEncoder().encode(jwt));
	const bytes = Array.from(new Uint8Array(digest));

	return {
		accessKeyId: job.BENCH_PARENT,
		secretAccessKey:
			bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
		sessionToken: btoa(`jwt/${jwt}`),
	};
}

const keys = readFileSync(job.BENCH_KEYS, 'utf8')
	.split('\n', Number(job.BENCH_COUNT));
const hash = createHash('sha256');

for (const key of keys.slice(0, Number(job.BENCH_CHECK))) {
	const made = await credential(key);
	hash.update(made.accessKeyId + made.secretAccessKey + made.sessionToken);
}
const start = performance.now();
for (const key of keys)
	await credential(key);
console.log((performance.now() - start) / 1000, hash.digest('hex'));
