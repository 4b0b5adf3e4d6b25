// What graphql-js answers about the library: reads {sdl, rows, cases} as JSON from standard input, prints the responses.
// The schema is the one our service prints; the resolvers below are as plain as can be, over the same rows.
import { readFileSync } from "node:fs";
import { buildSchema, graphqlSync } from "graphql";

const { sdl, rows, cases } = JSON.parse(readFileSync(0, "utf8"));

const typed = (prefix, id) => id && `${prefix}_${id.replaceAll("-", "")}`;
const find = (Kind, id) => Kind.all.find((one) => one.id === id) ?? null;
const seen = (one, viewer) => (one?.visibleTo(viewer) ? one : null);

// -- texts and filters --------------------------------------------------------------------------------------------------

function words(text, language) {
  if (text === null) return null;
  const translations = Object.entries(text.translations).map(([language, t]) => ({
    language,
    text: t.text,
    status: t.status.toUpperCase(),
  }));
  const main = (tag) => tag.split("-")[0];
  const source = { language: text.language, text: text.text, status: "SOURCE" };
  const translated = (tag) => translations.find((t) => t.language === tag);
  const chosen =
    (source.language === language && source) ||
    translated(language) ||
    (main(source.language) === main(language) && source) ||
    translated(main(language)) ||
    source;
  return { ...chosen, translations };
}

const operators = {
  eq: (value, wanted) => value === wanted,
  in: (value, wanted) => wanted.includes(value),
  gt: (value, wanted) => value !== null && value > wanted,
  gte: (value, wanted) => value !== null && value >= wanted,
  lt: (value, wanted) => value !== null && value < wanted,
  lte: (value, wanted) => value !== null && value <= wanted,
  isNull: (value, wanted) => (value === null) === wanted,
  contains: (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase()),
};

function matches(one, filter, viewer) {
  return Object.entries(filter ?? {}).every(([name, wanted]) => {
    if (wanted === null) return true;
    if (name === "tomes") return one.stock(viewer).some((tome) => matches(tome, wanted, viewer));
    if (name === "shelf" || name === "donor") {
      const there = one[name]({}, viewer);
      return there !== null && matches(there, wanted, viewer);
    }
    const value = name === "shelfId" ? typed("slf", one.row.shelf_id) : one[name];
    return Object.entries(wanted).every(([operator, w]) => w === null || operators[operator](value, w));
  });
}

function sorted(things, [name, down]) {
  const rank = (one) => [one[name] === null, one[name], one.id];
  const compare = (a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const i = x.findIndex((key, i) => key !== y[i]);
    return i < 0 ? 0 : x[i] < y[i] ? -1 : 1;
  };
  return things.toSorted((a, b) => (down ? compare(b, a) : compare(a, b)));
}

const camel = (name) => name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());

function page(things, { first, last, filter, orderBy }, viewer, order) {
  const [term] = orderBy ?? [];
  const [, name, way] = term?.match(/(.*)_(ASC|DESC)/) ?? [];
  const all = sorted(
    things.filter((one) => matches(one, filter, viewer)),
    term ? [camel(name), way === "DESC"] : order,
  );
  const nodes = last != null ? all.slice(Math.max(all.length - last, 0)) : all.slice(0, first ?? 20);
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node) => ({ node })),
    pageInfo: {
      hasNextPage: last == null && nodes.length < all.length,
      hasPreviousPage: last != null && nodes.length < all.length,
    },
  };
}

const tomePage = (tomes, given, viewer) => page(tomes, given, viewer, ["addedAt", false]);

// -- the types: what a property does not hold, a method of its name says --------------------------------------------------

class Patron {
  __typename = "Patron";
  constructor(row) {
    Object.assign(this, { row, id: typed("pat", row.id), name: row.name });
  }
  visibleTo(viewer) {
    return viewer.operator || viewer.id === this.id;
  }
  phone(_, viewer) {
    return viewer.id === this.id ? this.row.phone : null;
  }
  tomes(given, viewer) {
    const theirs = Tome.all.filter((tome) => tome.row.donor_id === this.row.id && tome.visibleTo(viewer));
    return tomePage(theirs, given, viewer);
  }
}

