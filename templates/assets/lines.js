// lines.js - reads an answer in NDJSON line by line, while it arrives.

// Calls take(object) for each line but the last. Resolves to whether the answer is
// whole: then its last line says "success": true.
export async function readLines(response, take) {
	const reader = response.body.pipeThrough(new TextDecoderStream())
		.getReader();
	let rest = "";
	let isWhole = false;
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			return isWhole;
		const lines = (rest + value).split("\n");
		rest = lines.pop();
		for (const line of lines) {
			if (!line)
				continue;
			const object = JSON.parse(line);
			isWhole = object.success === true && !object.key;
			if (!isWhole)
				take(object);
		}
	}
}
