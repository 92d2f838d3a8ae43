// copy.js - text to the clipboard, also where a page came by plain http and has
// no navigator.clipboard.

function copyByHand(text) {
	const area = document.createElement("textarea");
	const before = document.activeElement;
	area.value = text;
	area.readOnly = true;
	area.className = "away";
	document.body.append(area);
	area.select();
	const done = document.execCommand("copy");
	area.remove();
	before?.focus();
	return done;
}

// Resolves to whether it worked.
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyByHand(text);
	}
}

// A button that copies what `text()` gives, and says so for two seconds.
export function copyButton(label, done, text) {
	const button = document.createElement("button");
	let timer = 0;
	button.type = "button";
	button.className = "other";
	button.textContent = label;
	button.addEventListener("click", async () => {
		if (!await copy(text()))
			return;
		clearTimeout(timer);
		button.textContent = done;
		timer = setTimeout(() => { button.textContent = label; }, 2000);
	});
	return button;
}
