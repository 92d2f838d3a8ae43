// copy.js - copies text to the clipboard. A page that came by plain http has no
// navigator.clipboard; there the text is copied by hand, out of a text area.

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

// Copies `text`. Resolves to whether that worked.
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyByHand(text);
	}
}

// Makes a button that copies what text() returns. The button says `label`, and for
// two seconds after it has copied `done`.
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
