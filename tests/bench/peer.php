<?php
// Credentials by PHP at a prompt. What it prints is what peer.py says.
require __DIR__ . '/credential.php';

$keys = [];
$file = fopen(getenv('BENCH_KEYS'), 'rb');
while (count($keys) < (int)getenv('BENCH_COUNT'))
	$keys[] = substr(fgets($file), 0, -1);

$claims = batch((int)getenv('BENCH_TIME'));
$secret = getenv('BENCH_SECRET');
$hash = hash_init('sha256');
foreach (array_slice($keys, 0, (int)getenv('BENCH_CHECK')) as $key)
	hash_update($hash, implode('', credential($claims, $secret, $key)));

$start = hrtime(true);
foreach ($keys as $key)
	credential($claims, $secret, $key);
$seconds = (hrtime(true) - $start) / 1e9;
echo $seconds, ' ', hash_final($hash), "\n";
