<?php
// Credentials as PHP makes them: hash_hmac, hash, base64_encode. For peer.php
// and page.php.

function base64url(string $data): string
{
	return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

/* What all credentials of a batch have in common, from the environment. */
function batch(int $issued): array
{
	return [
		'bucket' => getenv('BENCH_BUCKET'),
		'scope' => getenv('BENCH_SCOPE'),
		'sub' => getenv('BENCH_ACCOUNT'),
		'iss' => getenv('BENCH_PARENT'),
		'aud' => getenv('BENCH_HOST'),
		'iat' => $issued,
		'exp' => $issued + (int)getenv('BENCH_TTL'),
		'paths' => ['prefixPaths' => [], 'objectPaths' => []],
	];
}

const JSON_AS_IT_IS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE |
	JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR;
const HEADER = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.';

function credential(array $claims, string $secret, string $key): array
{
	$claims['paths']['objectPaths'] = [$key];
	$signed = HEADER . base64url(json_encode($claims, JSON_AS_IT_IS));
	$jwt = $signed . '.' .
		base64url(hash_hmac('sha256', $signed, $secret, true));
	return [
		'accessKeyId' => $claims['iss'],
		'secretAccessKey' => hash('sha256', $jwt),
		'sessionToken' => base64_encode('jwt/' . $jwt),
	];
}
