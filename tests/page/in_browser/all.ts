/** Every test that holds the page to the vectors it shares with Python. */

import "../core/bond.test.ts";
import "../core/envelope.test.ts";
import "../core/handshake_vectors.test.ts";
import "../core/hpke.test.ts";
import "../core/identity.test.ts";
import "../core/invitation.test.ts";
import "../core/letters.test.ts";
import "../core/profession.test.ts";
import "../core/sframe.test.ts";
import "../core/signed_summary.test.ts";
import "../core/wire.test.ts";
import { results } from "./runner.ts";

Object.assign(globalThis, { resultsOfTest: results });
