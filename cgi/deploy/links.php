<?php
/*
 * links.php - links to files in R2, made by Mintage; to be included.
 *
 *     require 'links.php';
 *     $links = mintage_links(['report.pdf', 'plan.pdf'], 3600);
 *     header('Location: ' . $links['report.pdf']);
 *
 * One request, however many files. In the environment, or here: where to ask,
 * a file that holds the token, and the bucket.
 */
const LINKS_URL = 'https://www.example.org/mint/accounts/ID/r2/presigned-urls';
const LINKS_TOKEN_FILE = '/home/me/mintage.token';
const LINKS_BUCKET = 'portal-downloads';

/* [key => link], each good for so many seconds (604800 at most). */
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
	/* An answer that was cut is no JSON. */
	if (($answer['success'] ?? false) !== true)
		throw new RuntimeException('no links: ' .
			($answer['errors'][0]['message'] ?? 'no whole answer'));
	return array_column($answer['result'], 'url', 'key');
}
