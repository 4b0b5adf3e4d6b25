"""Which faults would let somebody pay for another, or hear another's answer? In crowds, caches, costs and rates."""

from tests.mutants.mutant import (
    CACHES,
    COLD,
    COST,
    RATES,
    TOGETHER,
    Mutant,
)

# fmt: off
CROWDS = (
    Mutant(
        "the neighbour's answer", "domain/together.py",
        "list(zip(askers, records, strict=True))", "list(zip(askers[::-1], records, strict=True))",
        "of two who are asked together each gets what is for the other", TOGETHER,
    ),
    Mutant(
        "the neighbour's values", "domain/together.py",
        "None if array is None else len(flat) + 1)", "None if array is None else len(flat))",
        "of two who are asked together one searches with a value of the other", TOGETHER,
    ),
    Mutant(
        "the first one's eyes", "domain/together.py",
        "values = [asker[place] for asker in askers]", "values = [askers[0][place] for asker in askers]",
        "all who are asked together see what the first of them may see", TOGETHER,
    ),
    Mutant(
        "whoever leaves moves the rest", "domain/together.py",
        "list(zip(askers, records, strict=True))",
        "list(zip([one for one in askers if not one.turn.done()], records, strict=False))",
        "who stays gets the answer of whoever left", TOGETHER,
    ),
    Mutant(
        "an answer from before the question", "domain/together.py",
        "list(zip(askers, records, strict=True))",
        "[*zip(askers, records, strict=True), *((late, records[-1]) for late in question.waiting)]",
        "who asks after a write hears what was there before it", TOGETHER,
    ),
    Mutant(
        "an answer of two moments", "api/engine/run.py",
        "row = await self.house.reads.ask(statement.question, arguments)",
        "row = [(await self.house.reads.ask(statement.question, arguments))[i] for i in range(len(plan.keys))]",
        "two parts of an answer contradict each other", TOGETHER,
    ),
    Mutant(
        "one fails, all fail", "domain/together.py",
        "            question.apart += askers", "            [one.turn.cancel() for one in askers]",
        "a neighbour's value fails everybody in the crowd", TOGETHER,
    ),
    Mutant(
        "the first goes ahead of its crowd", "domain/together.py",
        "if self.lonely and not self.busy", "if not self.busy",
        "each crowd costs two trips", TOGETHER,
    ),
    Mutant(
        "a place that is lost", "domain/together.py",
        "            if turn.done() and not turn.cancelled() and not turn.exception() and turn.result() is None:\n"
        "                self._back()",
        "            pass",
        "each reader who leaves takes a lane along, until nobody reads", TOGETHER,
    ),
)

THE_WORKSHOP = (
    Mutant(
        "somebody else's document", "api/engine/planner.py",
        "if reading.text == text:", "if True:",
        "of two who come at once one is answered with the other's values", COLD,
    ),
    Mutant(
        "a line without end", "api/engine/workshop.py",
        "if own >= WAITING - len(self.under_way):", "if False:",
        "a flood of new documents fills the memory", COLD,
    ),
    Mutant(
        "one more in the line", "api/engine/workshop.py",
        "if own >= WAITING - len(self.under_way):", "if own > WAITING - len(self.under_way):",
        "more wait than may", COLD,
    ),
    Mutant(
        "a line for whoever was first", "api/engine/workshop.py",
        "own = sum(whose == asker for whose, _ in self.under_way.values())", "own = 0",
        "one client fills the line, and the others wait", COLD,
    ),
    Mutant(
        "whoever leaves stops the work", "api/engine/workshop.py",
        "return await asyncio.shield(task)", "return await task",
        "who waits for the same gets nothing", COLD,
    ),
    Mutant(
        "a failure is never forgotten", "api/engine/workshop.py",
        "        finally:\n            del self.under_way[key]", "        finally:\n            pass",
        "what failed once fails for ever", COLD,
    ),
    Mutant(
        "the loop reads long texts", "api/engine/plan.py",
        'if len(text) > LONG or "\\x00" in text:', 'if "\\x00" in text:',
        "a long text holds up everybody", COLD,
    ),
)

CACHED = (
    Mutant(
        "a seen text forgets its values", "api/engine/plan.py",
        "self.literal.put(text, (document, cut), len(text))",
        "self.literal.put(text, (document, Cut(text)), len(text))",
        "a text that is asked a third time fails", CACHES,
    ),
    Mutant(
        "seen texts weigh nothing", "api/engine/plan.py",
        "self.literal.put(text, (document, cut), len(text))", "self.literal.put(text, (document, cut), 0)",
        "texts that differ in a literal fill the memory", CACHES,
    ),
    Mutant(
        "seen texts among the documents", "api/engine/plan.py",
        "self.literal.put(text, (document, cut), len(text))", "self.documents.put(text, document, len(text))",
        "texts that differ in a literal push out everybody's documents", CACHES,
    ),
    Mutant(
        "what is used is forgotten first", "api/caches.py",
        "        self._values.move_to_end(key)\n", "",
        "new documents push out the one that everybody asks", CACHES,
    ),
)