class Shelf {
  __typename = "Shelf";
  constructor(row) {
    Object.assign(this, { row, id: typed("slf", row.id), code: row.code });
  }
  visibleTo() {
    return true;
  }
  name({ language }, viewer) {
    return words(this.row.name, language ?? viewer.language);
  }
  stock(viewer) {
    return Tome.all.filter((tome) => tome.row.shelf_id === this.row.id && tome.visibleTo(viewer));
  }
  tomes(given, viewer) {
    return tomePage(this.stock(viewer), given, viewer);
  }
  rareTomes(given, viewer) {
    const rare = this.stock(viewer).filter((tome) => tome.rare);
    return page(rare, given, viewer, ["id", false]);
  }
}

class Tome {
  __typename = "Tome";
  constructor(row) {
    const { pages, rating, rare, printed, tags, author } = row;
    Object.assign(this, { row, id: typed("tom", row.id), pages, rating, rare, printed, tags, author });
    this.state = row.state.toUpperCase();
    this.addedAt = row.added_at.replace("+00:00", "Z");
    this.price = row.price && { amount: row.price, currency: row.currency };
    this.brittle = author === "NULL" ? null : author;
  }
  given(viewer) {
    return typed("pat", this.row.donor_id) === viewer.id;
  }
  visibleTo(viewer) {
    return this.state !== "GONE" || this.given(viewer);
  }
  title({ language }, viewer) {
    return words(this.row.title, language ?? viewer.language);
  }
  subtitle({ language }, viewer) {
    return words(this.row.subtitle, language ?? viewer.language);
  }
  remark(_, viewer) {
    return viewer.operator ? this.row.note : null;
  }
  secret(_, viewer) {
    return this.remark(_, viewer);
  }
  shelf() {
    return find(Shelf, typed("slf", this.row.shelf_id));
  }
  donor(_, viewer) {
    return seen(find(Patron, typed("pat", this.row.donor_id)), viewer);
  }
  origin(_, viewer) {
    return this.row.from_shelf_id ? find(Shelf, typed("slf", this.row.from_shelf_id)) : this.donor(_, viewer);
  }
  minutesLooked({ atLeast }) {
    const visits = rows.visit.filter((v) => v.tome_id === this.row.id && v.minutes >= (atLeast ?? 0));
    return visits.reduce((sum, visit) => sum + visit.minutes, 0);
  }
  viewerCan(_, viewer) {
    const moves = [];
    if (viewer.operator && this.state === "OPEN") moves.push("lend_tome");
    if (viewer.operator && this.state !== "GONE" && !this.given(viewer)) moves.push("lose_tome");
    return moves;
  }
}

Patron.all = rows.patron.map((row) => new Patron(row));
Shelf.all = rows.shelf.map((row) => new Shelf(row));
Tome.all = rows.tome.map((row) => new Tome(row));
const anything = [...Patron.all, ...Shelf.all, ...Tome.all];

// -- the roots ----------------------------------------------------------------------------------------------------------

const root = {
  tome: ({ id }, viewer) => seen(find(Tome, id), viewer),
  shelf: ({ code }) => Shelf.all.find((shelf) => shelf.code === code) ?? null,
  me: (_, viewer) => find(Patron, viewer.id),
  node: ({ id }, viewer) => seen(anything.find((one) => one.id === id), viewer),
  nodes: ({ ids }, viewer) => ids.map((id) => root.node({ id }, viewer)),
  tomes: (given, viewer) => tomePage(Tome.all.filter((tome) => tome.visibleTo(viewer)), given, viewer),
  shelves: (given, viewer) => page(Shelf.all, given, viewer, ["code", true]),
  visitTotals: ({ state, tomeIds, first }, viewer) => {
    const tomes = Tome.all.filter(
      (tome) => tome.visibleTo(viewer) && tome.state === (state ?? tome.state) && (tomeIds ?? [tome.id]).includes(tome.id),
    );
    const looked = tomes.filter((tome) => tome.minutesLooked({}) > 0);
    const shelves = new Set(looked.map((tome) => tome.row.shelf_id));
    const totals = [...shelves].map((id) => ({
      shelf: find(Shelf, typed("slf", id)),
      minutes: looked.filter((t) => t.row.shelf_id === id).reduce((sum, t) => sum + t.minutesLooked({}), 0),
    }));
    return totals.toSorted((a, b) => b.minutes - a.minutes).slice(0, first ?? 100);
  },
  longest: (given, viewer) => root.visitTotals(given, viewer)[0] ?? null,
};

const schema = buildSchema(sdl);
const answers = cases.map(({ document, variables, operation, viewer }) =>
  graphqlSync({
    schema,
    source: document,
    rootValue: root,
    contextValue: viewer,
    variableValues: variables,
    operationName: operation,
  }),
);
console.log(JSON.stringify(answers));
