<?php
/*
 * links.php - get links to files in R2 from Mintage, or make them. Include this
 * file:
 *
 *     require 'links.php';
 *     $links = mintage_links(['report.pdf', 'plan.pdf'], 3600);
 *     header('Location: ' . $links['report.pdf']);
 *
 * It sends one request for any number of files. Set these three, in the
 * environment or here: the address to ask, a file that holds the token, and the
 * bucket.
 */
const LINKS_URL = 'https://www.example.org/mint/accounts/ID/r2/presigned-urls';
const LINKS_TOKEN_FILE = '/home/me/mintage.token';
const LINKS_BUCKET = 'portal-downloads';

/* Return [key => link]. Each link works for $seconds, at most 604800. */
function mintage_links(array $keys, int $seconds): array
{
	$url = getenv('LINKS_URL') ?: LINKS_URL;
	$file = getenv('LINKS_TOKEN_FILE') ?: LINKS_TOKEN_FILE;
	$request = stream_context_create(['http' => [
		'method' => 'POST',
		'ignore_errors' => true,
		'header' => [
			'Authorization: Bearer ' . trim(file_get_contents($file)),
			'Content-Type: application/json',
		],
		'content' => json_encode([
			'bucket' => getenv('LINKS_BUCKET') ?: LINKS_BUCKET,
			'ttlSeconds' => $seconds,
			'objects' => array_values($keys),
		], JSON_THROW_ON_ERROR),
	]]);
	$answer = json_decode(file_get_contents($url, false, $request), true);
	/* An answer that was cut short is not JSON, so $answer is null. */
	if (($answer['success'] ?? false) !== true)
		throw new RuntimeException('no links: ' .
			($answer['errors'][0]['message'] ?? 'the answer was cut short'));
	return array_column($answer['result'], 'url', 'key');
}

/*
 * Make a link of the kind `signed` here, without asking. It leads to a
 * [download] of Mintage with open-to = link, and works for $seconds, which may
 * be years. $base is public-url and the section's path, $secret_file its
 * link-secret-file, and $key what follows its prefix:
 *
 *     mintage_signed_link('https://www.example.org/mint/get/',
 *         '/home/me/link.secret', '2026/report.pdf', 30 * 86400);
 *
 * Whoever holds the secret can make a link to any file below the prefix, so
 * decide here who may have which.
 */
function mintage_signed_link(string $base, string $secret_file, string $key,
	int $seconds): string
{
	$secret = trim((string)@file_get_contents($secret_file), " \t\r\n");
	if ($secret === '')
		throw new RuntimeException("no secret can be read from $secret_file");
	/* Mintage answers 404 or 400 to these. */
	if ($seconds < 1 || strlen($key) > 1024 || !preg_match('//u', $key) ||
	    preg_match('~\x00|(^|/)\.\.?(/|$)|/$|^$~D', $key))
		throw new InvalidArgumentException('no link can lead to this key');
	$expires = time() + $seconds;
	$code = hash_hmac('sha256', "/$key\n$expires", $secret, true);
	return $base . str_replace('%2F', '/', rawurlencode($key)) .
		"?expires=$expires&signature=" .
		rtrim(strtr(base64_encode($code), '+/', '-_'), '=');
}
