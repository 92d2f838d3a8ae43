<?php
/*
 * links.php - get links to files in R2 from Mintage. Include this file:
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