COSTS = (
    Mutant(
        "a page costs like one row", "api/engine/cost.py",
        "dict.fromkeys(listed.sized_fields, rows)", "{}",
        "a hundred rows of a hundred rows are cheap", COST,
    ),
    Mutant(
        "a plain list costs like one row", "api/engine/cost.py",
        "rows * self._object", "self._object",
        "sums are cheap, however many of them are asked for", COST,
    ),
    Mutant(
        "ids in a variable are free", "api/engine/cost.py",
        "self.each.append((ids, each))", "self.each.clear()",
        "the same ids cost less as a variable", COST,
    ),
    Mutant(
        "the cheapest type of a union", "api/engine/cost.py",
        "return max(weights.weight(t, 1)", "return min(weights.weight(t, 1)",
        "an answer has more rows than it costs", COST,
    ),
    Mutant(
        "the first fragment only", "api/engine/cost.py",
        "self.selection(t, self.asked.merged(t, nodes), sizes)",
        "self.selection(t, self.asked.merged(t, nodes[:1]), sizes)",
        "what a second fragment asks for is free", COST,
    ),
    Mutant(
        "filters below filters are free", "api/engine/cost.py",
        "found += sum(self._given(v, kind.fields) for v in _objects(value))", "pass",
        "searching all texts costs as much as a list", COST,
    ),
    Mutant(
        "exactly the limit is too much, as planned", "api/engine/cost.py",
        "return self.base > COST", "return self.base >= COST",
        "what is published as allowed fails", COST,
    ),
    Mutant(
        "exactly the limit is too much, as asked", "api/engine/cost.py",
        "        if found > COST:", "        if found >= COST:",
        "what is published as allowed is refused", COST,
    ),
    Mutant(
        "compiled all the same", "api/engine/planner.py",
        "if cost.too_much:", "if False:",
        "what is refused is worked at first", COST,
    ),
    Mutant(
        "a list of everything weighs nothing", "api/engine/weights.py",
        "return [cost(SEARCHED), PAGED]", "return [PAGED]",
        "going past all rows is not paid for", COST,
    ),
)

RATED = (
    Mutant(
        "one bucket for an application", "api/http/rates.py",
        "self._buckets.get(actor.asker) or self._buckets.put(actor.asker, Bucket(self))",
        "self._buckets.get(actor.client_id) or self._buckets.put(actor.client_id, Bucket(self))",
        "one person spends what is everybody's", RATES,
    ),
    Mutant(
        "one bucket for a person", "api/http/rates.py",
        "self._buckets.get(actor.asker) or self._buckets.put(actor.asker, Bucket(self))",
        "self._buckets.get(actor.id) or self._buckets.put(actor.id, Bucket(self))",
        "one application spends what is another's", RATES,
    ),
    Mutant(
        "a bucket without a rim", "api/http/rates.py",
        "self.left = min(self.left + (now - self.at) * rates.speed, rates.quota)",
        "self.left += (now - self.at) * rates.speed",
        "who was away for a day may ask a day's worth at once", RATES,
    ),
    Mutant(
        "debts are forgiven", "api/http/rates.py",
        "self.left -= cost - 1", "self.left = max(self.left - cost + 1, 0)",
        "who spends too much waits no longer than who does not", RATES,
    ),
    Mutant(
        "the last of it cannot be spent", "api/http/rates.py",
        "if self.left < 1:", "if self.left <= 1:",
        "who has enough left is refused", RATES,
    ),
    Mutant(
        "to come again too early", "api/http/rates.py",
        "ceil((1 - self.left) / rates.speed)", "int((1 - self.left) / rates.speed)",
        "who waits as long as told is refused again", RATES,
    ),
    Mutant(
        "as many buckets as come", "api/http/rates.py",
        "Cache(REMEMBERED)", "Cache(10**9)",
        "names without end fill the memory", RATES,
    ),
    Mutant(
        "a debt is forgotten", "api/http/rates.py",
        "self._buckets.get(actor.asker) or self._buckets.put(actor.asker, Bucket(self))",
        "self._buckets.put(actor.asker, Bucket(self))",
        "whoever comes again may spend everything again", RATES,
    ),
    Mutant(
        "only 1 for each request", "api/engine/run.py",
        "            plan, cost = await self.planner.plan(operation, values, actor)\n            spend(cost)",
        "            plan, cost = await self.planner.plan(operation, values, actor)",
        "what is dear costs as much as what is cheap", COST,
    ),
    Mutant(
        "watching is free", "api/engine/run.py",
        "            watch, cost = await self.planner.plan(operation, values, actor)\n            spend(cost)",
        "            watch, cost = await self.planner.plan(operation, values, actor)",
        "subscriptions are not paid for", COST,
    ),
)
# fmt: on

NEIGHBOURS = (*CROWDS, *THE_WORKSHOP, *CACHED, *COSTS, *RATED)
