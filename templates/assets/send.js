// send.js - sends the form without leaving the page, and shows the links while they
// arrive, with buttons to copy them, or the address of a share.
//
// Without this script the browser itself sends the same form.

import { copyButton } from "./copy.js";
import { readLines } from "./lines.js";
import { List } from "./list.js";

const texts = document.getElementById("texts").dataset;

function make(tag, className, text) {
	const element = document.createElement(tag);
	if (className)
		element.className = className;
	if (text)
		element.textContent = text;
	return element;
}

// Returns the text with each {name} replaced by values[name].
function fill(text, values) {
	return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function localTime(text) {
	return new Date(text).toLocaleString(document.documentElement.lang, {
		dateStyle: "medium", timeStyle: "short",
	});
}

// ---- links -----------------------------------------------------------------

function linkRow(item) {
	const row = make("div", item.error ? "row failed" : "row");
	const name = make("span", "name", item.key);
	row.append(name);
	if (item.error) {
		row.append(make("span", "what", item.error.message));
		return row;
	}
	if (item.method === "GET") {
		const link = make("a", "name", item.key);
		link.href = item.url;
		link.target = "_blank";
		link.rel = "noopener noreferrer";
		name.replaceWith(link);
	}
	const button = copyButton(texts.copy, texts.copied, () => item.url);
	button.setAttribute("aria-label", `${texts.copy}: ${item.key}`);
	row.append(make("span", "what", item.method === "GET" ? "" :
			item.method), button);
	return row;
}

function csvCell(text) {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return `"${safe.replaceAll('"', '""')}"`;
}

function csv(items) {
	const rows = items.filter((item) => item.url).map((item) =>
		[item.key, item.method, item.url, item.expiresAt].map(csvCell)
			.join(","));
	return ["key,method,url,expiresAt", ...rows, ""].join("\r\n");
}

function save(text, name, type) {
	const link = make("a");
	link.href = URL.createObjectURL(new Blob([text], { type }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// The part of the page that shows links while they arrive. stop() cancels the
// request.
class Result {
	constructor(stop) {
		this.list = new List(linkRow);
		this.failed = 0;
		this.element = make("section", "box result");
		this.head = make("h2", "", texts.links);
		this.head.tabIndex = -1;
		this.state = make("p", "hint");
		this.state.setAttribute("role", "status");
		this.bar = make("progress");
		this.cancel = make("button", "other", texts.cancel);
		this.cancel.type = "button";
		this.cancel.addEventListener("click", stop);
		this.tools = make("div", "buttons");
		this.element.append(this.head, this.state, this.bar, this.cancel,
			this.tools, this.list.element);
	}

	expect(count) {
		this.expected = count;
		if (count > 0)
			this.bar.max = count;
	}

	add(item) {
		this.list.items.push(item);
		this.failed += Boolean(item.error);
		this.bar.value = this.list.items.length;
		this.list.update();
	}

	urls() {
		return this.list.items.filter((item) => item.url)
			.map((item) => item.url);
	}

	// Adds the buttons for all links, and the search. All links have arrived.
	addTools() {
		const search = make("input");
		search.type = "search";
		search.placeholder = texts.search;
		search.setAttribute("aria-label", texts.search);
		search.addEventListener("input", () => {
			const word = search.value.toLowerCase();
			this.list.search(word ? (item) =>
				item.key.toLowerCase().includes(word) : null);
		});
		const table = make("button", "other", "CSV");
		table.type = "button";
		table.addEventListener("click", () => save(
			csv(this.list.items), "links.csv", "text/csv"));
		this.tools.append(copyButton(texts.copyAll, texts.copied,
			() => this.urls().join("\n")), table);
		if (this.list.items.length > 10)
			this.tools.append(search);
	}

	end(isWhole) {
		const count = this.list.items.length - this.failed;
		const last = this.list.items.findLast((item) => item.expiresAt);
		this.bar.remove();
		this.cancel.remove();
		this.element.classList.toggle("alert", !isWhole);
		this.state.textContent = isWhole ?
			fill(texts.done, { n: count, failed: this.failed,
				time: last ? localTime(last.expiresAt) : "" }) :
			fill(texts.cut, { n: count });
		if (count > 0)
			this.addTools();
		this.head.focus();
	}
}

// ---- a share ---------------------------------------------------------------------

function showShare(share) {
	const box = make("section", "box result");
	const head = make("h2", "", texts.shareReady);
	const address = make("input", "address");
	const label = make("label", "", texts.shareAddress);
	const tools = make("div", "buttons");
	const open = make("a", "", texts.openIt);
	head.tabIndex = -1;
	address.readOnly = true;
	address.value = share.url;
	address.addEventListener("focus", () => address.select());
	label.append(address);
	open.href = share.url;
	open.target = "_blank";
	open.rel = "noopener noreferrer";
	tools.append(copyButton(texts.copy, texts.copied, () => share.url), open);
	box.append(head, label, make("p", "hint", fill(texts.shareUntil,
		{ time: localTime(share.expiresAt) })), tools);
	return box;
}

// ---- what is wrong ----------------------------------------------------------------

function problemLine(error) {
	const item = make("li");
	const place = /^\/(objects|manifest)\/(\d+)/.exec(
		error.source?.pointer ?? "");
	item.textContent = (place ? `${texts.entry} ${Number(place[2]) + 1}: ` :
		"") + error.message;
	return item;
}

// Is each error that a name does not begin as the caller's names must (10003)? Then a
// prefix before all names may mend them all.
function mends(errors) {
	return errors.length > 0 && errors.every((error) =>
		error.code === 10003 &&
		/^\/objects\/\d+$/.test(error.source?.pointer ?? ""));
}

function addPrefix(form, prefix) {
	const area = form.elements.objects;
	area.value = area.value.split("\n").map((line) =>
		line && !line.startsWith(prefix) ? prefix + line : line)
		.join("\n");
	area.focus();
}

function showProblems(form, errors) {
	const box = make("section", "box alert result");
	const head = make("h2", "", texts.nothing);
	const list = make("ul");
	const tools = make("div", "buttons");
	head.tabIndex = -1;
	box.setAttribute("role", "alert");
	list.append(...errors.slice(0, 20).map(problemLine));
	box.append(head, list, tools);
	if (mends(errors))
		for (const code of form.querySelectorAll("[data-prefix]")) {
			const prefix = code.dataset.prefix;
			const button = make("button", "other", fill(
				texts.addPrefix, { prefix }));
			button.type = "button";
			button.addEventListener("click", () => {
				addPrefix(form, prefix);
				box.remove();
			});
			if (prefix !== "*")
				tools.append(button);
		}
	return box;
}

// ---- sending -----------------------------------------------------------------------

function place(form, box) {
	form.querySelector(".result")?.remove();
	form.querySelector(".outcome").append(box);
	box.querySelector("h2").focus();
}

function fieldsOf(form) {
	const fields = new FormData();
	// The number keeps a browser from sending a form twice when its answer is
	// loaded again. An answer to this script can't be loaded again. The list as
	// a text and the list as a file have one name; the empty one is left out.
	for (const [name, value] of new FormData(form))
		if (name !== "formNumber" &&
		    (value instanceof File ? value.name : value))
			fields.append(name, value);
	return fields;
}

async function refused(form, response) {
	const errors = (await response.json()).errors;
	place(form, showProblems(form, errors));
}

async function getLinks(form, address) {
	const fields = fieldsOf(form);
	const stop = new AbortController();
	fields.set("format", "ndjson");
	const response = await fetch(address, { method: "POST", body: fields,
		headers: { Accept: "application/json" }, signal: stop.signal });
	if (!response.ok) {
		await refused(form, response);
		return;
	}
	const result = new Result(() => stop.abort());
	result.expect(Number(response.headers.get("Mintage-Count")));
	place(form, result.element);
	let isWhole = false;
	try {
		isWhole = await readLines(response, (item) => result.add(item));
	} catch {
		// The request was cancelled, or the connection broke. isWhole is
		// false, and result.end() says so.
	}
	result.end(isWhole);
}

async function makeShare(form, address) {
	const response = await fetch(address, { method: "POST",
		body: fieldsOf(form), headers: { Accept: "application/json" } });
	if (response.ok)
		place(form, showShare((await response.json()).result));
	else
		await refused(form, response);
}

// Returns the address to which the button sends the form. form.action would hold the
// name and the password of the page's address, and fetch() refuses those.
function addressOf(form, button) {
	const own = button?.getAttribute("formaction");
	const path = own ?? form.getAttribute("action");
	return location.origin + path;
}

// Does this script send the form? Forms for credentials and for files in other formats
// are left to the browser.
function isOurs(form, address) {
	const format = form.elements.format.value;
	return address.endsWith("/shares") ||
		address.endsWith("/presigned-urls") && format === "html";
}

async function send(form, button, address) {
	button.disabled = true;
	form.setAttribute("aria-busy", "true");
	try {
		if (address.endsWith("/shares"))
			await makeShare(form, address);
		else
			await getLinks(form, address);
	} catch {
		place(form, showProblems(form, [{ message: texts.noAnswer }]));
	} finally {
		button.disabled = false;
		form.removeAttribute("aria-busy");
	}
}

for (const form of document.querySelectorAll("form[data-send]"))
	form.addEventListener("submit", (event) => {
		const address = addressOf(form, event.submitter);
		if (!isOurs(form, address))
			return;
		event.preventDefault();
		// One at a time: what was asked for before is still to come.
		if (form.getAttribute("aria-busy"))
			return;
		send(form, event.submitter ?? form.querySelector("button"),
			address);
	});
