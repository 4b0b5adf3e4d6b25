// What the generated types promise to a frontend: `tsc` fails when one of these claims no longer holds.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { HourTotalsDocument, PopulationFiguresDocument, SignUpDocument, ViewerDocument } from "../generated/operations";

declare function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Data;

// A mutation answers the thing or a refusal; `__typename` tells which, and nothing can be read before it is asked.
const signedUp = ask(SignUpDocument, { input: { shiftId: "shf_1", idempotencyKey: "a key of mine" } }).signUp;
if (signedUp?.__typename === "Signup") {
  // @ts-expect-error no signup stands there
  signedUp.state satisfies "SOLD";
  // @ts-expect-error a signup is no refusal
  signedUp.message;
} else if (signedUp) {
  signedUp.message satisfies string;
}
// @ts-expect-error a shift has to be named
ask(SignUpDocument, { input: {} });

// A Decimal is a string on the wire and in the types: no float gets near it.
const [figure] = ask(PopulationFiguresDocument, {}).populationFigures?.nodes ?? [];
(figure?.foreignShare ?? null) satisfies string | null;

// What may be hidden from somebody may be null.
// @ts-expect-error nobody may be signed in
ask(ViewerDocument, {}).viewer.id;

// @ts-expect-error there is no such grouping
ask(HourTotalsDocument, { groupBy: "WEEK" });
