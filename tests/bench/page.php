<?php
// What mintage.fcgi does for a JSON manifest, as a page under php-fpm: who
// asks, what for, a credential for each object (with ?single one for all), in
// the same envelope to the byte.
require __DIR__ . '/credential.php';

function refuse(int $status, string $message): never
{
	http_response_code($status);
	echo json_encode(['result' => null, 'errors' =>
		[['code' => 10000 + $status, 'message' => $message]],
		'messages' => [], 'success' => false]), "\n";
	exit;
}

header('Content-Type: application/json');
header('Cache-Control: no-store');

$token = hash('sha256', substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7));
if (!hash_equals(getenv('BENCH_TOKEN_SHA256'), $token))
	refuse(401, 'who is asking?');

$asked = json_decode(file_get_contents('php://input'), true);
$objects = $asked['objects'] ?? null;
if (!is_array($objects) || !$objects ||
    ($asked['bucket'] ?? '') !== getenv('BENCH_BUCKET') ||
    ($asked['permission'] ?? '') !== getenv('BENCH_SCOPE'))
	refuse(400, 'bucket, permission and objects are needed');
foreach ($objects as $key)
	if (!is_string($key) || $key === '' || strlen($key) > 1024 ||
	    str_contains($key, "\0"))
		refuse(400, 'not a key');

$single = isset($_GET['single']);
$secret = getenv('BENCH_SECRET');
$claims = batch(time());
$end = '","expiresAt":"' . gmdate('Y-m-d\TH:i:s\Z', $claims['exp']) . '"}';
$out = $single ? '{"result":' : '{"result":[';
foreach ($objects as $row => $key) {
	$made = credential($claims, $secret, $key);
	if ($row > 0)
		$out .= ',';
	$out .= ($single ? '{' : '{"key":' . json_encode($key, JSON_AS_IT_IS) . ',') .
		'"accessKeyId":"' . $made['accessKeyId'] .
		'","secretAccessKey":"' . $made['secretAccessKey'] .
		'","sessionToken":"' . $made['sessionToken'] . $end;
	if (strlen($out) > 60000) {
		echo $out;
		$out = '';
	}
}
echo $out, $single ? '' : ']', ",\n", '"result_info":{"count":', count($objects),
	',"failed":0},"errors":[],"messages":[],"success":true}', "\n";
