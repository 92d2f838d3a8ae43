// list.js - a long list, of which only the rows that can be seen are made.

const FEW = 200;	// a list of at most so many rows has them all
const MORE = 10;	// rows that are made above and below those that are seen
const TALLEST = 8e6;	// pixels of one element that every browser can show

// Shows its items, each by makeRow(item, index), which returns an element. All rows
// have the same height. Items may be added to the end of `items` at any time; call
// update() then.
export class List {
	constructor(makeRow) {
		this.makeRow = makeRow;
		this.items = [];
		this.shown = null;	// indices of the items that a search found
		this.rows = new Map();
		this.height = 0;
		this.planned = 0;
		this.element = document.createElement("div");
		this.element.className = "rows";
		this.element.tabIndex = 0;
		this.space = document.createElement("div");
		this.space.setAttribute("role", "list");
		this.element.append(this.space);
		this.element.addEventListener("scroll", () => this.plan());
		new ResizeObserver(() => this.plan()).observe(this.element);
	}

	get count() {
		return this.shown ? this.shown.length : this.items.length;
	}

	// Shows only items for which keep(item) is true; null shows all.
	search(keep) {
		this.shown = keep && this.items.flatMap(
			(item, index) => keep(item) ? [index] : []);
		this.clear();
		this.element.scrollTop = 0;
		this.plan();
	}

	clear() {
		for (const row of this.rows.values())
			row.remove();
		this.rows.clear();
	}

	update() {
		this.plan();
	}

	// Draws the rows before the browser next paints, and only once for each time
	// that it paints.
	plan() {
		if (this.planned)
			return;
		this.planned = requestAnimationFrame(() => {
			this.planned = 0;
			this.draw();
		});
	}

	make(place) {
		const index = this.shown ? this.shown[place] : place;
		const row = this.makeRow(this.items[index], index);
		row.setAttribute("role", "listitem");
		row.setAttribute("aria-setsize", this.count);
		row.setAttribute("aria-posinset", place + 1);
		this.rows.set(place, row);
		this.space.append(row);
		return row;
	}

	draw() {
		if (!this.height && this.count > 0)
			this.height = this.make(0).offsetHeight || 1;
		const few = this.count <= FEW;
		const top = this.element.scrollTop;
		const height = this.count * this.height;
		// A list that is taller moves by more than was scrolled.
		const faster = Math.max(1, height / TALLEST);
		const first = few ? 0 : Math.floor(
			top * faster / this.height) - MORE;
		const last = few ? this.count : first + 2 * MORE +
			Math.ceil(this.element.clientHeight / this.height);
		this.space.style.height = `${height / faster}px`;
		for (const [place, row] of this.rows)
			if (place < first || place > last || place >= this.count) {
				row.remove();
				this.rows.delete(place);
			}
		for (let place = Math.max(first, 0);
		     place <= last && place < this.count; place++) {
			const row = this.rows.get(place) ?? this.make(place);
			row.style.top = `${place * this.height -
				top * (faster - 1)}px`;
		}
	}
}
