<?php
// What mintage.fcgi does for a link below a [download], as a page under
// php-fpm: is the link's code right, is it not over, and then an address that
// is signed for the method (SigV4 in the query), to the byte. It keeps no
// record.

const TTL = 3600;

function refuse(int $status): never
{
	http_response_code($status);
	exit;
}

function base64url(string $data): string
{
	return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

$key = substr($_SERVER['PATH_INFO'] ?? '', 1);
$expires = $_GET['expires'] ?? '';
$code = hash_hmac('sha256', "/$key\n$expires", getenv('BENCH_LINK_SECRET'), true);
if ($key === '' || !hash_equals(base64url($code), $_GET['signature'] ?? ''))
	refuse(403);
if ((int)$expires < time())
	refuse(410);

$now = gmdate('Ymd\THis\Z');
$day = substr($now, 0, 8);
$host = getenv('BENCH_HOST');
$path = '/' . getenv('BENCH_BUCKET') . '/' .
	str_replace('%2F', '/', rawurlencode("public/$key"));
$query = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=' .
	rawurlencode(getenv('BENCH_PARENT') . "/$day/auto/s3/aws4_request") .
	"&X-Amz-Date=$now&X-Amz-Expires=" . TTL . '&X-Amz-SignedHeaders=host';
$request = $_SERVER['REQUEST_METHOD'] . "\n$path\n$query\nhost:$host\n\n" .
	"host\nUNSIGNED-PAYLOAD";
$text = "AWS4-HMAC-SHA256\n$now\n$day/auto/s3/aws4_request\n" .
	hash('sha256', $request);
$signer = 'AWS4' . getenv('BENCH_SECRET');
foreach ([$day, 'auto', 's3', 'aws4_request'] as $part)
	$signer = hash_hmac('sha256', $part, $signer, true);

header('Cache-Control: no-store');
header('Referrer-Policy: no-referrer');
header("Location: https://$host$path?$query&X-Amz-Signature=" .
	hash_hmac('sha256', $text, $signer), true, 302);
echo "The file is at the address in Location.\n";
